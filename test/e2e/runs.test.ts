import { cp, mkdir, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import type { RunSummary } from '../../src/model/run-record.js';
import { batchArgs, startBatchProject } from '../helpers/batch-project.js';
import { runCli, runProcess } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';
import { makeServedProject, type ServedProject } from '../helpers/served-project.js';

// `llmci runs` and `llmci runs prune`.

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly samples: { readonly planned: number } | null;
  readonly verdict: string | null;
  readonly bytes: number;
}

const list = async ({ llmci }: ServedProject) => JSON.parse((await llmci(['runs', '--json'])).stdout) as Listed[];

it('lists runs by what has become of them, the newest first', async () => {
  const state = { hangs: false };
  const served = await makeServedProject(
    { respond: ({ index }) => (state.hangs && index > 6 ? { kind: 'hang' } : { kind: 'text', text: 'ok' }) },
    { cases: 3, provider: { concurrency: 1 } },
  );
  expect((await served.llmci(['runs'])).stdout).toMatch(/^There are no runs in .*\.llmci\/runs\.\n$/);
  await served.llmci(['eval', '--no-cache']);
  await served.llmci(['eval', '--no-cache', '--allow-no-gates', '--shard', '1/2']);
  state.hangs = true;
  const run = served.start(['eval', '--no-cache']);
  await vi.waitFor(() => expect(served.server.stats().calls).toBe(8), { timeout: 30_000 });
  expect((await list(served)).map((each) => each.state)).toEqual(['running', 'finished', 'finished']);
  run.kill('SIGKILL');
  await run.result;
  const listed = await list(served);
  expect(listed.map((each) => [each.state, each.verdict, each.samples?.planned ?? null])).toEqual([
    ['unfinished', null, null],
    ['finished', 'inconclusive', 2],
    ['finished', 'pass', 3],
  ]);
  expect(listed.every(({ bytes }) => bytes > 500)).toBe(true);
  const { stdout } = await served.llmci(['runs']);
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^run +verdict +samples +commit +suites +cost$/);
  expect(rows.map((row) => row.slice(0, row.indexOf(' ')))).toEqual(listed.map(({ id }) => id));
  expect(rows[1]).toMatch(/ inconclusive \(part\) +2, 100% pass +.* reply /);
});

