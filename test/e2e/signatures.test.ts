import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headOf, sealLine } from '../../src/core/releases/chain.js';
import type { LedgerAction, LedgerLine } from '../../src/model/ledger.js';
import type { Person } from '../../src/model/person.js';
import type { ReleaseRef } from '../../src/model/release.js';
import { openPrompts } from '../../src/runtime/index.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';

const run = promisify(execFile);
const ENVIRONMENTS = { dev: {}, production: { from: 'dev', approvals: { high: 1 } } };
const SIGNERS = 'releases/allowed_signers';
const BY: Person = { name: 'eve@example.com', via: 'git' };

/** The folder in which the people of all tests have their keys, each made once. */
let drawer: string;
beforeAll(async () => {
  drawer = await mkdtemp(join(tmpdir(), 'llmci-keys-'));
});
afterAll(() => rm(drawer, { recursive: true }));

/** People with keys of their own, and how to work as one of them. */
async function withKeys({ dir, path, read, git }: DeliveryProject, ...names: readonly string[]) {
  const keys = new Map<string, string>();
  for (const name of names) {
    const made = join(drawer, `${name}.key`);
    if (!existsSync(made)) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', made]);
    // With its mode: a key that others may read is not taken
    for (const end of ['', '.pub']) await copyFile(`${made}${end}`, path(`${name}.key${end}`));
    keys.set(name, (await read(`${name}.key.pub`)).trim());
  }
  await git('config', 'gpg.format', 'ssh');
  const BE = 'git config user.name "$1" && git config user.email "$1@example.com" && git config user.signingKey "$2"';
  return {
    keyOf: (name: string) => keys.get(name) ?? '',
    be: (name: string, key = `${name}.key`) => run('sh', ['-c', BE, 'sh', name, path(key)], { cwd: dir }),
  };
}

