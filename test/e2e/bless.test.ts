import { expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// A baseline is what later runs are judged by, so a run that does not pass is not made one by the way.

const project = (gates: readonly object[], text = 'hello') =>
  makeProject({
    'llmci.yaml': {},
    'prompts/hello.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: text }] },
    'prompts/hello.thresholds.yaml': { gates },
    'evals/hello.eval.yaml': {
      prompt: 'hello',
      cases: [{ id: 'a' }],
      metrics: [{ metric: 'contains', value: 'hello' }],
    },
  });

async function bless(dir: string, ...flags: readonly string[]) {
  const llmci = (...args: readonly string[]) => runCli(args, { cwd: dir });
  await llmci('eval');
  return llmci('bless', ...flags);
}

it('says which run it keeps', async () => {
  const { dir, list } = await project([{ metric: 'pass', min: 0.9 }]);
  const { code, stdout } = await bless(dir);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^run \S+ of \d{4}-\d\d-\d\d \d\d:\d\d UTC: pass, 1 of 1 gate pass, 1 sample\n/);
  expect(await list()).toContain('evals/hello.baseline.json');
});

it('refuses a run whose verdict is not pass, and says by which gate; --force blesses it', async () => {
  const { dir, list } = await project([{ metric: 'pass', min: 0.9 }], 'bye');
  const { code, stderr } = await bless(dir);
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /cannot be a baseline: its verdict is inconclusive: pass rate ≥ 0\.9: .*`llmci bless \S+ --force`/,
  );
  expect(await list()).not.toContain('evals/hello.baseline.json');
  expect((await bless(dir, '--force')).code).toBe(0);
  expect(await list()).toContain('evals/hello.baseline.json');
});

it('blesses a run that lacks nothing but the baseline', async () => {
  const { dir } = await project([
    { metric: 'pass', min: 0.9 },
    { metric: 'pass', maxDrop: 0.05 },
  ]);
  const { code, stdout } = await bless(dir);
  expect([code, stdout]).toEqual([0, expect.stringContaining(': error, 1 of 2 gates pass')]);
});

it('but not one that fails another gate besides', async () => {
  const { dir } = await project(
    [
      { metric: 'pass', min: 0.9 },
      { metric: 'pass', maxDrop: 0.05 },
    ],
    'bye',
  );
  expect((await bless(dir)).code).toBe(3);
});
