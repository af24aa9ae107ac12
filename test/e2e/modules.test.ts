import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineMetric, evaluate } from '../../dist/index.js';
import { runProcess, startCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// What modules of the user do to the process they run in: real processes, since their ends are the point.

const dist = new URL('../../dist/index.js', import.meta.url).href;
const zod = import.meta.resolve('zod');

/** A metric module whose `score` is this code. `before` runs when the module is loaded. */
const metric = (score: string, { before = '', fields = '' } = {}) => `
import { defineMetric } from ${JSON.stringify(dist)};
import { z } from ${JSON.stringify(zod)};
${before}
export default defineMetric({
  type: 'own',
  describe: 'A metric of our own.',
  params: { word: z.string().min(1).default('please'), times: z.number().int().optional() },
  unit: 'fraction', better: 'higher', passMark: { min: 1 }, examples: [], ${fields}
  score: async ({ params, output, case: { expected, vars }, tools }) => { ${score} },
});
`;
const FINE = `return { value: output.text.includes(params.word) ? 1 : 0, reason: 'looked' };`;

const projectWith = (module: string, more: object = {}) =>
  makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: './own.mjs' }, { metric: 'contains', value: 'please' }],
      cases: [
        { id: 'a', vars: { ticket: 'please help' } },
        { id: 'b', vars: { ticket: 'please, please' } },
      ],
      ...more,
    },
    'evals/own.mjs': module,
  });

const FAST = 'timeoutMs: 300,';

describe('a metric module cannot end the run, or make it green or red', { timeout: 60_000 }, () => {
  it.each([
    ['exits at once', metric('process.exit(0)'), 'process.exit(0)'],
    ['exits with 1', metric('process.exit(1)'), 'process.exit(1)'],
    ['exits from a timer after its score', metric(`setTimeout(() => process.exit(0)); ${FINE}`), 'process.exit(0)'],
    [
      'exits from a timer of its import',
      metric(`await new Promise((r) => setTimeout(r, 900)); ${FINE}`, {
        before: 'setTimeout(() => process.exit(0), 700);',
      }),
      'process.exit(0)',
    ],
    ['throws later', metric(`setTimeout(() => { throw new Error('much later'); }); ${FINE}`), 'much later'],
    ['rejects later', metric(`Promise.reject(new Error('unheard')); ${FINE}`), 'unheard'],
    [
      'throws nothing that can be shown',
      metric('throw Object.create(null);'),
      'own failed: a thrown value that cannot be shown (own.mjs)',
    ],
    [
      'throws what throws again',
      metric('throw new Proxy(new Error("a"), { get() { throw new Error("again"); } });'),
      'own failed: a thrown value that cannot be shown (own.mjs)',
    ],
    ['never settles', metric('await new Promise(() => {});', { fields: FAST }), 'within 0.3 s'],
    ['computes for ever', metric('while (true) {}', { fields: FAST }), 'within 0.3 s'],
    ['gives what cannot be sent', metric(`return { value: 1, reason: 'r', detail: { f: 1n } };`), 'detail'],
    ['sets the exit code', metric(`process.exitCode = 0; throw new Error('broken');`), 'broken'],
  ])('%s', async (_, module, told) => {
    const { dir } = await projectWith(module);
    const { code, stdout, stderr } = await runProcess(['eval', '--no-cache'], { cwd: dir });
    expect(code, stdout + stderr).toBe(3);
    expect(stdout).toContain(told);
    // The other metric was scored, and is in the report
    expect(stdout).toContain('reply');
  });

  it.each([
    ['exits', metric(FINE, { before: 'process.exit(0);' }), 'process.exit(0)'],
    ['throws', metric(FINE, { before: `throw new Error('no way');` }), 'throws when it is imported: Error: no way'],
    [
      'throws nothing',
      metric(FINE, { before: 'throw Object.create(null);' }),
      'imported: a thrown value that cannot be',
    ],
  ])('when it is imported: %s', async (_, module, told) => {
    const { dir } = await projectWith(module);
    const { code, stderr, stdout } = await runProcess(['eval', '--no-cache'], { cwd: dir });
    expect([code, (stdout + stderr).includes(told)], stdout + stderr).toEqual([2, true]);
    expect(stdout + stderr).toContain('evals/reply.eval.yaml:');
  });

  it('a score that hangs costs the others nothing', async () => {
    const hangsOnce = `if (output.text === 'please help') while (true) {} ${FINE}`;
    const { dir } = await projectWith(metric(hangsOnce, { fields: FAST }));
    const { code, stdout } = await runProcess(['eval', '--no-cache', '--json'], { cwd: dir });
    const { results } = JSON.parse(stdout) as { results: { scores: { value: number | null }[] }[] };
    expect([code, results.map(({ scores }) => scores[0]?.value)]).toEqual([3, [null, 1]]);
  });

  it('--max-time ends a run that waits for it', async () => {
    const { dir } = await projectWith(metric('await new Promise(() => {});'));
    const { code } = await runProcess(['eval', '--no-cache', '--max-time', '2s'], { cwd: dir });
    expect(code).toBe(3);
  });

  it.each(['await new Promise(() => {});', 'while (true) {}'])('so does the second Ctrl-C: %s', async (score) => {
    const { dir } = await projectWith(metric(`process._rawDebug('scoring'); ${score}`));
    const running = startCli(['eval', '--no-cache'], { cwd: dir });
    await running.waitForOutput(/scoring/);
    running.kill('SIGINT');
    await running.waitForOutput(/Press Ctrl-C again/);
    running.kill('SIGINT');
    expect((await running.result).code).toBe(130);
  });
});

