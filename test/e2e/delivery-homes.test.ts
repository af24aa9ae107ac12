import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { NO_HEAD } from '../../src/core/releases/chain.js';
import { openDelivery } from '../../src/release/delivery.js';
import { openPrompts } from '../../src/runtime/index.js';
import { runCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import { Story } from '../helpers/ledger.js';
import { hasPostgres, useDatabase } from '../helpers/postgres.js';

const run = promisify(execFile);
const ENVIRONMENTS = {
  staging: { evidence: {} },
  production: { from: 'staging', soak: '1h', evidence: { maxAge: '7d' }, approvals: { medium: 1 } },
};

const database = useDatabase();
afterEach(() => void vi.useRealTimers());

interface Home {
  readonly name: string;
  readonly state: string | { readonly git: string } | { readonly postgres: string };
  /** Takes the store away. */
  readonly lose: (project: DeliveryProject) => Promise<unknown>;
}

function isBranch(state: Home['state']): boolean {
  return typeof state !== 'string' && 'git' in state;
}

const homes: readonly Home[] = [
  { name: 'a folder', state: 'releases', lose: ({ path }) => rm(path('releases'), { recursive: true }) },
  {
    name: 'a branch of git',
    state: { git: 'llmci-state' },
    lose: ({ path }) => rm(path('remote.git'), { recursive: true }),
  },
  ...(hasPostgres
    ? [{ name: 'PostgreSQL', state: { postgres: 'env:STATE_URL' }, lose: async () => database.halt() }]
    : []),
];

it('a state in PostgreSQL without its variable says so', async () => {
  const project = await makeDelivery(ENVIRONMENTS);
  await project.write('llmci.yaml', stringify({ environments: ENVIRONMENTS, state: { postgres: 'env:STATE_URL' } }));
  const { code, stderr } = await project.llmci('status');
  expect([code, stderr]).toEqual([3, expect.stringMatching(/STATE_URL is not set/)]);
});

it('a branch whose name is misspelt is no new state', async () => {
  const environments = { dev: {}, production: {} };
  const project = await makeDelivery(environments);
  const { write, git, path, llmci } = project;
  await run('git', ['init', '--quiet', '--bare', path('remote.git')]);
  await git('remote', 'add', 'origin', path('remote.git'));
  const use = (branch: string) => write('llmci.yaml', stringify({ environments, state: { git: branch } }));
  await use('llmci-state');
  const first = await llmci('release');
  expect([first.code, first.stderr]).toEqual([
    0,
    'note: the branch llmci-state of origin is new: releases and ledgers are kept there\n',
  ]);
  expect((await llmci('promote', 'reply', '--to', 'dev')).code).toBe(0);
  await use('llmci-stat');
  const where = /no branch llmci-stat at origin yet\s+\(did\s+you\s+mean\s+llmci-state\?\)/i;
  expect((await llmci('status')).stdout).toMatch(where);
  for (const command of [
    ['promote', 'reply', '--to', 'dev'],
    ['approve', 'reply', '--for', 'production'],
  ])
    expect(await llmci(...command)).toMatchObject({ code: 2, stderr: expect.stringMatching(where) });
  expect((await run('git', ['branch'], { cwd: path('remote.git') })).stdout.trim()).toBe('llmci-state');
  const { store } = await openDelivery(project.dir, {}, () => new Date());
  await expect(store.append('dev', NO_HEAD, new Story().promote(1).texts[0] ?? '')).rejects.toThrow(where);
});

it.runIf(hasPostgres)('a database that is restarted: apps go on, commands say so, and all follow again', async () => {
  const environments = { dev: {} };
  const state = { postgres: 'env:STATE_URL' };
  const project = await makeDelivery(environments);
  const { write, change, commit, dir } = project;
  await write('llmci.yaml', stringify({ environments, state }));
  await commit('where the state is');
  process.env['STATE_URL'] = database?.url ?? '';
  const llmci = (...args: readonly string[]) => runCli(args, { cwd: dir, env: { STATE_URL: database?.url } });
  await llmci('release');
  await llmci('promote', 'reply', '--to', 'dev');
  const prompts = await openPrompts({ environment: 'dev', state, cwd: dir });
  const live = () => prompts.resolve('reply', { vars: { name: 'Ada' } }).release;
  await change('Good day');
  await llmci('release');

  await database?.halt();
  for (let looks = 0; looks < 1500 && prompts.status().from === 'store'; looks++) await sleep(10);
  expect([live(), prompts.status().from]).toEqual(['reply@1', 'last-known']);
  expect((await llmci('promote', 'reply', '--to', 'dev')).code).toBe(3);
  expect((await llmci('rollback', 'reply', '--in', 'dev')).code).toBe(3);
  await database?.resume();
  expect((await llmci('promote', 'reply', '--to', 'dev')).code).toBe(0);
  for (let looks = 0; looks < 1500 && live() !== 'reply@2'; looks++) await sleep(10);
  expect([live(), prompts.status().from]).toEqual(['reply@2', 'store']);
  await prompts.close();
  expect((await llmci('audit')).stdout).toBe('All holds: 2 lines of ledgers and 2 releases.\n');
});

describe.each(homes)('a release lives in $name', ({ state, lose }) => {
  it('from a change to production, to a bad one, and back', async () => {
    const project = await makeDelivery(ENVIRONMENTS);
    const { write, git, change, commit, path } = project;
    await write('llmci.yaml', stringify({ environments: ENVIRONMENTS, state }));
    await write('.gitignore', '.llmci/\nreleases/\nremote.git/\n');
    await commit('where the state is');
    await run('git', ['init', '--quiet', '--bare', path('remote.git')]);
    await git('remote', 'add', 'origin', path('remote.git'));
    const env = { STATE_URL: database.url };
    const llmci = (...args: readonly string[]) => runCli(args, { cwd: project.dir, env });
    const done = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await llmci(...args);
      expect(code, `${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
      return stdout;
    };
    const refused = async (...args: readonly string[]) => {
      const { code, stdout } = await llmci(...args);
      expect(code, stdout).toBe(1);
      return stdout;
    };
    const promote = ['promote', 'reply', '--to', 'production'] as const;
    const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);
    vi.setSystemTime('2030-01-01T09:00:00.000Z');

    // The first of all: it soaks, and goes to production
    await done('eval', '--quiet');
    await done('release');
    await done('promote', '--all', '--to', 'staging');
    pass(59);
    expect(await refused(...promote)).toMatch(
      /is live in staging for 59m.*, of 1h\n +try again at 2030-01-01T10:00:0\d\.\d+Z\n$/,
    );
    pass(2);
    await done(...promote);

    const errors: Error[] = [];
    process.env['STATE_URL'] = database.url;
    const prompts = await openPrompts({
      environment: 'production',
      state,
      cwd: project.dir,
      onError: (error) => errors.push(error),
    });
    const live = () => prompts.resolve('reply', { vars: { name: 'Ada' } }).release;
    /** Looks every ten milliseconds; returns how often it had to. */
    const looksUntil = async (release: string) => {
      for (let looks = 1; looks <= 1500; looks++) {
        if (live() === release) return looks;
        await sleep(10);
      }
      throw new Error(`${release} was not seen`);
    };
    expect(live()).toBe('reply@1');

    // A change: all that it lacks at once, then a person's yes and an hour
    await change('Ada, good day');
    await done('eval', '--quiet');
    await done('release', '--note', 'more polite');
    await done('promote', 'reply', '--to', 'staging');
    expect(await refused(...promote)).toMatch(
      /^production says no, for 2 reasons; nothing was changed:\n[\s\S]*of 1h\n[\s\S]*approve reply@2/,
    );
    expect((await llmci('approve', 'reply@2', '--for', 'production')).stderr).toMatch(
      /nobody approves a release of their own/,
    );
    await git('config', 'user.email', 'bob@example.com');
    await done('approve', 'reply@2', '--for', 'production');
    expect(await refused(...promote)).toMatch(
      /^production says no: reply@2 is live in staging for|^production says no[\s\S]*of 1h/,
    );
    pass(61);
    await done(...promote);
    await looksUntil('reply@2');

    // It is bad: one command, and no app serves it any more
    pass(5);
    await done('rollback', 'reply', '--in', 'production', '--reason', 'in French');
    const looks = await looksUntil('reply@1');
    // A second at most; of a branch git has to be asked first, which takes its time on a busy machine
    expect(looks).toBeLessThan(isBranch(state) ? 300 : 100);
    // A branch has no place for what resolvers say
    const seen = isBranch(state) ? /have seen the rollback is not known/ : /seen by 1 of 1 resolver\n/;
    for (let tries = 0; tries < 500 && !seen.test(await done('status')); tries++) await sleep(10);
    expect(await done('status')).toMatch(seen);
    expect(await refused('promote', 'reply@2', '--to', 'production')).toMatch(/is held in production/);
    expect(await done('status')).toMatch(/held: reply@2, by Ada <bob@example.com>: in French/);

    // What was, and on whose word
    const before = new Date(Date.now() - 60_000).toISOString();
    expect(await done('blame', 'reply', '--in', 'production', '--at', before)).toMatch(
      /^reply@2 [\s\S]*Ada <bob@example.com>/,
    );
    expect((await done('history', '--in', 'production', '--json')).match(/"action"/g)).toHaveLength(4);
    expect(await done('audit')).toBe('All holds: 6 lines of ledgers and 2 releases.\n');

    await lose(project);
    // Nobody has to ask: who watches the status hears of it
    for (let looks = 0; looks < 1500 && prompts.status().from === 'store'; looks++) await sleep(10);
    expect([live(), prompts.status().from]).toEqual(['reply@1', 'last-known']);
    expect(errors.length).toBeGreaterThan(0);
    await prompts.close();
    const gone = await llmci('rollback', 'reply', '--in', 'production');
    expect(gone.code).toBe(3);
  });
});
