import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADA, hour, releaseAt } from '../../../test/helpers/ledger.js';
import { headOf, NO_HEAD, readLedger, sealLine } from '../../core/releases/chain.js';
import { checkpointsInMemory, openCheckpoints } from './checkpoints.js';
import { readEnvironment, readState } from './environments.js';
import { openStateFolder } from './state-folder.js';

/** A ledger of so many lines: each promotes the next release of a prompt. */
function ledgerOf(count: number): readonly string[] {
  const texts: string[] = [];
  let head = NO_HEAD;
  for (let n = 1; n <= count; n++) {
    const replaces = n === 1 ? null : releaseAt(n - 1).digest;
    const moved = { ...releaseAt(n), replaces, risk: 'low' as const };
    const text = sealLine(head, { action: 'promote', releases: [moved] }, ADA, hour(n));
    const [line] = readLedger([text], NO_HEAD, head).lines;
    if (line) head = headOf(line);
    texts.push(text);
  }
  return texts;
}

const texts = ledgerOf(620);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const store = () => openStateFolder(join(folder, 'releases'), 'releases');
const checkpoints = () => openCheckpoints(join(folder, 'ledgers'));
const file = () => join(folder, 'ledgers', 'dev.json');
const ledger = () => join(folder, 'releases', 'environments', 'dev.jsonl');

/** Writes a ledger as a store leaves it. */
async function write(lines: readonly string[]): Promise<void> {
  const last = lines.at(-1) ?? '';
  const before = readLedger(lines.slice(0, -1)).lines.at(-1);
  await store().append('dev', NO_HEAD, lines[0] ?? '');
  await writeFile(ledger(), `${lines.slice(0, -1).join('\n')}\n`);
  await store().append('dev', before ? headOf(before) : NO_HEAD, last);
}

describe('a state that was kept of a long ledger', () => {
  it('is none of a ledger whose name would lead elsewhere, as a database may have one', async () => {
    await write(texts);
    const read = await store().readLedger('dev');
    if (read === null) throw new Error('it was written');
    const { state } = await readEnvironment(store(), 'dev');
    await checkpoints().keep('../other', read, state);
    expect((await readdir(folder)).sort()).toEqual(['releases']);
    expect(await checkpoints().read('../other', read)).toBeNull();
  });

  it('is what all lines say, and what comes after it is folded on', async () => {
    await write(texts.slice(0, 600));
    const { state: first } = await readState(store(), 'dev', checkpoints());
    expect(first).toEqual((await readEnvironment(store(), 'dev')).state);
    const kept = await readFile(file(), 'utf8');
    await rm(join(folder, 'releases'), { recursive: true });
    await write(texts);
    const { state } = await readState(store(), 'dev', checkpoints());
    expect(state).toEqual((await readEnvironment(store(), 'dev')).state);
    expect(state.live.get('reply')?.release.number).toBe(620);
    expect(await readFile(file(), 'utf8')).toBe(kept);
  });

  it.each<[string, (text: string) => string]>([
    ['damaged', (text) => text.replace('"number":600', '"number":599')],
    ['cut short', (text) => text.slice(0, -100)],
    ['of another version', (text) => text.replace(/"version":"[^"]*"/, '"version":"0.0.0"')],
    ['empty', () => ''],
  ])('is not believed when it is %s', async (_, damage) => {
    await write(texts);
    const { state: whole } = await readState(store(), 'dev', checkpoints());
    await writeFile(file(), damage(await readFile(file(), 'utf8')));
    expect((await readState(store(), 'dev', checkpoints())).state).toEqual(whole);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'edited in its first line',
      (text) => text.replace('"risk":"low"', '"risk":"high"'),
      /line 1 .* does not fit its hash/,
    ],
    [
      'without a line between',
      (text) =>
        text
          .split('\n')
          .filter((_, at) => at !== 9)
          .join('\n'),
      /line 10 /,
    ],
    ['cut short', (text) => `${text.split('\n').slice(0, 610).join('\n')}\n`, /line 611 .*had 620 lines/],
  ])('hides nothing of a ledger that is %s', async (_, change, fault) => {
    await write(texts);
    const inMemory = checkpointsInMemory();
    await readState(store(), 'dev', checkpoints());
    await readState(store(), 'dev', inMemory);
    await writeFile(ledger(), change(await readFile(ledger(), 'utf8')));
    for (const kept of [checkpoints(), inMemory]) await expect(readState(store(), 'dev', kept)).rejects.toThrow(fault);
  });

  it('in memory is kept of a short one too, and what comes after it is folded on', async () => {
    const inMemory = checkpointsInMemory();
    for (const count of [5, 8]) {
      await rm(join(folder, 'releases'), { recursive: true, force: true });
      await write(texts.slice(0, count));
      const read = await readState(store(), 'dev', inMemory);
      expect(read.state).toEqual((await readEnvironment(store(), 'dev')).state);
      // Lines that were folded before can still be asked for
      expect(read.lines.at(2)).toMatchObject({ n: 2, action: 'promote' });
      expect(await readState(store(), 'dev', inMemory)).toMatchObject({ state: read.state });
    }
  });

  it('is not kept of a short one', async () => {
    await write(texts.slice(0, 20));
    await readState(store(), 'dev', checkpoints());
    await expect(readFile(file(), 'utf8')).rejects.toThrow(/ENOENT/);
  });
});
