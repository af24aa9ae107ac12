import { describe, expect, it } from 'vitest';
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

async function endOf(module: string, more: Readonly<Record<string, string>> = {}) {
  const project = await makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: './own.mjs' }],
      gates: [{ metric: 'pass', min: 0.9 }],
      cases: [{ id: 'a', vars: { ticket: 'help' } }],
    },
    'evals/own.mjs': module,
    ...more,
  });
  return runProcess(['eval', '--no-cache'], { cwd: project.dir });
}

describe('the exit code is never 0 or 1 when something ends the process early', () => {
  it.each([
    ['a metric that exits', metric('process.exit(0);')],
    ['a metric that exits with 1', metric('process.exit(1);')],
    ['a metric that exits from a timer', metric('setTimeout(() => process.exit(0)); await new Promise(() => {});')],
    ['a dependency of a metric that exits', metric("createRequire(import.meta.url)('./dependency.cjs');")],
    ['a module that exits when it is loaded', metric('', 'process.exit(0);')],
    ['a module that sets the exit code', metric('process.exitCode = 0; process.exit();')],
    [
      'a handler that sets the exit code',
      metric("process.on('exit', () => { process.exitCode = 0; }); process.exit();"),
    ],
    ['a handler that exits', metric("process.on('exit', () => process.exit(0)); process.exit(1);")],
    ['a metric that never settles', metric('await new Promise(() => {});')],
    ['a late throw', metric("setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});")],
    ['a late rejection', metric("void Promise.reject(new Error('late')); await new Promise(() => {});")],
    [
      'a rejection that is no error',
      metric('void Promise.reject(undefined); await new Promise((resolve) => setTimeout(resolve, 60000));'),
    ],
  ])('%s', async (_, module) => {
    const { code, stdout, stderr } = await endOf(module, { 'evals/dependency.cjs': 'process.exit(0);' });
    expect(code).not.toBe(0);
    expect(code).not.toBe(1);
    expect(code).not.toBe(13);
    expect(stdout + stderr).toMatch(/error|FAIL|ERROR/);
  });

  it('and is that of the verdict where nothing does, whatever a module does behind it', async () => {
    expect((await endOf(metric('setTimeout(() => process.exit(7), 3000).unref();'))).code).toBe(0);
    expect((await endOf(metric("process.on('exit', () => process.exit(7));"))).code).toBe(0);
    expect((await endOf(metric('process.exitCode = 7;'))).code).toBe(0);
  });
});