describe('what a metric module may do goes on', () => {
  it.each([
    [
      'its parameters, with defaults',
      `return { value: params.word === 'please' && params.times === undefined ? 1 : 0, reason: 'r' };`,
    ],
    [
      'programs',
      `const { stdout } = await tools.run(['node', '-e', 'process.stdout.write("yes")'], '', { timeoutMs: 20000, env: [] }); return { value: stdout === 'yes' ? 1 : 0, reason: 'r' };`,
    ],
    [
      'embeddings',
      `const [a, b] = await tools.embed(['a dog', 'a cat']); return { value: a instanceof Float32Array && b.length === a.length ? 1 : 0, reason: 'r' };`,
    ],
    [
      'numbers that no double holds',
      `return { value: String(vars.size) === '9007199254740993' ? 1 : 0, reason: String(vars.size) };`,
    ],
    ['no baseline', `return { value: (await tools.baseline()) === null ? 1 : 0, reason: 'r' };`],
    [
      'an error of a tool',
      `try { await tools.run(['no-such-program'], '', { timeoutMs: 5000, env: [] }); return { value: 0, reason: 'ran' }; } catch (error) { return { value: error instanceof Error && error.message.includes('no-such-program') ? 1 : 0, reason: error.message }; }`,
    ],
  ])('%s', async (_, score) => {
    const project = await projectWith(metric(score));
    await project.write(
      'evals/reply.eval.yaml',
      'prompt: reply\nmetrics: [{ metric: ./own.mjs }]\ncases:\n  - { id: a, vars: { ticket: please, size: 9007199254740993 } }\n',
    );
    const { results } = await evaluate({ cwd: project.dir, cache: false });
    expect(results[0]?.scores[0]).toMatchObject({ value: 1 });
  });

  it('needs, vars, check, checkCase and corpus', async () => {
    const fields = `needs: ({ times }) => (times === 7 ? ['expected'] : []), vars: ({ times }) => (times === 8 ? ['size'] : []),
      check: ({ times }) => (times === 9 ? [{ key: 'times', message: 'nine is too much' }] : []),
      checkCase: ({ times }) => (times === 6 ? { path: ['expected'], message: 'never six' } : null),
      corpus: ([sum, n]) => sum / n,`;
    const scored = metric(`return { value: 1, reason: 'r', statistics: [3, 4] };`, { fields });
    const problemsOf = async (times: number | string) => {
      const project = await projectWith(scored, { metrics: [{ metric: './own.mjs', times }] });
      const error: unknown = await evaluate({ cwd: project.dir }).catch((reason: unknown) => reason);
      return (error as { problems: { message: string }[] }).problems.map(({ message }) => message).join('; ');
    };
    expect(await problemsOf(9)).toContain('nine is too much');
    expect(await problemsOf(7)).toContain('expected');
    expect(await problemsOf(8)).toContain('size');
    expect(await problemsOf(6)).toContain('never six');
    expect(await problemsOf('x')).toContain('`times` must be a number, not "x"');
    const { dir } = await projectWith(scored, {
      gates: [{ metric: 'own', stat: 'corpus', min: 0.7 }],
    });
    const { gates } = await evaluate({ cwd: dir, cache: false });
    expect(gates.find(({ metric }) => metric === 'own')).toMatchObject({ actual: 0.75 });
  });
});

