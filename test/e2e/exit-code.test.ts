import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/run-record.js';
import { runProcess } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// The exit code is 3 until the verdict is written: real processes, since how they end is the point.

const dist = new URL('../../dist/index.js', import.meta.url).href;

/** A metric module with this body of `score`, and this code at its top. */
const metric = (score: string, top = '') => `import { defineMetric } from ${JSON.stringify(dist)};
import { createRequire } from 'node:module';
${top}
export default defineMetric({
  type: 'own',
  describe: 'Ours.',
  params: {},
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  examples: [],
  timeoutMs: 2000,
  score: async () => {
    ${score}
    return { value: 1, reason: 'good' };
  },
});
`;

/** Evaluates a suite for each of these modules in one process, and returns how it ended. */
async function endOf(modules: Readonly<Record<string, string>>) {
  const names = Object.keys(modules);
  const project = await makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/dependency.cjs': 'process.exit(0);',
    ...Object.fromEntries(names.map((name) => [`evals/${name}.eval.yaml`, suiteOf(name)])),
    ...Object.fromEntries(names.map((name) => [`evals/${name}.mjs`, modules[name] ?? ''])),
  });
  return runProcess(['eval', '--no-cache', '--json'], { cwd: project.dir });
}
const suiteOf = (module: string) => ({
  prompt: 'reply',
  metrics: [{ metric: `./${module}.mjs` }],
  gates: [{ metric: 'pass', min: 0.9 }],
  cases: [{ id: 'a', vars: { ticket: 'help' } }],
});

describe('the exit code is never 0 or 1 when something ends the process early', () => {
  it('as a metric does, at once, later, or by what it leaves behind', async () => {
    const { code, stdout, stderr } = await endOf({
      exits: metric('process.exit(0);'),
      'exits-with-1': metric('process.exit(1);'),
      'exits-from-a-timer': metric('setTimeout(() => process.exit(0)); await new Promise(() => {});'),
      'has-a-dependency-that-exits': metric("createRequire(import.meta.url)('./dependency.cjs');"),
      'sets-the-exit-code': metric('process.exitCode = 0; process.exit();'),
      'has-a-handler-that-sets-the-exit-code': metric(
        "process.on('exit', () => { process.exitCode = 0; }); process.exit();",
      ),
      'has-a-handler-that-exits': metric("process.on('exit', () => process.exit(0)); process.exit(1);"),
      'never-settles': metric('await new Promise(() => {});'),
      'throws-late': metric("setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});"),
      'rejects-late': metric("void Promise.reject(new Error('late')); await new Promise(() => {});"),
      'rejects-with-no-error': metric(
        'void Promise.reject(undefined); await new Promise((resolve) => setTimeout(resolve, 60000));',
      ),
    });
    expect(code, stderr).toBe(3);
    const { gates, results } = JSON.parse(stdout) as RunRecord;
    // Each by itself is an error: what is missing is never a pass, and never a fail
    expect(gates.map(({ suite, verdict }) => [suite, verdict])).toEqual(results.map(({ suite }) => [suite, 'error']));
    expect(results.map(({ scores }) => scores.map(({ value }) => value))).toEqual(Array(11).fill([null]));
  });

  it('as an installation does that is not whole', async () => {
    const bin = await readFile(new URL('../../bin/llmci.js', import.meta.url), 'utf8');
    const main = { 'dist/program/main.js': "import './none.js';" };
    for (const files of [{}, main, { 'dist/program/main.js': 'never closed (' }]) {
      const { path } = await makeProject({ 'bin/llmci.js': bin, 'package.json': { type: 'module' }, ...files });
      const { code, stderr } = await runProcess(['validate'], { script: path('bin/llmci.js') });
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(/^error: llmci cannot be loaded: .*\nInstall it again, /),
      ]);
    }
  });

  it('as what Node loads before it does, while the program is loaded', async () => {
    const whileLoading = (act: string) => `const look = () => {
      if (!process.listeners('exit').some((each) => /exitCode = 3/.test(each))) return setImmediate(look);
      if (process.listenerCount('uncaughtException') === 0) { ${act} }
    };
    setImmediate(look);`;
    const { dir, path } = await makeProject({
      'exits.cjs': whileLoading('process.exit(0);'),
      'throws.cjs': whileLoading("throw new Error('not mine');"),
    });
    for (const file of ['exits.cjs', 'throws.cjs']) {
      const env = { NODE_OPTIONS: `--require ${path(file)}` };
      const { code, stdout } = await runProcess(['schema', 'suite'], { cwd: dir, env });
      expect([code, stdout]).toEqual([3, '']);
    }
  });

  it('as a module does when it is loaded', async () => {
    const { code, stderr } = await endOf({ exits: metric('', 'process.exit(0);') });
    expect([code, stderr]).toEqual([2, expect.stringContaining('exits.mjs cannot be imported')]);
  });

  it('and is that of the verdict where nothing does, whatever a module does behind it', async () => {
    const { code, stderr } = await endOf({
      'exits-when-all-is-over': metric('setTimeout(() => process.exit(7), 3000).unref();'),
      'has-a-handler-that-exits': metric("process.on('exit', () => process.exit(7));"),
      'sets-the-exit-code': metric('process.exitCode = 7;'),
    });
    expect(code, stderr).toBe(0);
  });
});
