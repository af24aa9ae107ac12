import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { NO_HEAD } from '../../src/core/releases/chain.js';
import { openDelivery } from '../../src/release/delivery.js';
import { openPrompts } from '../../src/runtime/index.js';
import { runCli } from '../helpers/cli.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import { Story } from '../helpers/ledger.js';
import { hasPostgres, useDatabase } from '../helpers/postgres.js';

const run = promisify(execFile);
const ENVIRONMENTS = { dev: {}, production: { from: 'dev', evidence: {}, approvals: { medium: 1 } } };

const database = useDatabase();

interface Home {
  readonly name: string;
  readonly state: string | { readonly git: string } | { readonly postgres: string };
  /** Takes the store away. */
  readonly lose: (project: DeliveryProject) => Promise<unknown>;
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
  const project = await makeDelivery(ENVIRONMENTS);
  const { write, git, path, llmci } = project;
  await run('git', ['init', '--quiet', '--bare', path('remote.git')]);
  await git('remote', 'add', 'origin', path('remote.git'));
  const use = (branch: string) =>
    write('llmci.yaml', stringify({ environments: ENVIRONMENTS, state: { git: branch } }));
  await use('llmci-state');
  const first = await llmci('release');
  expect([first.code, first.stderr]).toEqual([
    0,
    'note: the branch llmci-state of origin was not there, and was made for the releases\n',
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

describe.each(homes)('a release lives in $name', ({ state, lose }) => {
  it('from a run to production, to a bad one, and back', async () => {
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
    await done('eval', '--quiet');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    await done('promote', 'reply', '--to', 'production');

    process.env['STATE_URL'] = database.url;
    const before = process.cwd();
    process.chdir(project.dir);
    const errors: Error[] = [];
    const prompts = await openPrompts({ environment: 'production', state, onError: (error) => errors.push(error) });
    process.chdir(before);
    const live = () => prompts.resolve('reply', { vars: { name: 'Ada' } }).release;
    expect(live()).toBe('reply@1');

    await change('Ada, good day');
    await done('eval', '--quiet');
    await done('release');
    await done('promote', 'reply', '--to', 'dev');
    expect((await llmci('promote', 'reply', '--to', 'production')).code).toBe(1);
    await git('config', 'user.email', 'bob@example.com');
    await done('approve', 'reply@2', '--for', 'production');
    await done('promote', 'reply', '--to', 'production');
    await prompts.refresh();
    expect(live()).toBe('reply@2');

    await done('rollback', 'reply', '--in', 'production', '--reason', 'in French');
    const until = performance.now() + 30_000;
    while (live() !== 'reply@1' && performance.now() < until) await sleep(10);
    expect(live()).toBe('reply@1');
    // A branch has no place for what resolvers say
    const seen = 'git' in Object(state) ? /have seen the rollback is not known/ : /seen by 1 of 1 resolver\n/;
    while (!seen.test(await done('status')) && performance.now() < until) await sleep(10);
    expect(await done('status')).toMatch(seen);
    expect((await llmci('promote', 'reply@2', '--to', 'production')).stdout).toMatch(/is held in production/);
    expect(await done('status')).toMatch(/held: reply@2, by Ada <bob@example.com>: in French/);
    expect(await done('audit')).toBe('All holds: 6 lines of ledgers and 2 releases.\n');

    await lose(project);
    await prompts.refresh();
    expect(live()).toBe('reply@1');
    expect(errors.length).toBeGreaterThan(0);
    await prompts.close();
    const gone = await llmci('rollback', 'reply', '--in', 'production');
    expect(gone.code).toBe(3);
  });
});
