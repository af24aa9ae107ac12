import { rm, symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { RunSummary } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeRepository, type Repository } from '../helpers/repository.js';

// `--protect` holds by whatever way a run is judged: another configuration, going on, merging, scoring again.

const GATE = { metric: 'pass', min: 0.9 };
const THRESHOLDS = 'prompts/hello.thresholds.yaml';
const FILES = {
  'llmci.yaml': {},
  'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
  [THRESHOLDS]: { gates: [GATE] },
  'evals/hello.eval.yaml': {
    prompt: 'hello',
    cases: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, vars: { text: `hello ${id}` } })),
    trials: 2,
    metrics: [{ metric: 'contains', value: 'hello' }],
  },
  '.gitignore': '.llmci\n',
};
const GUARDED = ['--protect', '--base', 'main'];

function cliIn({ path }: Repository, folder = '.') {
  return (...args: readonly string[]) => runCli(args, { cwd: path(folder) });
}

async function weakened(): Promise<Repository> {
  const repository = await makeRepository(FILES);
  await repository.write(THRESHOLDS, { gates: [{ ...GATE, min: 0.1 }] });
  return repository;
}

it('what was protected stays so when it is merged, scored again or resumed', async () => {
  const cli = cliIn(await weakened());
  const codeOf = async (...args: readonly string[]) => (await cli(...args)).code;
  expect(await codeOf('eval', '--no-cache', '--shard', '1/1', ...GUARDED)).toBe(1);
  expect(await codeOf('merge', '.llmci/shards/1-of-1.jsonl')).toBe(1);
  expect(await codeOf('eval', '--no-cache', ...GUARDED)).toBe(1);
  expect(await codeOf('rescore')).toBe(1);
  expect(await codeOf('eval', '--resume', 'latest')).toBe(1);
  // One that was not protected passes, unless it is asked for
  expect(await codeOf('eval', '--no-cache', '--shard', '1/1')).toBe(0);
  expect(await codeOf('merge', '.llmci/shards/1-of-1.jsonl')).toBe(0);
  expect(await codeOf('merge', '.llmci/shards/1-of-1.jsonl', ...GUARDED)).toBe(1);
  expect(await codeOf('eval', '--no-cache')).toBe(0);
  expect([await codeOf('rescore'), await codeOf('rescore', ...GUARDED)]).toEqual([0, 1]);
});

it('a run that goes on is protected when it was cut short, and cannot be protected only then', async () => {
  const repository = await weakened();
  const cli = cliIn(repository);
  const cut = async () => {
    const [summary = ''] = (await repository.list()).filter((path) => path.endsWith('/run.json')).reverse();
    await rm(repository.path(summary));
  };
  await cli('eval', '--no-cache', ...GUARDED);
  await cut();
  expect((await cli('eval', '--resume')).code).toBe(1);
  // Not even where there is nothing left to do; a run that nobody protected would otherwise be reported as one that held
  await cli('eval', '--no-cache');
  for (const resume of ['latest', null]) {
    if (resume === null) await cut();
    const { code, stderr } = await cli('eval', '--resume', ...(resume ?? '').split(' ').filter(Boolean), ...GUARDED);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/error: --protect: run .* was not started so/)]);
  }
});

const judged = (model: string) => ({
  judge: { model },
  providers: { strict: { type: 'exec', command: ['node', 'judge.mjs'] }, kind: { type: 'echo' } },
});

it.each([
  ['in the project', 'app', 'ci.yaml', 'ci.yaml', null],
  ['elsewhere in the repository', 'ci', 'llmci.yaml', '../ci/llmci.yaml', null],
  ['behind a link to elsewhere in the repository', 'ci', 'llmci.yaml', 'ci.yaml', ['app/ci.yaml', '../ci/llmci.yaml']],
  ['in a linked folder', 'ci', 'llmci.yaml', 'conf/llmci.yaml', ['app/conf', '../ci']],
])('another configuration %s judges too', async (_, folder, name, config, link) => {
  const app = Object.fromEntries(Object.entries(FILES).map(([path, content]) => [`app/${path}`, content]));
  const path = `${folder}/${name}`;
  const repository = await makeRepository({ ...app, [path]: judged('strict') });
  if (link !== null) {
    await symlink(link[1] ?? '', repository.path(link[0] ?? ''));
    repository.commit('a link');
  }
  const cli = cliIn(repository, 'app');
  const evaluate = () => cli('eval', '--no-cache', '--config', config, '--reporter', 'json=run.json', ...GUARDED);
  expect((await evaluate()).code).toBe(0);
  await repository.write(path, judged('kind'));
  const told = { file: config, effect: 'altered', text: '`judge` is another' };
  const weakenings = async () => ((await repository.readJson('app/run.json')) as RunSummary).protection?.weakened;
  expect([(await evaluate()).code, await weakenings()]).toEqual([1, [told]]);
  // A run that goes on, or is scored again, is judged by the configuration that it was made with
  expect((await cli('eval', '--resume', 'latest')).code).toBe(1);
  expect((await cli('rescore', '--reporter', 'json=run.json')).code).toBe(1);
  expect(await weakenings()).toEqual([told]);
});

it('a configuration outside of the repository is of nobody who changes it', async () => {
  const repository = await makeRepository(FILES);
  const theirs = await makeRepository({ 'llmci.yaml': { judge: { model: 'echo' } } });
  const cli = cliIn(repository);
  const evaluate = () => cli('eval', '--no-cache', '--config', theirs.path('llmci.yaml'), ...GUARDED);
  expect((await evaluate()).code).toBe(0);
  await theirs.write('llmci.yaml', {});
  expect((await evaluate()).code).toBe(0);
});