/** A provider module whose `complete` is this code. */
const provider = (complete: string, before = '') => `
import { defineProvider, ProviderError } from ${JSON.stringify(dist)};
import { z } from ${JSON.stringify(zod)};
${before}
export default defineProvider({
  type: 'bot', describe: 'A bot of our own.', config: { greeting: z.string().default('please') },
  free: true, identity: ({ greeting }) => ({ greeting }),
  create: ({ greeting }) => ({ complete: async ({ messages }, { signal, onHeaders }) => {
    const text = greeting + ' ' + messages.at(-1).content;
    const answer = { text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 }, finishReason: 'stop', servedModel: null };
    ${complete}
  } }),
});
`;

describe('a provider module cannot end the run, or make it green or red', { timeout: 60_000 }, () => {
  const botProject = (module: string) =>
    makeProject({
      'prompts/reply.prompt.yaml': { messages: [{ role: 'user', content: '{{ ticket }}' }] },
      'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
      'llmci.yaml': { timeout: '1s', providers: { bot: { type: './bot.mjs', retries: 0 } } },
      'evals/reply.eval.yaml': {
        prompt: 'reply',
        models: ['bot'],
        metrics: [{ metric: 'contains', value: 'please' }],
        cases: [
          { id: 'a', vars: { ticket: 'one' } },
          { id: 'b', vars: { ticket: 'two' } },
        ],
      },
      'bot.mjs': module,
    });

  it.each([
    ['exits', 'process.exit(0)', 'process.exit(0)'],
    ['exits later', 'setTimeout(() => process.exit(0)); return answer;', 'process.exit(0)'],
    ['throws later', `setTimeout(() => { throw new Error('much later'); }); return answer;`, 'much later'],
    ['never settles', 'await new Promise(() => {});', 'no answer within 1 s'],
    ['computes for ever', 'while (true) {}', 'no answer within 1 s'],
    ['refuses', `throw new ProviderError('invalid-request', 'not today');`, 'not today'],
  ])('%s', async (_, complete, told) => {
    const { dir } = await botProject(provider(complete));
    const { code, stdout, stderr } = await runProcess(['eval', '--no-cache'], { cwd: dir });
    expect([code, stdout.includes(told)], stdout + stderr).toEqual([3, true]);
  });

  it('answers, and is handed a signal that aborts', async () => {
    const waits = `if (messages.at(-1).content === 'one') return answer;
      await new Promise((_, reject) => signal.addEventListener('abort', () => { process._rawDebug('aborted'); reject(signal.reason); }));`;
    const { dir } = await botProject(provider(waits));
    const { code, stdout, stderr } = await runProcess(['eval', '--no-cache', '--json'], { cwd: dir });
    const { results } = JSON.parse(stdout) as { results: { output: { text: string } | null }[] };
    expect([code, results[0]?.output?.text, stderr.includes('aborted')]).toEqual([3, 'please one', true]);
  });

  it('exits when it is imported', async () => {
    const { dir } = await botProject(provider('return answer;', 'process.exit(0);'));
    const { code, stderr } = await runProcess(['eval', '--no-cache'], { cwd: dir });
    expect([code, stderr.includes('llmci.yaml:')]).toEqual([2, true]);
  });
});

it('a metric from code that never settles is a missing score, and respects the deadline', async () => {
  const never = defineMetric({
    type: 'own',
    describe: 'Never.',
    params: { word: z.string().optional() },
    unit: 'fraction',
    better: 'higher',
    passMark: { min: 1 },
    timeoutMs: 200,
    examples: [],
    score: () => new Promise(() => undefined),
  });
  const { dir } = await projectWith('', { metrics: [{ metric: 'own' }] });
  const { exitCode, results } = await evaluate({ cwd: dir, cache: false, metrics: [never] });
  expect([exitCode, results[0]?.scores[0]?.reason]).toEqual([3, 'metric own failed: no answer within 0.2 s']);
  const patient = { ...never, timeoutMs: 600_000 };
  const run = await evaluate({ cwd: dir, cache: false, metrics: [patient], maxTimeMs: 500 });
  expect([run.exitCode, run.samples.finished]).toEqual([3, 0]);
});
