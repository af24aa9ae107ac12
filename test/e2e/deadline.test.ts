import { describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '../../src/model/run-record.js';
import { runCli, startCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

// What computes without end, or for long: the run ends all the same, and does not pass for it.

const BACKTRACKS = `${'a'.repeat(60)}!`;

function project(cases: readonly object[], files: Readonly<Record<string, string | object>> = {}): Promise<Project> {
  return makeProject({
    'prompts/echo.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }] },
    'evals/echo.eval.yaml': {
      prompt: 'echo',
      dataset: 'cases.jsonl',
      metrics: [{ metric: 'length', min: 1 }],
      gates: [{ metric: 'pass', min: 0, decide: 'point' }],
    },
    'evals/cases.jsonl': [...cases],
    ...files,
  });
}

const slowRows = (rows: number) =>
  Array.from({ length: rows }, (_, row) => ({
    vars: { text: `${row} ${BACKTRACKS}` },
    metrics: [{ metric: 'regex', pattern: '(a+)+$', min: 0 }],
  }));

async function summaryOf({ stdout }: { readonly stdout: string }): Promise<RunSummary> {
  return JSON.parse(stdout) as RunSummary;
}

describe('patterns that backtrack in the rows of a dataset', () => {
  it('stop at the deadline of the run, which does not pass', async () => {
    const { dir } = await project(slowRows(200));
    const run = await runCli(['eval', '--json', '--max-time', '2s'], { cwd: dir });
    const { samples, late, notes } = await summaryOf(run);
    expect([run.code, late]).toEqual([3, true]);
    expect(samples.finished).toBeLessThan(200);
    expect(notes.join('\n')).toContain('the deadline of 2s');
  }, 60_000);

  it('end at the second Ctrl-C', async () => {
    const { dir, list, read } = await project(slowRows(200));
    const run = startCli(['eval'], { cwd: dir });
    const hasBegun = async () => {
      const results = (await list()).find((path) => path.endsWith('results.jsonl'));
      expect(await read(results ?? 'none yet')).not.toBe('');
    };
    await vi.waitFor(hasBegun, { timeout: 30_000 });
    run.kill('SIGINT');
    await run.waitForOutput(/Stopping/);
    run.kill('SIGINT');
    const { code, signal } = await run.result;
    expect([130, 'SIGINT']).toContain(code ?? signal);
  }, 60_000);
});

it('a template whose loops take too long in many cases is told before anything is sent', async () => {
  const loops = '{% for i in (1..n) %}{% for j in (1..n) %}{% endfor %}{% endfor %}{{ text }}';
  const { dir } = await project(
    Array.from({ length: 4 }, (_, row) => ({ vars: { text: `${row}`, n: 3000 } })),
    { 'prompts/echo.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: loops }] } },
  );
  const run = await runCli(['eval', '--max-time', '3s'], { cwd: dir });
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/echo\.prompt\.yaml:\d+:\d+.*takes too long|takes too long.*prompt echo uses it/);
}, 60_000);

it('a metric that never settles does not outlive the second Ctrl-C', async () => {
  const { dir, list } = await project([{ vars: { text: 'Hello' } }], {
    'metrics/hangs.js': `import { writeFileSync } from 'node:fs';
    export default {
      type: 'hangs', describe: 'Never says anything.', params: {}, unit: 'fraction', better: 'higher', examples: [],
      score: () => new Promise(() => { writeFileSync('started', ''); setInterval(() => {}, 1000); }),
    };`,
    'evals/echo.eval.yaml': {
      prompt: 'echo',
      dataset: 'cases.jsonl',
      metrics: [{ metric: '../metrics/hangs.js', min: 0 }],
      gates: [{ metric: 'pass', min: 0, decide: 'point' }],
    },
  });
  const run = startCli(['eval'], { cwd: dir });
  await vi.waitFor(async () => expect(await list()).toContain('started'), { timeout: 30_000 });
  run.kill('SIGINT');
  await run.waitForOutput(/Press Ctrl-C again/);
  run.kill('SIGINT');
  const { code, signal } = await run.result;
  expect([130, 'SIGINT']).toContain(code ?? signal);
}, 60_000);