it('each command says of a run that cannot be read what is wrong with it', async () => {
  const project = await makeProject({
    'prompts/p.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: 'hello' }] },
    'evals/p.eval.yaml': {
      prompt: 'p',
      cases: [{ id: 'a' }],
      metrics: [{ metric: 'contains', value: 'hello' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  const llmci = (...args: readonly string[]) => runCli(args, { cwd: project.dir });
  await llmci('eval');
  const [whole = ''] = await readdir(project.path('.llmci/runs'));
  const make = async (id: string, change: (summary: object) => object | string | null) => {
    const folder = project.path(`.llmci/runs/${id}`);
    await cp(project.path(`.llmci/runs/${whole}`), folder, { recursive: true });
    const plan = JSON.parse(await project.read(`.llmci/runs/${id}/plan.json`));
    await project.write(`.llmci/runs/${id}/plan.json`, { ...plan, runId: id });
    const summary = change({ ...JSON.parse(await project.read(`.llmci/runs/${id}/run.json`)), runId: id });
    if (summary === null) await rm(`${folder}/run.json`);
    else await project.write(`.llmci/runs/${id}/run.json`, summary);
    return id;
  };
  const sureOf = (summary: object, confidence: number) => ({
    ...summary,
    gates: (summary as RunSummary).gates.map((gate) => ({
      ...gate,
      interval: { low: 0, high: 1, confidence, method: 'x' },
    })),
  });
  const wrong = {
    [await make('20300101-000001-aaaa', (summary) => ({ ...summary, schemaVersion: 9, news: 1 }))]:
      /a newer llmci wrote it \(schemaVersion 9; this one reads 1\), so update llmci/,
    [await make('20300101-000002-bbbb', () => '{"schemaVersion": 1, "runId": ')]: /cannot be read: .*JSON/,
    [await make('20300101-000003-cccc', () => null)]:
      /it was cut short \(to go on with it: llmci eval --resume 20300101-000003-cccc\)/,
    [await make('20300101-000004-dddd', (summary) => sureOf(summary, 7))]:
      /`gates\.0\.interval\.confidence` must be less than 1/,
  };
  for (const [id, why] of Object.entries(wrong)) {
    for (const args of [
      ['show', id, 'a'],
      ['report', id],
      ['compare', whole, id],
      ['rescore', id],
      ['bless', id],
      ['comment', id],
    ]) {
      const { code, stdout, stderr } = await llmci(...args);
      expect([args, code, stdout]).toEqual([args, 3, '']);
      expect(stderr).toMatch(why);
    }
  }
  const record = (await llmci('report', whole, '--reporter', 'json')).stdout;
  for (const [place, value] of [
    ['"metric":"contains","value":1', '"metric":"contains","value":45'],
    ['"passed":true,"score":1', '"passed":true,"score":-0.5'],
  ] as const) {
    expect(record).toContain(place);
    await project.write('record.json', record.replace(place, value));
    for (const args of [
      ['report', 'record.json'],
      ['show', 'record.json', 'a'],
      ['compare', whole, 'record.json'],
      ['bless', 'record.json'],
    ]) {
      const { code, stdout, stderr } = await llmci(...args);
      expect([args, code, stdout]).toEqual([args, 3, '']);
      expect(stderr).toMatch(/case a: (?:45|-0\.5) cannot be a score of \w+: its unit is a fraction, from 0 to 1/);
    }
  }
  await project.write('record.json', record.replace('"verdict":', '"verdict":"fail","verdict":'));
  const { code, stderr } = await llmci('compare', 'record.json', whole);
  expect([code, stderr]).toEqual([3, expect.stringContaining('duplicate key verdict, at character')]);
  const listed = JSON.parse((await llmci('runs', '--json')).stdout) as Listed[];
  expect(listed.map(({ state, verdict }) => [state, verdict])).toEqual([
    ['unreadable', null],
    ['unfinished', null],
    ['unreadable', null],
    ['unreadable', null],
    ['finished', 'pass'],
  ]);
});

it('prune removes the oldest, never what is under way, and nothing that is no run', async () => {
  const served = await makeServedProject(
    { respond: ({ index }) => (index === 0 ? { kind: 'hang' } : { kind: 'text', text: 'ok' }) },
    { cases: 1, provider: { concurrency: 1 } },
  );
  const { project, llmci } = served;
  const running = served.start(['eval', '--no-cache']);
  await vi.waitFor(() => expect(served.server.stats().calls).toBe(1), { timeout: 30_000 });
  for (let run = 0; run < 3; run++) expect((await llmci(['eval', '--no-cache', '--quiet'])).code).toBe(0);
  // What stands there besides, and a link with the name of a run that leads out of the folder
  await project.write('.llmci/runs/notes.txt', 'mine');
  await project.write('.llmci/runs/my-own/run.json', '{}');
  await mkdir(project.path('outside'));
  await project.write('outside/run.json', '{}');
  await symlink(project.path('outside'), project.path('.llmci', 'runs', '20000101-000000-aaaa'));
  await utimes(project.path('outside'), 0, 0);
  const ids = (await list(served)).map(({ id }) => id);
  expect(ids.length).toBe(4);

  expect((await llmci(['runs', 'prune'])).stdout).toBe('Removed 0 runs (0 B); 4 runs stay.\n');
  expect((await llmci(['runs', 'prune', '--keep', '0', '--older-than', '1d'])).stdout).toContain('Removed 0 runs');
  const dry = await llmci(['runs', 'prune', '--keep', '1', '--dry-run']);
  expect(dry.stdout).toMatch(
    new RegExp(`^${ids[1]} .*\\n${ids[2]} .*\\nWould remove 2 runs \\(.*B\\); 2 runs would stay\\.\\n$`),
  );
  expect((await list(served)).length).toBe(4);
  const pruned = await llmci(['runs', 'prune', '--keep', '1', '--json']);
  expect((JSON.parse(pruned.stdout) as { removed: Listed[] }).removed.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
  expect((await list(served)).map(({ id, state }) => [id, state])).toEqual([
    [ids[0], 'finished'],
    [ids[3], 'running'],
  ]);
  expect(await project.list()).toEqual(
    expect.arrayContaining(['.llmci/runs/notes.txt', '.llmci/runs/my-own/run.json', 'outside/run.json']),
  );
  running.kill('SIGKILL');
});

it('prune leaves a run whose batch is still at the service: it is paid for', async () => {
  const batches = { polls: 1000 };
  const { project } = await startBatchProject('openai', { batches });
  const [args, options] = batchArgs(project);
  const cut = await runProcess(args, { ...options, signalAfter: { output: /handed in 3 requests/, signal: 'SIGINT' } });
  expect(cut.code).toBe(130);
  const prune = async (...flags: string[]) =>
    (await runCli(['runs', 'prune', '--keep', '0', ...flags], options)).stdout;
  const id = (await project.list()).flatMap((path) => /^\.llmci\/runs\/([^/]+)/.exec(path)?.[1] ?? [])[0] ?? '';
  const stays = `${id}  stays: a batch of it is open, and paid for. To go on with it: llmci eval --resume ${id}\n`;
  expect(await prune('--dry-run')).toBe(`${stays}Would remove 0 runs (0 B); 1 run would stay.\n`);
  expect(await prune()).toBe(`${stays}Removed 0 runs (0 B); 1 run stays.\n`);
  const json = JSON.parse(await prune('--json')) as { removed: Listed[]; awaited: Listed[] };
  expect([json.removed, json.awaited.map((run) => run.id)]).toEqual([[], [id]]);
  batches.polls = 0;
  expect((await runCli(['eval', '--resume', id, '--quiet'], options)).code).toBe(0);
  expect(await prune()).toMatch(new RegExp(`^${id}  [^\n]*\nRemoved 1 run`));
});

it.each([
  [['runs', 'purge'], 'there is no `llmci runs purge`'],
  [['runs', '--keep', '3'], 'are for llmci runs prune'],
  [['runs', 'prune', '--older-than', '30'], 'length of time'],
])('%j is a usage error', async (args, why) => {
  const { llmci } = await makeServedProject({});
  const { code, stderr } = await llmci(args);
  expect(code).toBe(2);
  expect(stderr).toContain(why);
});