/** A project where ada has released and may sign, and so may bob. */
async function makeSigned(environments: object = ENVIRONMENTS) {
  const project = await makeDelivery(environments);
  const people = await withKeys(project, 'ada', 'bob', 'eve');
  const allowed = ['ada', 'bob'].map((name) => `${name}@example.com namespaces="llmci" ${people.keyOf(name)}\n`);
  await people.be('ada');
  await project.llmci('release');
  await project.write(SIGNERS, allowed.join(''));
  const done = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.llmci(...args);
    expect(code, `${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
    return stdout;
  };
  const ledgerOf = (environment: string) => `releases/environments/${environment}`;
  const textsOf = async (environment: string) =>
    (await project.read(`${ledgerOf(environment)}.jsonl`)).trim().split('\n');
  const linesOf = async (environment: string): Promise<LedgerLine[]> =>
    (await textsOf(environment)).map((line) => JSON.parse(line));
  /** Adds a line as somebody does who can write to the store and has no key. */
  const add = async (environment: string, action: (lines: readonly LedgerLine[]) => LedgerAction, by: Person = BY) => {
    const last = (await linesOf(environment)).at(-1);
    if (!last) throw new Error('no line to add to');
    const text = sealLine(headOf(last), action(await linesOf(environment)), by, last.at);
    await project.write(`${ledgerOf(environment)}.jsonl`, `${[...(await textsOf(environment)), text].join('\n')}\n`);
    const { n, hash, at } = JSON.parse(text);
    await project.write(`${ledgerOf(environment)}.head`, `${JSON.stringify({ n, hash, at })}\n`);
  };
  return { ...project, ...people, done, linesOf, add };
}

describe('where allowed signers are named', () => {
  it('approvals and promotions are signed, and audit verifies them', async () => {
    const { be, done, read, llmci } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    expect((await llmci('promote', 'reply', '--to', 'production')).code).toBe(1);
    expect((await llmci('approve', 'reply', '--for', 'production')).stderr).toMatch(
      /nobody approves a release of their/,
    );
    await be('bob');
    expect(await done('approve', 'reply', '--for', 'production')).toMatch(/^bob@example.com approved reply@1 .*1 of 1/);
    await done('promote', 'reply', '--to', 'production');
    expect(await done('audit')).toBe('All holds: 3 lines of ledgers and 1 release.\n');
    const lines = (await read('releases/environments/production.jsonl')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        action: 'approve',
        by: { name: 'bob@example.com', via: 'signature' },
        signature: expect.stringMatching(/^-----BEGIN SSH/),
      },
      { action: 'promote', by: { via: 'signature' }, signature: expect.any(String) },
    ]);
  });

  it.each([
    ['no key', ['config', '--unset', 'user.signingKey'], 'ada@example.com', 'git'],
    ['a key that is not there', ['config', 'user.signingKey', '/nowhere/key'], 'ada@example.com', 'git'],
    ['the key of somebody else', ['config', 'user.email', 'eve@example.com'], 'eve@example.com', 'git'],
    ['no address', ['config', 'user.email', ''], 'ada', 'git'],
  ])('a rollback waits for no key; with %s it is told that it is unsigned', async (_, args, name, via) => {
    const { done, change, git, llmci, linesOf } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    await git(...args);
    const { code, stdout, stderr } = await llmci('rollback', 'reply', '--in', 'dev');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^reply@1 is live in dev/)]);
    expect(stderr).toMatch(/note: it is not signed/);
    const line = (await linesOf('dev')).at(-1);
    expect(line).toMatchObject({ action: 'rollback', by: { name, via } });
    expect(line).not.toHaveProperty('signature');
    expect(await done('audit')).toContain(`dev, line 3: ${name} rolled back reply@2 to @1, unsigned`);
  });

  it('a rollback is signed by who can', async () => {
    const { done, change, linesOf, llmci } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    const { stderr } = await llmci('rollback', 'reply', '--in', 'dev');
    expect(stderr).toBe('');
    expect((await linesOf('dev')).at(-1)).toMatchObject({ by: { via: 'signature' }, signature: expect.any(String) });
    expect(await done('audit')).toBe('All holds: 3 lines of ledgers and 2 releases.\n');
  });

  it('all that brings a release on is signed, and nothing of it is done without a key', async () => {
    const { done, change, git, llmci, linesOf } = await makeSigned({
      dev: { rollout: { strategy: 'canary', steps: [{ weight: '10%' }] } },
    });
    const key = (await git('config', 'user.signingKey')).stdout.trim();
    const refused = async (...args: readonly string[]) => {
      await git('config', '--unset', 'user.signingKey');
      const { code, stderr } = await llmci(...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(/user\.signingKey is not set/)]);
      await git('config', 'user.signingKey', key);
      await done(...args);
    };
    await refused('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await refused('promote', 'reply', '--to', 'dev');
    await refused('rollout', 'dev', '--weight', '50%');
    await done('rollout', 'dev', 'pause');
    await refused('rollout', 'dev', 'resume');
    await refused('rollout', 'dev', 'complete');
    await done('rollback', 'reply', '--in', 'dev');
    await refused('unhold', 'reply@2', '--in', 'dev', '--reason', 'the data were wrong');
    const lines = await linesOf('dev');
    expect(lines.map(({ action }) => action)).toEqual([
      'promote',
      'rollout',
      'step',
      'pause',
      'resume',
      'complete',
      'rollback',
      'unhold',
    ]);
    expect(lines.every(({ signature }) => signature !== undefined)).toBe(true);
    expect(await done('audit')).toBe('All holds: 8 lines of ledgers and 2 releases.\n');
  });

  it('a rollout is paused and aborted without a key, and audit tells', async () => {
    const { done, change, git } = await makeSigned({
      dev: { rollout: { strategy: 'canary', steps: [{ weight: '10%' }] } },
    });
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    await git('config', '--unset', 'user.signingKey');
    await done('rollout', 'dev', 'pause');
    await done('rollout', 'dev', 'abort');
    expect(await done('audit')).toMatch(/line 3: ada@example.com paused .*, unsigned.*\ndev, line 4: .* aborted/);
  });

  it.each(['unhold', 'override'])('%s that was written without a signature breaks the audit', async (action) => {
    const { done, change, add, llmci } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    await done('rollback', 'reply', '--in', 'dev');
    await add('dev', (lines) => {
      const last = lines.at(-1);
      const back = last?.action === 'rollback' ? last.releases[0] : undefined;
      if (!back) throw new Error('the last line is a rollback');
      const { removed, to } = back;
      if (action === 'unhold') return { action, release: removed, reason: 'so' };
      const releases = [{ ...removed, replaces: to.digest, risk: 'low' as const }];
      return { action: 'override', releases, refused: ['it is held'], reason: 'so' };
    });
    expect(await llmci('audit')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('dev, line 4: its signature does not hold: it is not signed'),
    });
  });

  it('an unhold without a signature lifts no hold, and what is forged in another environment is not taken from there', async () => {
    const { done, change, add, llmci, read } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    await done('rollback', 'reply', '--in', 'dev');
    const { prompt, number, digest, hash } = JSON.parse(await read('releases/prompts/reply/2.json'));
    const release: ReleaseRef = { prompt, number, digest, hash };
    await add('dev', () => ({ action: 'unhold', release, reason: 'so' }));
    const { code, stdout } = await llmci('promote', 'reply@2', '--to', 'dev');
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/reply@2 was held in dev, and line 4, which lifts that, does not count: it is not signed/),
    ]);
    const one = JSON.parse(await read('releases/prompts/reply/1.json'));
    await add('dev', () => ({ action: 'promote', releases: [{ ...release, replaces: one.digest, risk: 'low' }] }));
    for (const what of [['reply@2'], ['--all', '--from', 'dev']])
      expect(await llmci('promote', ...what, '--to', 'production')).toMatchObject({
        ...{ code: 3, stdout: '' },
        stderr: expect.stringMatching(/dev.*line 5.*it is not signed/s),
      });
  });

  it('a step in another writing than llmci’s is no line, and words of a signature elsewhere in one are none', async () => {
    const { done, change, add, llmci, linesOf, read, write } = await makeSigned({
      dev: { rollout: { strategy: 'canary', steps: [{ weight: '10%' }] } },
    });
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    await add('dev', () => ({ action: 'step', rollout: 2, weight: 0.9, figures: { signature: '-----BEGIN SSH' } }));
    expect(await done('status')).toMatch(/NOT FOLLOWED[\s\S]*line 3[\s\S]*UNSIGNED: line 3/);
    const ledger = 'releases/environments/dev';
    const [, before] = await linesOf('dev');
    const texts = (await read(`${ledger}.jsonl`)).trim().split('\n').slice(0, 2);
    const { hash: _, ...step } = JSON.parse(
      sealLine(headOf(before as LedgerLine), { action: 'step', rollout: 2, weight: 0.9 }, BY, before?.at ?? ''),
    );
    const body = JSON.stringify(step).replace('"rollout":2', '"rollout" :2');
    const hash = createHash('sha256').update(body).digest('hex');
    await write(`${ledger}.jsonl`, `${[...texts, `${body.slice(0, -1)},"hash":"${hash}"}`].join('\n')}\n`);
    await write(`${ledger}.head`, `${JSON.stringify({ n: 3, hash, at: before?.at })}\n`);
    const { code, stderr } = await llmci('history', '--in', 'dev');
    expect([code, stderr]).toEqual([3, expect.stringMatching(/line 3.*written otherwise/s)]);
  });

  it('what a gateway decided on figures needs no key, and what only says so does', async () => {
    const { done, change, add, llmci } = await makeSigned({
      dev: { rollout: { strategy: 'canary', steps: [{ weight: '10%' }] } },
    });
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    const by = { name: 'llmci serve', via: 'gateway' } as const;
    await add('dev', () => ({ action: 'step', rollout: 2, weight: 0.2, figures: { now: 1 } }), by);
    expect(await done('audit')).toBe('All holds: 3 lines of ledgers and 2 releases.\n');
    await add('dev', () => ({ action: 'step', rollout: 2, weight: 0.9 }), by);
    expect(await llmci('audit')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('dev, line 4: its signature'),
    });
  });

  it.each([
    [
      'git does not sign with SSH',
      ['config', '--unset', 'gpg.format'],
      2,
      /gpg\.format is not set.*git config gpg.format ssh/s,
    ],
    ['git has no key', ['config', '--unset', 'user.signingKey'], 2, /user\.signingKey is not set/],
    ['the key is not there', ['config', 'user.signingKey', '/nowhere/key'], 2, /cannot be: .*nowhere/],
    ['git has no address', ['config', 'user.email', ''], 2, /git has no user.email/],
    ['the key is somebody else’s', ['config', 'user.email', 'bob@example.com'], 1, /no such key of bob@example.com/],
    ['the signer is nobody', ['config', 'user.email', 'eve@example.com'], 1, /no such key of eve@example.com/],
  ])('%s: nothing is written, and it is said what to do', async (_, args, code, message) => {
    const { git, llmci } = await makeSigned();
    await git(...args);
    for (const command of [
      ['promote', 'reply', '--to', 'dev'],
      ['approve', 'reply', '--for', 'production'],
    ]) {
      const said = await llmci(...command);
      // Who has made a release may not approve it, whatever signs
      if (command[0] === 'approve' && /made it/.test(said.stderr)) continue;
      expect([said.code, said.stderr]).toEqual([code, expect.stringMatching(message)]);
    }
    expect((await llmci('history')).stdout).toBe('Nothing has happened.\n');
  });

  it('what was approved without a signature does not count, and says why', async () => {
    const { be, done, git, write, read, path, llmci } = await makeSigned();
    const signers = await read(SIGNERS);
    await done('promote', 'reply', '--to', 'dev');
    await rm(path(SIGNERS));
    await git('config', 'user.email', 'bob@example.com');
    await done('approve', 'reply', '--for', 'production');
    await write(SIGNERS, signers);
    await be('ada');
    const { code, stdout } = await llmci('promote', 'reply', '--to', 'production');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/it has 0; not counted.*: ada <bob@example.com>/)]);
    expect(await done('audit')).toMatch(/1 line from before the first signature/);
  });

  it('without the file a signed ledger takes no promotion, and audit tells', async () => {
    const { done, change, path, llmci } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    await rm(path(SIGNERS));
    const { code, stderr } = await llmci('promote', 'reply', '--to', 'dev');
    expect([code, stderr]).toEqual([3, expect.stringMatching(/allowed_signers .* is not there/)]);
    expect(await llmci('audit')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^dev, line 1: it is signed/),
    });
  });

  it('a key that is taken out breaks the audit; one that ends keeps what it has signed', async () => {
    const { done, write, keyOf, llmci } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await write(SIGNERS, `bob@example.com ${keyOf('bob')}\n`);
    expect(await llmci('audit')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^dev, line 1: its signature does not hold/),
    });
    await write(SIGNERS, `ada@example.com valid-before="20990101" ${keyOf('ada')}\n`);
    await done('audit');
    await write(SIGNERS, `ada@example.com valid-before="20200101" ${keyOf('ada')}\n`);
    expect((await llmci('audit')).code).toBe(1);
  });

  it('one person has one yes, by whatever name, and none to a release of their own', async () => {
    const { be, write, keyOf, llmci, done } = await makeSigned();
    await write(
      SIGNERS,
      `ada@example.com,eve@example.com ${keyOf('ada')}\nbob@example.com ${keyOf('bob')}\n"eve@example.com" ${keyOf('eve')}\n`,
    );
    await done('promote', 'reply', '--to', 'dev');
    await be('eve');
    const { code, stderr } = await llmci('approve', 'reply', '--for', 'production');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/nobody approves a release of their own/)]);
    await be('bob');
    await done('approve', 'reply', '--for', 'production');
  });

  it('a yes to one environment is none to another, nor by another or to another thing', async () => {
    const { be, done, read, write, llmci } = await makeSigned();
    await done('promote', 'reply', '--to', 'dev');
    await be('bob');
    await done('approve', 'reply', '--for', 'production');
    const ledger = await read('releases/environments/production.jsonl');
    const { signature, ...line } = JSON.parse(ledger);
    const { sealLine, NO_HEAD } = await import('../../src/core/releases/chain.js');
    const { n: _n, prev: _prev, at, by, hash: _hash, ...action } = line;
    for (const [by2, action2, environment] of [
      [by, action, 'dev2'],
      [{ ...by, name: 'ada@example.com' }, action, 'production'],
      [by, { ...action, risk: 'low' }, 'production'],
    ] as const) {
      const text = sealLine(NO_HEAD, action2, by2, at, signature);
      await write(`releases/environments/${environment}.jsonl`, `${text}\n`);
      const { n, hash } = JSON.parse(text);
      await write(`releases/environments/${environment}.head`, `${JSON.stringify({ n, hash, at })}\n`);
      const { code, stdout } = await llmci('audit');
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining(`${environment}, line 1: its signature does not hold`),
      ]);
    }
  });

  it('a key that stands in the settings, as in an agent, and one for another namespace', async () => {
    const { git, keyOf, llmci, write } = await makeSigned();
    await git('config', 'user.signingKey', `key::${keyOf('ada')}`);
    const noAgent = await llmci('promote', 'reply', '--to', 'dev');
    expect([noAgent.code, noAgent.stderr]).toEqual([2, expect.stringMatching(/cannot be: .*agent/i)]);
    await git('config', 'user.signingKey', `${(await git('rev-parse', '--show-toplevel')).stdout.trim()}/ada.key`);
    await write(SIGNERS, `ada@example.com namespaces="git" ${keyOf('ada')}\n`);
    const other = await llmci('promote', 'reply', '--to', 'dev');
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringMatching(/what ada@example.com signs does not count: .*namespaces="llmci/s),
    ]);
  });
});

describe('who serves a signed ledger', () => {
  const CANARY = { dev: { rollout: { strategy: 'canary', steps: [{ weight: '10%' }] } } };

  /** reply@1 and @2 are released, and @1 is live; `refs` has both. */
  async function served(environments: object = { dev: {} }) {
    const project = await makeSigned(environments);
    const { done, change, read, path } = project;
    await done('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await done('release');
    const refs = await Promise.all(
      [1, 2].map(async (number): Promise<ReleaseRef> => {
        const { prompt, digest, hash } = JSON.parse(await read(`releases/prompts/reply/${number}.json`));
        return { prompt, number, digest, hash };
      }),
    );
    const refOf = (number: number): ReleaseRef => {
      const ref = refs[number - 1];
      if (!ref) throw new Error(`no release ${number}`);
      return ref;
    };
    /** As if by `override`, of a release in place of another. */
    const moving = (number: number, instead: number): LedgerAction => ({
      action: 'override',
      releases: [{ ...refOf(number), replaces: refOf(instead).digest, risk: 'low' }],
      refused: ['everything'],
      reason: 'so',
    });
    const open = async (errors: Error[] = [], lastKnown: string | null = null) =>
      openPrompts({
        ...{ environment: 'dev', state: path('releases'), lastKnown },
        onError: (error) => void errors.push(error),
      });
    const releaseIn = (prompts: Awaited<ReturnType<typeof open>>, unit = 'u') =>
      prompts.resolve('reply', { unit, vars: { name: 'Ada' } }).release;
    return { ...project, refOf, moving, open, releaseIn };
  }

  it('goes on with what it has where somebody has put a release there without a signature, until it is rolled back', async () => {
    const { add, moving, open, releaseIn, llmci, done, path } = await served();
    const errors: Error[] = [];
    const prompts = await open(errors, path('last-known.json'));
    await add('dev', () => moving(2, 1));
    await prompts.refresh();
    expect(releaseIn(prompts)).toBe('reply@1');
    expect(prompts.status()).toMatchObject({ line: 1, from: 'last-known' });
    expect(errors.at(-1)?.message).toMatch(/rests on line 2 .*does not hold: it is not signed/);
    for (const kept of [null, path('last-known.json')]) {
      const again = await open(errors, kept);
      expect([releaseIn(again), again.status().from]).toEqual(['reply@1', 'last-known']);
      await again.close();
    }
    expect(await done('status')).toMatch(/NOT FOLLOWED: apps and serve go on with what held\s+before line 2/);
    expect(JSON.parse(await done('status', '--json')).environments[0].doubts).toHaveLength(2);
    expect((await llmci('audit')).code).toBe(1);
    expect(await llmci('export', 'dev')).toMatchObject({ code: 3, stdout: '' });
    await done('rollback', 'reply', '--in', 'dev');
    await prompts.refresh();
    expect([releaseIn(prompts), prompts.status()]).toMatchObject(['reply@1', { line: 3, from: 'store' }]);
    expect(await done('status')).not.toMatch(/NOT FOLLOWED/);
    expect(await done('status')).toMatch(/UNSIGNED: line 2/);
    await prompts.close();
  });

  it('does not take a release that was put there, and rolled back to, without a signature', async () => {
    const { add, moving, refOf, open, releaseIn } = await served();
    await add('dev', () => moving(2, 1));
    await add('dev', () => moving(1, 2));
    await add('dev', () => ({ action: 'rollback', releases: [{ removed: refOf(1), to: refOf(2) }] }));
    const errors: Error[] = [];
    const prompts = await open(errors);
    expect(releaseIn(prompts)).toBe('reply@1');
    expect(errors[0]?.message).toMatch(/line 4 .*no line that holds has put reply@2 there before/);
    await prompts.close();
  });

  it('follows an unsigned rollback to what was signed, and status tells', async () => {
    const { git, done, open, releaseIn } = await served();
    await done('promote', 'reply', '--to', 'dev');
    const prompts = await open();
    expect(releaseIn(prompts)).toBe('reply@2');
    await git('config', '--unset', 'user.signingKey');
    await done('rollback', 'reply', '--in', 'dev');
    await prompts.refresh();
    expect([releaseIn(prompts), prompts.status().from]).toEqual(['reply@1', 'store']);
    expect(await done('status')).toMatch(/1 line of going back unsigned, the last of them line 3, ada@example.com/);
    await prompts.close();
  });

  it('follows the share that a gateway has set, not what somebody wrote', async () => {
    const { add, done, open, releaseIn } = await served(CANARY);
    await done('promote', 'reply', '--to', 'dev');
    const prompts = await open();
    const share = () => {
      const units = Array.from({ length: 200 }, (_, index) => `unit-${index}`);
      return units.filter((unit) => releaseIn(prompts, unit) === 'reply@2').length / units.length;
    };
    const by = { name: 'llmci serve', via: 'gateway' } as const;
    await add('dev', () => ({ action: 'step', rollout: 2, weight: 0.5, figures: { now: 1 } }), by);
    await prompts.refresh();
    expect(share()).toBeGreaterThan(0.3);
    await add('dev', () => ({ action: 'step', rollout: 2, weight: 1 }));
    await prompts.refresh();
    expect(share()).toBeLessThan(0.7);
    await add('dev', () => ({ action: 'complete', rollout: 2 }));
    await prompts.refresh();
    expect(prompts.status()).toMatchObject({ line: 3, from: 'last-known' });
    await prompts.close();
  });

  it('hears of a key that comes or goes without a restart', async () => {
    const { be, write, read, keyOf, done, open, releaseIn } = await served();
    const prompts = await open();
    const signers = await read(SIGNERS);
    await write(SIGNERS, `${signers}eve@example.com ${keyOf('eve')}\n`);
    await be('eve');
    await done('promote', 'reply', '--to', 'dev');
    await prompts.refresh();
    expect(releaseIn(prompts)).toBe('reply@2');
    await write(SIGNERS, signers);
    const other = await open();
    expect(releaseIn(other)).toBe('reply@1');
    await other.close();
    await prompts.close();
  });

  it('takes names for what they are where there is no file', async () => {
    const { add, moving, open, releaseIn, path, done } = await served();
    await rm(path(SIGNERS));
    await add('dev', () => moving(2, 1));
    const prompts = await open();
    expect(releaseIn(prompts)).toBe('reply@2');
    expect(await done('status')).toMatch(/line 1 is signed, and the file allowed_signers is gone/);
    await prompts.close();
  });
});

describe('release --tag', () => {
  it.each([['tag.gpgSign'], ['commit.gpgSign']])('signs where git has %s', async (name) => {
    const project = await makeDelivery(ENVIRONMENTS);
    const { be } = await withKeys(project, 'ada');
    await be('ada');
    await project.llmci('release', '--tag');
    expect((await project.git('cat-file', 'tag', 'reply@1')).stdout).not.toMatch(/BEGIN SSH SIGNATURE/);
    await project.git('config', name, 'true');
    await project.change('Good day');
    expect((await project.llmci('release', '--tag')).code).toBe(0);
    expect((await project.git('cat-file', 'tag', 'reply@2')).stdout).toMatch(/BEGIN SSH SIGNATURE/);
  });
});
