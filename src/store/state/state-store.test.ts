import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, BOB, hour, releaseAt, Story } from '../../../test/helpers/ledger.js';
import { hasPostgres, useDatabase } from '../../../test/helpers/postgres.js';
import { headOf, NO_HEAD, readLedger, sealLine } from '../../core/releases/chain.js';
import { fold } from '../../core/releases/fold.js';
import { sealRelease } from '../../core/releases/releases.js';
import { digestOfAsked } from '../../core/requests/asked-prompt.js';
import type { LedgerAction } from '../../model/ledger.js';
import type { Release } from '../../model/release.js';
import { readWhole } from '../../release/find-releases.js';
import { openStateBranch } from './state-branch.js';
import { openStateDatabase } from './state-database.js';
import { openStateFolder } from './state-folder.js';
import type { StateStore } from './state-store.js';

const run = promisify(execFile);
/** An empty repository and an empty bare one, of which every test gets copies: to start git costs more than to copy files. */
let empty: string;
let folder: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'llmci-empty-'));
  await run('git', ['init', '--quiet', '--template=', '--bare', join(empty, 'remote.git')]);
  await run('git', ['init', '--quiet', '--template=', join(empty, 'clone')]);
});
afterAll(() => rm(empty, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-state-'));
  await cp(join(empty, 'remote.git'), join(folder, 'remote.git'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Home {
  readonly name: string;
  /** Opens the same state again, as another process would. */
  readonly open: () => Promise<StateStore>;
  readonly races: number;
}

/** A clone of its own for each that opens, of one bare repository on disk. */
async function openBranch(): Promise<StateStore> {
  const clone = await mkdtemp(join(folder, 'clone-'));
  await cp(join(empty, 'clone'), clone, { recursive: true });
  await appendFile(
    join(clone, '.git/config'),
    `[remote "origin"]\n\turl = ${join(folder, 'remote.git')}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`,
  );
  return openStateBranch(clone, 'origin', 'llmci-state');
}

/** Each is some twenty processes of git: all 200 take minutes, and are run where somebody asks for them. */
const GIT_RACES = Number(process.env['LLMCI_GIT_RACES'] ?? 4);

const homes: readonly Home[] = [
  { name: 'a folder', races: 200, open: async () => openStateFolder(join(folder, 'releases'), 'releases') },
  { name: 'a branch of git', races: GIT_RACES, open: openBranch },
  ...(hasPostgres ? [{ name: 'PostgreSQL', races: 200, open: () => openStateDatabase(database.url) }] : []),
];

const database = useDatabase();
if (!hasPostgres) console.warn('PostgreSQL is not installed: its part of the contract is skipped');

const asked = { messages: [{ role: 'user', content: 'Hi' }], modelParameters: {} };

function release(number: number, prompt = 'reply', note: string | null = null): Release {
  return sealRelease({
    ...{ release: 1, prompt, number, digest: digestOfAsked({ asked, code: [] }), asked, declaredRisk: null },
    ...{ commit: null, dirty: null, author: ADA, at: hour(1), note, evidence: null },
  });
}

async function stateIn(store: StateStore, environment = 'dev') {
  const ledger = await store.readLedger(environment);
  const { lines, fault } = readLedger(ledger?.texts ?? [], ledger?.anchor);
  return { lines, fault, state: fold(lines).state };
}

describe.each(homes)('$name', ({ open: openNew, races }) => {
  const open = async () => {
    const store = await openNew();
    // A branch is made by a release, and by nothing else
    await store.putRelease(release(1, 'first'));
    return store;
  };

  it('has nothing at first', async () => {
    const store = await openNew();
    expect([await store.environments(), await store.readLedger('dev'), [...(await store.releases())]]).toEqual([
      [],
      null,
      [],
    ]);
    expect(await store.readRelease('reply', 1)).toBeNull();
    await store.close();
  });

  it('keeps lines in their order, for those that open it later too', async () => {
    const { texts } = new Story().promote(1).promote(2);
    const store = await open();
    expect(await store.append('dev', NO_HEAD, texts[0] ?? '')).toBe(true);
    const [first] = readLedger(texts).lines;
    expect(await store.append('dev', first ? headOf(first) : NO_HEAD, texts[1] ?? '')).toBe(true);
    expect((await store.readLedger('dev'))?.texts).toEqual(texts);
    const later = await open();
    expect(await later.environments()).toEqual(['dev']);
    expect((await later.readLedger('dev'))?.texts).toEqual(texts);
    await Promise.all([store.close(), later.close()]);
  });

  it('writes nothing behind a line that is not the last', async () => {
    const { texts } = new Story().promote(1);
    const other = new Story().promote(2).texts;
    const store = await open();
    await store.append('dev', NO_HEAD, texts[0] ?? '');
    expect(await store.append('dev', NO_HEAD, other[0] ?? '')).toBe(false);
    const forked = new Story().promote(2).promote(3);
    const [first] = forked.lines();
    expect(await store.append('dev', first ? headOf(first) : NO_HEAD, forked.texts[1] ?? '')).toBe(false);
    expect((await store.readLedger('dev'))?.texts).toEqual(texts);
    await store.close();
  });

  it(`of two that race ${races} times one wins, and the other goes on`, async () => {
    const stores = await Promise.all([open(), open()]);
    const release = releaseAt(1);
    for (let race = 0; race < races; race++) {
      const { state } = await stateIn(stores[0]);
      const action = (note: string): LedgerAction => ({
        action: 'approve',
        release,
        replaces: null,
        risk: 'low',
        note,
      });
      const won = await Promise.all(
        stores.map((store, index) =>
          store.append(
            'dev',
            state.head,
            sealLine(state.head, action(`${race}-${index}`), index ? ADA : BOB, hour(race)),
          ),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    }
    const { lines, fault } = await stateIn(stores[1]);
    expect([lines.length, fault]).toEqual([races, null]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it.each([
    'reply',
    'support/reply',
    '../../etc/passwd',
    '..',
    'a//b',
    '.git',
    'Größe 100%',
    'con*?',
    '__proto__',
    'a@2',
  ])('keeps releases of a prompt called %s', async (prompt) => {
    const store = await openNew();
    expect(await store.putRelease(release(1, prompt))).toBe(true);
    expect(await store.putRelease(release(12, prompt))).toBe(true);
    expect(await store.readRelease(prompt, 1)).toEqual(release(1, prompt));
    expect([...(await store.releases())]).toEqual([[prompt, [1, 12]]]);
    await store.close();
  });

  it('never writes over a release', async () => {
    const stores = await Promise.all([open(), open()]);
    const won = await Promise.all(stores.map((store, index) => store.putRelease(release(1, 'reply', `of ${index}`))));
    expect(won.filter(Boolean)).toHaveLength(1);
    const kept = await stores[0]?.readRelease('reply', 1);
    expect(kept?.note).toBe(`of ${won.indexOf(true)}`);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('tells watchers of what others write', async () => {
    const [watched, writing] = await Promise.all([open(), open()]);
    const { texts } = new Story().promote(1).promote(2);
    await writing.append('dev', NO_HEAD, texts[0] ?? '');
    const told = new Promise<void>((resolve) => {
      const stop = watched.watch(() => {
        stop();
        resolve();
      });
    });
    await sleep(300);
    const [first] = readLedger(texts).lines;
    await writing.append('dev', first ? headOf(first) : NO_HEAD, texts[1] ?? '');
    await told;
    await Promise.all([watched.close(), writing.close()]);
  });
});

describe('a folder that somebody has changed', () => {
  const { texts } = new Story().promote(1).promote(2).promote(3);
  const ledger = () => join(folder, 'releases', 'environments', 'dev.jsonl');
  const open = () => openStateFolder(join(folder, 'releases'), 'releases');

  beforeEach(async () => {
    const store = open();
    for (const [index, text] of texts.entries()) {
      const before = readLedger(texts.slice(0, index)).lines.at(-1);
      await store.append('dev', before ? headOf(before) : NO_HEAD, text);
    }
  });

  it.each<[string, (text: string) => string, number, RegExp]>([
    ['cut in the middle of a line', (text) => text.slice(0, -20), 3, /cut short/],
    ['without its last line', (text) => `${text.split('\n').slice(0, 2).join('\n')}\n`, 3, /had 3 lines/],
    ['empty', () => '', 1, /empty/],
    ['edited', (text) => text.replace('"number":2', '"number":7'), 2, /does not fit its hash/],
    ['with an empty line', (text) => text.replace('\n', '\n\n'), 2, /no whole line|not a whole line/],
    ['with line breaks of Windows', (text) => text.replaceAll('\n', '\r\n'), 1, /not a whole line/],
    [
      'in another order',
      (text) => {
        const [one, two, three] = text.split('\n');
        return [one, three, two, ''].join('\n');
      },
      2,
      /comes after 1/,
    ],
    ['made anew', () => `${new Story().promote(4).promote(5).promote(6).texts.join('\n')}\n`, 3, /forked or made anew/],
  ])('%s is found, with its line', async (_, change, line, why) => {
    await writeFile(ledger(), change(await readFile(ledger(), 'utf8')));
    const found = await stateIn(open()).then(
      ({ fault }) => ({ line: String(fault?.line), why: fault?.why ?? '' }),
      (error: { readonly values: { readonly line: string; readonly why: string } }) => error.values,
    );
    expect(found.line).toBe(String(line));
    expect(found.why).toMatch(why);
  });

  it('without the file of its head is not believed, unless it was killed behind its first line', async () => {
    await rm(ledger().replace('.jsonl', '.head'));
    await expect(open().readLedger('dev')).rejects.toThrow(
      /line 3 of the ledger of dev .* the file dev\.head.* is gone/,
    );
    await writeFile(ledger(), `${texts[0]}\n`);
    expect((await open().readLedger('dev'))?.texts).toEqual([texts[0]]);
  });

  it('without the file of the ledger is not one that never had any', async () => {
    await rm(ledger());
    await expect(open().readLedger('dev')).rejects.toThrow(/its file is gone/);
  });
});

describe('a branch that somebody has changed', () => {
  const { texts } = new Story().promote(1).promote(2).promote(3);
  const LEDGER = 'environments/dev.jsonl';
  let store: StateStore;
  /** Where the branch was written once, with the clone that wrote it. */
  let written: string;

  beforeAll(async () => {
    written = folder = await mkdtemp(join(tmpdir(), 'llmci-written-'));
    await cp(join(empty, 'remote.git'), join(folder, 'remote.git'), { recursive: true });
    const writing = await openBranch();
    await writing.putRelease(release(1));
    for (const [index, text] of texts.entries()) {
      const before = readLedger(texts.slice(0, index)).lines.at(-1);
      await writing.append('dev', before ? headOf(before) : NO_HEAD, text);
    }
    await writing.close();
  });
  afterAll(() => rm(written, { recursive: true, force: true }));
  beforeEach(async () => {
    await cp(written, folder, { recursive: true });
    const clone = join(folder, (await readdir(folder)).find((name) => name.startsWith('clone-')) ?? '');
    const config = join(clone, '.git/config');
    await writeFile(config, (await readFile(config, 'utf8')).replace(written, folder));
    store = openStateBranch(clone, 'origin', 'llmci-state');
  });

  /** Commits other files to the branch, behind what is there or in the place of the last commits. */
  async function change(edit: (path: string) => Promise<void>, back = 0) {
    const work = await mkdtemp(join(folder, 'work-'));
    const git = (...args: readonly string[]) =>
      run('git', ['-c', 'user.name=E', '-c', 'user.email=e@x', ...args], { cwd: work });
    await run('git', ['clone', '--quiet', '--branch', 'llmci-state', join(folder, 'remote.git'), work]);
    if (back > 0) await git('reset', '--quiet', '--hard', `HEAD~${back}`);
    await edit(work);
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', 'x');
    await git('push', '--quiet', '--force', 'origin', 'HEAD:llmci-state');
  }
  const editLedger = (edit: (text: string) => string) => async (work: string) => {
    const path = join(work, LEDGER);
    await writeFile(path, edit(await readFile(path, 'utf8')));
  };

  it.each<[string, (text: string) => string, string, RegExp]>([
    ['edited', (text) => text.replace('"number":2', '"number":7'), '2', /does not fit its hash/],
    ['cut short', (text) => `${text.split('\n').slice(0, 2).join('\n')}\n`, '3', /had 3 lines/],
    [
      'with a line taken out',
      (text) =>
        text
          .split('\n')
          .filter((_, index) => index !== 1)
          .join('\n'),
      '2',
      /comes after 1/,
    ],
  ])('a ledger in it %s is found, with its line, by new clones too', async (_, edit, line, why) => {
    await change(editLedger(edit));
    for (const each of [store, await openBranch()]) {
      const { fault } = await stateIn(each);
      expect([String(fault?.line), fault?.why]).toEqual([line, expect.stringMatching(why)]);
    }
  });

  it('bytes in it that are no letters do not read like the letter that stands for such bytes', async () => {
    const path = 'prompts/reply/1.json';
    await change(async (work) => {
      const text = (await readFile(join(work, path), 'utf8')).replace('Hi', 'H?');
      await writeFile(join(work, path), Buffer.from(text.replace('?', '\u00ff'), 'latin1'));
    });
    const clone = await openBranch();
    expect(await clone.releaseText('reply', 1)).toContain('H\u00ff');
    await expect(readWhole(clone, 'reply', 1)).rejects.toThrow(/does not fit its hash/);
  });

  it('one that was rewritten is refused by every clone that knew it, and nothing is written', async () => {
    await change(async () => undefined, 1);
    await expect(store.readLedger('dev')).rejects.toThrow(
      /it was rewritten: [0-9a-f]{12}, which was there, is in it no more/,
    );
    const { state } = { state: fold(readLedger(texts).lines).state };
    await expect(store.append('dev', state.head, texts[0] ?? '')).rejects.toThrow(/rewritten/);
  });

  it('one that was deleted is refused by every clone that knew it', async () => {
    await run('git', ['branch', '-D', 'llmci-state'], { cwd: join(folder, 'remote.git') });
    await expect(store.readLedger('dev')).rejects.toThrow(/it is gone, and was at [0-9a-f]{12}/);
  });
});

describe.runIf(hasPostgres)('rows that somebody has changed', () => {
  const { texts } = new Story().promote(1).promote(2).promote(3);

  it.each<[string, string, string, RegExp]>([
    [
      'edited',
      `update llmci_lines set line = replace(line, '"number":2', '"number":7') where n = 2`,
      '2',
      /does not fit its hash/,
    ],
    ['without the last', 'delete from llmci_lines where n = 3', '3', /had 3 lines/],
    ['without one between', 'delete from llmci_lines where n = 2', '2', /comes after 1/],
    ['all gone', 'delete from llmci_lines', '1', /its lines are gone, and it had 3/],
    ['in another order', 'update llmci_lines set n = 12 where n = 2', '2', /comes after 1/],
    [
      'of which one is there twice',
      'insert into llmci_lines select environment, 4, line from llmci_lines where n = 3',
      '4',
      /comes after 3/,
    ],
    ['without their head', 'delete from llmci_heads', '3', /its row of llmci_heads, which .*, is gone/],
    ['with another end', `update llmci_heads set hash = '${'e'.repeat(64)}'`, '3', /forked or made anew/],
  ])('%s are found, with their line', async (_, sql, line, why) => {
    const store = await openStateDatabase(database.url);
    for (const [index, text] of texts.entries()) {
      const before = readLedger(texts.slice(0, index)).lines.at(-1);
      await store.append('dev', before ? headOf(before) : NO_HEAD, text);
    }
    await database.run(sql);
    const found = await stateIn(store).then(
      ({ fault }) => ({ line: String(fault?.line), why: fault?.why ?? '' }),
      (error: { readonly values: { readonly line: string; readonly why: string } }) => error.values,
    );
    await store.close();
    expect([found.line, found.why]).toEqual([line, expect.stringMatching(why)]);
  });

  it('an environment whose head is gone is still one', async () => {
    const store = await openStateDatabase(database.url);
    await store.append('dev', NO_HEAD, texts[0] ?? '');
    await database.run('delete from llmci_heads');
    expect(await store.environments()).toEqual(['dev']);
    await expect(store.append('dev', NO_HEAD, texts[0] ?? '')).resolves.toBe(false);
    await store.close();
  });

  it('a release that was edited is none', async () => {
    const store = await openStateDatabase(database.url);
    await store.putRelease(release(1));
    await database.run(`update llmci_releases set release = replace(release, 'Hi', 'Ho')`);
    await expect(readWhole(store, 'reply', 1)).rejects.toThrow(/does not fit its hash/);
    await store.close();
  });
});
