import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOB, frozenRelease, hour } from '../../test/helpers/ledger.js';
import { NO_HEAD, sealLine } from '../core/releases/chain.js';
import { openStateFolder } from '../store/state/state-folder.js';
import { audit } from './audit.js';

const FILES = ['environments/dev.jsonl', 'environments/dev.head', 'prompts/reply/1.json'];

let folder: string;
const store = () => openStateFolder(folder, 'releases');
const broken = async () => (await audit({ store: store(), signers: null }, ['dev'])).broken;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-audit-'));
  const messages = [{ role: 'user', content: '你好 {{ name }} \ufffd' }];
  const release = frozenRelease({ asked: { messages, modelParameters: {} } });
  const { prompt, number, digest, hash } = release;
  const moved = { prompt, number, digest, hash, replaces: null, risk: 'high' as const };
  await store().putRelease(release);
  const line = sealLine(NO_HEAD, { action: 'promote', releases: [moved], note: 'first \ufffd' }, BOB, hour(2));
  await store().append('dev', NO_HEAD, line);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(FILES)('an audit of %s', (name) => {
  it('takes what commands have written, and rejects any change of a single byte', async () => {
    const whole = await readFile(join(folder, name));
    expect(await broken()).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole);
        changed[at] = (whole[at] ?? 0) ^ change;
        await writeFile(join(folder, name), changed);
        expect(await broken()).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
    await writeFile(join(folder, name), whole);
  });

  it('rejects bytes that only read like the letter for what is none', async () => {
    const whole = await readFile(join(folder, name));
    const at = whole.indexOf('\ufffd');
    if (at < 0) return;
    const changed = Buffer.from(whole);
    changed[at] = 0xf0;
    expect(changed.toString('utf8')).toBe(whole.toString('utf8'));
    await writeFile(join(folder, name), changed);
    expect(await broken()).not.toEqual([]);
    await writeFile(join(folder, name), whole);
  });
});
