import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { headOf, readLedger, sealLine } from '../../src/core/releases/chain.js';
import { type ReleaseRef, releaseRefSchema } from '../../src/model/release.js';
import { openDelivery } from '../../src/release/delivery.js';
import { runCli } from '../helpers/cli.js';
import { copyDelivery, type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import { BOB, Story } from '../helpers/ledger.js';
import { hasPostgres, useDatabase } from '../helpers/postgres.js';

const run = promisify(execFile);
const ENVIRONMENTS = { dev: {}, production: { from: 'dev' } };

const database = useDatabase();

/** A home, and what somebody who should not have been there does to it. */
interface Home {
  readonly name: string;
  readonly state: string | object;
  readonly misspelt: string | object;
  readonly dropLedger: (project: DeliveryProject) => Promise<unknown>;
  readonly emptyLedger: (project: DeliveryProject) => Promise<unknown>;
  readonly dropRelease: (project: DeliveryProject) => Promise<unknown>;
  readonly dropLive: (project: DeliveryProject) => Promise<unknown>;
  readonly goAway: (project: DeliveryProject) => Promise<unknown>;
}

const LEDGER = 'environments/dev.jsonl';
const RELEASE = 'prompts/reply/1.json';
const LIVE = 'prompts/reply/2.json';

/** Commits what was changed in a clone of the branch. */
async function changeBranch({ path }: DeliveryProject, change: (work: string) => Promise<unknown>) {
  const work = await mkdtemp(path('work-'));
  await run('git', ['clone', '--quiet', '--branch', 'llmci-state', path('remote.git'), work]);
  await change(work);
  // In one process: each that starts here copies the tables of all the memory that the tests have
  const commit = 'git add --all && git -c user.name=E -c user.email=e@x commit --quiet --message x';
  await run('sh', ['-c', `${commit} && git push --quiet origin HEAD:llmci-state`], { cwd: work });
}

const all: readonly Home[] = [
  {
    name: 'a folder',
    state: 'releases',
    misspelt: 'release',
    dropLedger: ({ path }) => rm(path('releases', LEDGER)),
    emptyLedger: ({ path }) => writeFile(path('releases', LEDGER), ''),
    dropRelease: ({ path }) => rm(path('releases', RELEASE)),
    dropLive: ({ path }) => rm(path('releases', LIVE)),
    goAway: ({ path }) => rm(path('releases'), { recursive: true }),
  },
  {
    name: 'a branch of git',
    state: { git: 'llmci-state' },
    misspelt: { git: 'llmci-stat' },
    dropLedger: (project) => changeBranch(project, (work) => rm(join(work, LEDGER))),
    emptyLedger: (project) => changeBranch(project, (work) => writeFile(join(work, LEDGER), '')),
    dropRelease: (project) => changeBranch(project, (work) => rm(join(work, RELEASE))),
    dropLive: (project) => changeBranch(project, (work) => rm(join(work, LIVE))),
    goAway: ({ path }) => rm(path('remote.git'), { recursive: true }),
  },
  {
    name: 'PostgreSQL',
    state: { postgres: 'env:STATE_URL' },
    misspelt: { postgres: 'env:STATE_URI' },
    dropLedger: async () => database.run('delete from llmci_lines'),
    emptyLedger: async () => database.run(`update llmci_lines set line = ''`),
    dropRelease: async () => database.run('delete from llmci_releases where number = 1'),
    dropLive: async () => database.run('delete from llmci_releases where number = 2'),
    goAway: async () => database.halt(),
  },
];

const homes = all.filter(({ name }) => hasPostgres || name !== 'PostgreSQL');

/** The folder of each story that was told, and where a copy of it lies. */
const told = new Map<Home, { readonly dir: string; readonly copy: string }>();
afterAll(async () => {
  for (const { copy } of told.values()) await rm(copy, { recursive: true });
});

/** Two releases that went to dev, one after the other. What lies in files is told once, and copied. */
async function makeStory(home: Home) {
  const isDatabase = home.name === 'PostgreSQL';
  const env = { STATE_URL: isDatabase ? database.url : '' };
  const before = told.get(home);
  const project = before ? await copyDelivery(before.copy, before.dir) : await tell(home, env);
  if (!before && !isDatabase) {
    const copy = await mkdtemp(join(tmpdir(), 'llmci-story-'));
    await cp(project.dir, copy, { recursive: true });
    told.set(home, { dir: project.dir, copy });
  }
  return { project, env, llmci: (...args: readonly string[]) => runCli(args, { cwd: project.dir, env }) };
}

async function tell({ state }: Home, env: Readonly<Record<string, string>>): Promise<DeliveryProject> {
  const project = await makeDelivery(ENVIRONMENTS);
  await project.write('llmci.yaml', stringify({ environments: ENVIRONMENTS, state }));
  await project.write('.gitignore', '.llmci/\nreleases/\nremote.git/\nwork-*/\n');
  await project.commit('where the state is');
  await run('git', ['init', '--quiet', '--bare', project.path('remote.git')]);
  await project.git('remote', 'add', 'origin', project.path('remote.git'));
  for (const greeting of ['Hello', 'Good day']) {
    if (greeting !== 'Hello') await project.change(greeting);
    for (const args of [['release'], ['promote', 'reply', '--to', 'dev']]) {
      const { code, stderr } = await runCli(args, { cwd: project.dir, env });
      expect(code, stderr).toBe(0);
    }
  }
  return project;
}

/** Another line behind the last one, as of an hour from now. */
async function writeAhead({ dir }: DeliveryProject, env: Readonly<Record<string, string | undefined>>) {
  const { store } = await openDelivery(dir, env, () => new Date());
  const last = readLedger((await store.readLedger('dev'))?.texts ?? []).lines.at(-1);
  if (last?.action !== 'promote') throw new Error('no promotion to go on from');
  const [moved] = last.releases;
  if (!moved) throw new Error('no release to approve');
  const { replaces: _, ...release } = moved;
  const approve = {
    action: 'approve' as const,
    release: releaseRefSchema.parse(pick(release)),
    replaces: release.digest,
    risk: 'low' as const,
  };
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  await store.append('dev', headOf(last), sealLine(headOf(last), approve, BOB, inAnHour));
  await store.close();
}

const pick = ({ prompt, number, digest, hash }: ReleaseRef): ReleaseRef => ({ prompt, number, digest, hash });

const ROLLBACK = ['rollback', 'reply', '--in', 'dev'];
const PROMOTE = ['promote', 'reply', '--to', 'production'];
const EXPORT = ['export', 'dev', '--format', 'json'];

/** Commands with the code that they end with, and what they say of it. */
type Expected = readonly (readonly [args: readonly string[], code: number, says: RegExp])[];

const noLedger = (why: string): Expected => [
  ...[
    PROMOTE,
    ROLLBACK,
    EXPORT,
    ['history', '--in', 'dev'],
    ['blame', 'reply', '--in', 'dev'],
    ['promote', 'reply@1', '--to', 'dev'],
  ].map((args) => [args, 3, new RegExp(`line 1 of the ledger of dev does not hold: ${why}`)] as const),
  [['status'], 3, /CANNOT BE TOLD: .*line\s+1 of the ledger of\s+dev\s+does\s+not\s+hold/s],
  [['audit'], 1, new RegExp(`^dev, line 1: ${why}`)],
];

const ABSENT = /(?:no (?:folder|branch) \S+|cannot be used: STATE_URI is not set)/;
const AWAY = /cannot be used: (?:there is no folder|fatal: |connect ENOENT)/;

const rows: readonly (readonly [what: string, spoil: keyof Home | 'clock' | 'nothing', expected: Expected])[] = [
  ['no ledger, where there was one', 'dropLedger', noLedger('its (?:file is|lines are) gone, and it had 2')],
  ['an empty ledger', 'emptyLedger', noLedger('(?:its file is empty|it is not a whole line)')],
  [
    'the release that a rollback would go to is missing',
    'dropRelease',
    [
      [ROLLBACK, 3, /the release reply@1 cannot be used: its file is gone/],
      [['promote', 'reply@1', '--to', 'dev'], 2, /there is no release reply@1/],
      [['audit'], 1, /dev, line 1: reply@1: its release is not there/],
      [EXPORT, 0, /"number": 2/],
    ],
  ],
  [
    'the release that is live is missing',
    'dropLive',
    [
      [EXPORT, 3, /the release reply@2 cannot be used: its file is gone/],
      [['promote', '--all', '--from', 'dev', '--to', 'production'], 3, /the release reply@2 cannot be used/],
      [['status'], 0, /NOT THERE: reply@2 is live in dev, and its file is gone/],
      [['audit'], 1, /dev, line 2: reply@2: its release is not there/],
      [ROLLBACK, 0, /^reply@1 is live in dev/],
    ],
  ],
  [
    'the home is gone',
    'goAway',
    [
      ...[ROLLBACK, ['history'], ['blame', 'reply', '--in', 'dev'], ['audit']].map((args) => [args, 3, AWAY] as const),
      [EXPORT, 3, /(?:nothing was ever live in dev: there is no ledger|cannot be used)/],
    ],
  ],
  [
    'another home than the one that was meant',
    'misspelt',
    [
      ...[ROLLBACK, ['history'], ['blame', 'reply', '--in', 'dev'], ['audit']].map(
        (args) => [args, 3, ABSENT] as const,
      ),
    ],
  ],
  [
    'the clock is before the last line',
    'clock',
    [
      [['promote', 'reply@1', '--to', 'dev'], 3, /it is \S+ here, and the last line of the ledger of dev is of/],
      [['audit'], 0, /^All holds: 3 lines/],
      // What waits for nothing takes the time of that line
      [ROLLBACK, 0, /^reply@1 is live in dev/],
    ],
  ],
  [
    'an environment that is not there',
    'nothing',
    [
      ...[
        ['promote', 'reply', '--to', 'prod'],
        ['approve', 'reply', '--for', 'prod'],
        ['rollback', 'reply', '--in', 'prod'],
        ['history', '--in', 'prod'],
        ['blame', 'reply', '--in', 'prod'],
        ['export', 'prod', '--format', 'json'],
        ['rollout', 'prod'],
        ['unhold', 'reply@1', '--in', 'prod', '--reason', 'x'],
      ].map((args) => [args, 2, /there is no environment called prod/] as const),
    ],
  ],
];

describe.each(homes)('$name fails closed', (home) => {
  it.each(rows)('%s', async (_, spoil, expected) => {
    const { project, llmci, env } = await makeStory(home);
    if (spoil === 'clock') await writeAhead(project, env);
    else if (spoil === 'misspelt')
      await project.write('llmci.yaml', stringify({ environments: ENVIRONMENTS, state: home.misspelt }));
    else if (typeof home[spoil as keyof Home] === 'function')
      await (home[spoil as keyof Home] as Home['goAway'])(project);
    for (const [args, code, says] of expected) {
      const { code: was, stdout, stderr } = await llmci(...args);
      expect
        .soft(`${args.join(' ')}: ${was}\n${stderr || stdout}`)
        .toMatch(new RegExp(`^${args.join(' ')}: ${code}\n`));
      expect.soft(stderr || stdout).toMatch(says);
    }
  });

  it('the home goes away between reading and writing', async () => {
    const { project, env } = await makeStory(home);
    const { store } = await openDelivery(project.dir, env, () => new Date());
    const last = readLedger((await store.readLedger('dev'))?.texts ?? []).lines.at(-1);
    if (!last) throw new Error('there are lines');
    await home.goAway(project);
    const text = new Story().promote(1).texts[0] ?? '';
    const end = await store.append('dev', headOf(last), text).then(String, (error: Error) => error.message);
    await store.close();
    expect(end).toMatch(/^false$|cannot be used/);
  });
});
