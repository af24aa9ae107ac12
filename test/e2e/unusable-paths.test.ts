import { execFileSync } from 'node:child_process';
import { chmod, readdir, rm, symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// Paths at which no file can be: told where they are written, and never a stack trace.

const LONG = 'x'.repeat(300);
const mayReadAll = process.getuid?.() === 0;

const PATHS: readonly (readonly [what: string, path: string])[] = [
  ['below a file', 'taken/x'],
  ['far below a file', 'taken/a/b/x'],
  ['a folder', 'folder'],
  ['with a NUL', 'a\0b'],
  ['below a name that is too long', `${LONG}/x`],
  ['with a name that is too long', LONG],
  ['a link to itself', 'loop'],
  ['below a link to itself', 'loop/x'],
  ['a link that leads nowhere', 'dangling'],
  ...(mayReadAll
    ? []
    : [['that may not be read', 'locked'] as const, ['in a folder that may not be entered', 'closed/x'] as const]),
];

const KINDS: readonly (readonly [
  kind: string,
  ending: string,
  write: (path: string) => object,
  flags: (path: string) => readonly string[],
])[] = [
  ['cassette', '.jsonl', (cassette) => ({ cassette: `../${cassette}` }), () => ['eval', '--record']],
  ['dataset', '.jsonl', (dataset) => ({ cases: undefined, dataset: `../${dataset}` }), () => ['eval']],
  ['dataset as YAML', '.yaml', (path) => ({ cases: undefined, dataset: { path: `../${path}` } }), () => ['validate']],
  ['metric', '.mjs', (path) => ({ metrics: [{ metric: `../${path}` }] }), () => ['eval']],
  ['--config', '.yaml', () => ({}), (path) => ['eval', '--config', path]],
  [
    '--baseline',
    '.baseline.json',
    () => ({ gates: [{ metric: 'pass', maxDrop: 0.1 }] }),
    (path) => ['eval', '--baseline', path],
  ],
  ['a part', '.jsonl', () => ({}), (path) => ['merge', path]],
  ['a record', '.json', () => ({}), (path) => ['report', path]],
  ['rows', '.csv', () => ({}), (path) => ['score', '--metric', 'equals', '--file', path]],
  ['--cwd', '', () => ({}), () => []],
  ['--out', '', () => ({}), (path) => ['eval', '--out', path]],
  ['a report', '.xml', () => ({}), (path) => ['eval', '--reporter', `junit=${path}`]],
  ['--shard-file', '.jsonl', () => ({}), (path) => ['eval', '--shard', '1/1', '--shard-file', path]],
];

const table = KINDS.flatMap(([kind, ending, write, flags]) =>
  PATHS.map(([what, path]) => [kind, what, path, ending, write, flags] as const),
);

it.each(table)('%s %s', async (kind, what, path, ending, write, flags) => {
  const named = `${path}${ending}`;
  const project = await makeProject({
    'llmci.yaml': {},
    'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
    [`taken${path.startsWith('taken') && !path.includes('/') ? ending : ''}`]: 'a file',
    [`folder${ending}/README`]: '',
    [`locked${ending}`]: '{}',
    'closed/README': '',
  });
  await symlink('loop', project.path('loop'));
  await symlink(`loop${ending || '2'}`, project.path(`loop${ending || '2'}`));
  await symlink('not-there', project.path(`dangling${ending}`));
  await chmod(project.path(`locked${ending}`), 0o000);
  await chmod(project.path('closed'), 0o000);
  const suite = {
    prompt: 'hello',
    cases: [{ vars: { text: 'hello' } }],
    metrics: [{ metric: 'contains', value: 'hello' }],
    gates: [{ metric: 'pass', min: 0.5 }],
    ...write(named),
  };
  await project.write('evals/hello.eval.yaml', JSON.parse(JSON.stringify(suite)) as object);
  const { code, stdout, stderr } = await runCli(
    kind === '--cwd' ? ['eval', '--cwd', project.path(named)] : flags(named),
    { cwd: project.dir },
  );
  await chmod(project.path('closed'), 0o700);
  expect(stderr).not.toContain('bug');
  // A folder may hold runs, and what is not there yet can be made
  const may =
    (kind === '--out' && /folder|nowhere/.test(what)) ||
    (kind === '--cwd' && what === 'a folder') ||
    (/report|shard-file/.test(kind) && /nowhere|link to itself$/.test(what));
  const wanted = may ? [0, 3] : [2, 3];
  expect([kind, what, code, wanted.includes(code ?? -1) ? '' : `${stdout}${stderr}`]).toEqual([
    kind,
    what,
    expect.any(Number),
    '',
  ]);
  if (!may) expect(stderr).toMatch(/\S/);
});

it('a file in place of the folder for runs', { timeout: 30_000 }, async () => {
  const project = await makeProject({
    'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: 'hello' }] },
    'evals/hello.eval.yaml': { prompt: 'hello', cases: [{}], metrics: [{ metric: 'contains', value: 'hello' }] },
    '.llmci/runs': 'a file',
  });
  const commands = [['eval', '--allow-no-gates'], ['report', 'latest'], ['show', 'a'], ['bless'], ['rescore']];
  for (const args of commands) {
    const { code, stderr } = await runCli(args, { cwd: project.dir });
    expect([args, code, stderr.split('\n')[0]]).toEqual([
      args,
      expect.toSatisfy((exit) => exit === 2 || exit === 3),
      expect.stringMatching(/^error: (cannot write|there is no run latest)/),
    ]);
  }
});

it.skipIf(process.platform === 'win32')("a pipe in a run's folder is told, and not waited for", async () => {
  const project = await makeProject({
    'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: 'hello' }] },
    'evals/hello.eval.yaml': { prompt: 'hello', cases: [{}], metrics: [{ metric: 'contains', value: 'hello' }] },
  });
  const llmci = (...args: readonly string[]) => runCli(args, { cwd: project.dir });
  await llmci('eval', '--allow-no-gates');
  const [run = ''] = await readdir(project.path('.llmci/runs'));
  for (const [name, ...args] of [
    ['results.jsonl', 'report', run],
    ['plan.json', 'eval', '--resume', run],
    ['run.json', 'report', run],
  ] as const) {
    const place = project.path(`.llmci/runs/${run}/${name}`);
    await rm(place);
    execFileSync('/usr/bin/env', ['mkfifo', place]);
    const { code, stderr } = await llmci(...args);
    expect([code, stderr]).toEqual([
      expect.any(Number),
      expect.stringMatching(/is a pipe or a device|its plan is gone/),
    ]);
    expect([2, 3]).toContain(code);
  }
  expect((await llmci('runs')).code).toBe(0);
});
