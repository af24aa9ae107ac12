import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineMetric, evaluate } from '../../dist/index.js';
import type { RunRecord } from '../../src/model/run-record.js';
import { runCli, runProcess, startCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

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

/** A provider module whose `complete` is this code. */
const provider = (complete: string, before = '') => `
import { defineProvider, ProviderError } from ${JSON.stringify(dist)};
import { z } from ${JSON.stringify(zod)};
${before}
export default defineProvider({
  type: 'bot', describe: 'A bot of our own.', config: { greeting: z.string().default('Well:') },
  free: true, identity: ({ greeting }) => ({ greeting }),
  create: ({ greeting }) => ({ complete: async ({ messages }, { signal, onHeaders }) => {
    const text = greeting + ' ' + messages.at(-1).content;
    const answer = { text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 }, finishReason: 'stop', servedModel: null };
    ${complete}
  } }),
});
`;

const DEEP = 'let deep = 0; for (let level = 0; level < 3000; level++) deep = [deep];';

/** A project with a suite for each of these modules, whose name is the file's too. A metric of llmci scores the same cases. */
const projectWith = (modules: Readonly<Record<string, string>>, more: (name: string) => object = () => ({})) =>
  makeProject({
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    ...Object.fromEntries(
      Object.entries(modules).flatMap(([name, module]) => [
        [`evals/${name}.eval.yaml`, { ...suiteOf(name), ...more(name) }],
        [`evals/${name}.mjs`, module],
      ]),
    ),
  });
const suiteOf = (module: string) => ({
  prompt: 'reply',
  metrics: [{ metric: `./${module}.mjs` }, { metric: 'contains', value: 'please' }],
  cases: [
    { id: 'a', vars: { ticket: 'please help' } },
    { id: 'b', vars: { ticket: 'please, please' } },
  ],
});

const FAST = 'timeoutMs: 300,';

/** Modules by their names, each with what is to be told of it. */
type Told = Readonly<Record<string, readonly [module: string, told: string]>>;
const modulesOf = (all: Told) => Object.fromEntries(Object.entries(all).map(([name, [module]]) => [name, module]));

/** Evaluates in a process of its own, and returns its record. */
async function recordOf({ dir }: Project): Promise<{ readonly code: number | null; readonly record: RunRecord }> {
  const { code, stdout, stderr } = await runProcess(['eval', '--no-cache', '--json'], { cwd: dir });
  expect(stdout, stderr).toMatch(/^\{/);
  return { code, record: JSON.parse(stdout) as RunRecord };
}

/** The modules of which something else is told, as why an answer or a score is missing, or as what happened while nobody waited. */
function toldOtherwise(all: Told, { results, faults = [] }: RunRecord): readonly (readonly [string, string])[] {
  const toldOf = (name: string) => {
    const own = results.filter(({ suite }) => suite === name);
    const missing = own.flatMap(({ error, scores }) =>
      error ? [error.message] : scores.filter(({ value }) => value === null).map(({ reason }) => reason),
    );
    return [...missing, ...faults.filter((fault) => fault.includes(`${name}.mjs`))].join('; ');
  };
  const otherwise = Object.entries(all).filter(([name, [, told]]) => !toldOf(name).includes(told));
  return otherwise.map(([name]) => [name, toldOf(name)]);
}

describe('a metric module cannot end the run, or make it green or red', { timeout: 60_000 }, () => {
  it('whatever its score does, its suite has a score less or the run a fault', async () => {
    const all: Told = {
      'exits-at-once': [metric('process.exit(0)'), 'process.exit(0)'],
      'exits-with-1': [metric('process.exit(1)'), 'process.exit(1)'],
      'exits-after-its-score': [metric(`setTimeout(() => process.exit(0)); ${FINE}`), 'process.exit(0)'],
      'exits-from-its-import': [
        metric(`await new Promise((r) => setTimeout(r, 900)); ${FINE}`, {
          before: 'setTimeout(() => process.exit(0), 700);',
        }),
        'process.exit(0)',
      ],
      'throws-later': [metric(`setTimeout(() => { throw new Error('much later'); }); ${FINE}`), 'much later'],
      'rejects-later': [metric(`Promise.reject(new Error('unheard')); ${FINE}`), 'unheard'],
      'throws-what-cannot-be-shown': [
        metric('throw Object.create(null);'),
        'own failed: a thrown value that cannot be shown (throws-what-cannot-be-shown.mjs)',
      ],
      'throws-what-throws-again': [
        metric('throw new Proxy(new Error("a"), { get() { throw new Error("again"); } });'),
        'own failed: a thrown value that cannot be shown (throws-what-throws-again.mjs)',
      ],
      'never-settles': [metric('await new Promise(() => {});', { fields: FAST }), 'within 0.3 s'],
      'computes-for-ever': [metric('while (true) {}', { fields: FAST }), 'within 0.3 s'],
      'hangs-once': [metric(`if (output.text === 'please help') while (true) {} ${FINE}`, { fields: FAST }), '0.3 s'],
      'gives-what-is-too-deep': [
        metric(`${DEEP} return { value: 1, reason: 'r', detail: { deep } };`),
        'nested more than',
      ],
      'gives-what-cannot-be-sent': [metric(`return { value: 1, reason: 'r', detail: { f: 1n } };`), 'detail'],
      'says-what-nobody-can-read': [
        metric(`(await import('node:worker_threads')).parentPort.postMessage(null); await new Promise(() => {});`),
        'it sent what nobody can read',
      ],
      'answers-by-halves': [
        metric(`const { parentPort } = await import('node:worker_threads');
          for (let id = 0; id < 50; id++) parentPort.postMessage({ kind: 'answer', id }); await new Promise(() => {});`),
        'it sent what nobody can read',
      ],
      'sets-the-exit-code': [metric(`process.exitCode = 0; throw new Error('broken');`), 'broken'],
    };
    const { code, record } = await recordOf(await projectWith({ ...modulesOf(all), fine: metric(FINE) }));
    expect(code).toBe(3);
    expect(toldOtherwise(all, record)).toEqual([]);
    // It costs the other metric nothing, nor other modules, nor its own score of another case
    const valuesOf = (id: string, name?: string) =>
      record.results
        .filter(({ suite }) => name === undefined || suite === name)
        .flatMap(({ scores }) => scores.filter((score) => score.id === id).map(({ value }) => value));
    expect(valuesOf('contains')).toEqual(Array.from({ length: 34 }, () => 1));
    expect([valuesOf('own', 'fine'), valuesOf('own', 'hangs-once')]).toEqual([
      [1, 1],
      [null, 1],
    ]);
    // A verdict for each suite: none is red, and one that lacks a score is not green
    for (const { suite, missing, verdict } of record.gates)
      expect([suite, verdict]).toEqual([suite, missing > 0 ? 'error' : 'pass']);
  });

  it.each([
    ['score', '--metric', './evals/late.mjs', '--output', 'please help'],
    ['calibrate', 'own', '--data', 'rows.jsonl', '--label', 'label', '--positive', 'good', '--write'],
    ['migrate', 'echo', '--to', 'other', '--write'],
  ])('%s is not green when it fails behind its score', async (...args) => {
    const project = await projectWith({ late: metric(`setTimeout(() => { throw new Error('late'); }); ${FINE}`) });
    await project.write('llmci.yaml', { providers: { other: { type: 'echo' } } });
    const rows = ['please', 'no'].map((output, index) => ({ output, label: index === 0 ? 'good' : 'bad' }));
    await project.write('rows.jsonl', rows);
    const before = await project.read('prompts/reply.prompt.yaml');
    const { code, stdout, stderr } = await runCli(args, { cwd: project.dir });
    expect([code, stdout + stderr]).toEqual([3, expect.stringMatching(/a module failed: evals\/late\.mjs: .*late/i)]);
    expect(await project.read('prompts/reply.prompt.yaml')).toBe(before);
    expect((await project.list()).filter((path) => path.includes('calibration'))).toEqual([]);
  });

  it('when it is imported', async () => {
    const all: Told = {
      exits: [metric(FINE, { before: 'process.exit(0);' }), 'process.exit(0)'],
      throws: [metric(FINE, { before: `throw new Error('no way');` }), 'throws when it is imported: Error: no way'],
      'throws-nothing': [
        metric(FINE, { before: 'throw Object.create(null);' }),
        'imported: a thrown value that cannot be',
      ],
    };
    const bot = provider('return answer;', 'process.exit(0);');
    const project = await projectWith(modulesOf(all));
    await project.write('llmci.yaml', { providers: { bot: { type: './bot.mjs' } } });
    await project.write('bot.mjs', bot);
    const { code, stdout, stderr } = await runProcess(['eval', '--no-cache'], { cwd: project.dir });
    expect([code, stdout], stderr).toEqual([2, '']);
    const lineOf = (name: string) =>
      stderr.split('\n').find((line) => line.startsWith(`evals/${name}.eval.yaml:3:13 `));
    for (const [name, [, told]] of Object.entries(all)) expect(lineOf(name)).toContain(told);
    expect(stderr).toMatch(/llmci\.yaml:.*process\.exit\(0\)/);
  });

  it('what it prints is no part of the report, and moves no terminal and no CI system', async () => {
    const said = String.raw`console.log('::error::' + output.text + '\u001b[2J'); console.error('##vso[task.x]');`;
    const project = await projectWith({ own: metric(`${said} ${FINE}`) });
    const { code, stdout, stderr } = await runProcess(['eval', '--reporter', 'json=-'], { cwd: project.dir });
    expect([code, (JSON.parse(stdout) as RunRecord).exitCode]).toEqual([0, 0]);
    expect(stderr.split('\n')).toEqual(expect.arrayContaining([': :error::please help', '# #vso[task.x]']));
  });

  it('what it computes of the corpus does not hold up the verdict', async () => {
    const slow =
      'timeoutMs: 300, corpus: () => { const end = Date.now() + 400; while (Date.now() < end); return 0.75; },';
    const scored = metric(`return { value: 1, reason: 'r', statistics: [3, 4] };`, { fields: slow });
    const gates = [{ metric: 'own', stat: 'corpus', min: 0.7, decide: 'proof' }];
    const { dir } = await projectWith({ own: scored }, () => ({ gates }));
    const run = await evaluate({ cwd: dir, cache: false });
    expect(run.gates.find(({ metric }) => metric === 'own')).toMatchObject({
      ...{ actual: 0.75, interval: null, verdict: 'inconclusive' },
    });
  });

  it('--max-time ends a run that waits for it', async () => {
    const { dir } = await projectWith({ waits: metric('await new Promise(() => {});') });
    const { code } = await runProcess(['eval', '--no-cache', '--max-time', '2s'], { cwd: dir });
    expect(code).toBe(3);
  });

  it('so does the second Ctrl-C, also when they compute', async () => {
    const scoring = (name: string, score: string) => metric(`process._rawDebug('${name} is scoring'); ${score}`);
    const { dir } = await projectWith({
      waits: scoring('one that waits', 'await new Promise(() => {});'),
      computes: scoring('one that computes', 'while (true) {}'),
    });
    const running = startCli(['eval', '--no-cache'], { cwd: dir });
    await running.waitForOutput(/waits is scoring/);
    await running.waitForOutput(/computes is scoring/);
    running.kill('SIGINT');
    await running.waitForOutput(/Press Ctrl-C again/);
    running.kill('SIGINT');
    expect((await running.result).code).toBe(130);
  });
});

describe('what a metric module may do goes on', () => {
  it('parameters, programs, embeddings, exact numbers, the baseline, errors of tools', async () => {
    const scores = {
      'parameters-with-defaults': `return { value: params.word === 'please' && params.times === undefined ? 1 : 0, reason: 'r' };`,
      programs: `const { stdout } = await tools.run(['sh', '-c', 'printf yes'], '', { timeoutMs: 20000, env: [] }); return { value: stdout === 'yes' ? 1 : 0, reason: 'r' };`,
      embeddings: `const [a, b] = await tools.embed(['a dog', 'a cat']); return { value: a instanceof Float32Array && b.length === a.length ? 1 : 0, reason: 'r' };`,
      'numbers-that-no-double-holds': `return { value: String(vars.size) === '9007199254740993' ? 1 : 0, reason: String(vars.size) };`,
      'no-baseline': `return { value: (await tools.baseline()) === null ? 1 : 0, reason: 'r' };`,
      'an-error-of-a-tool': `try { await tools.run(['no-such-program'], '', { timeoutMs: 5000, env: [] }); return { value: 0, reason: 'ran' }; } catch (error) { return { value: error instanceof Error && error.message.includes('no-such-program') ? 1 : 0, reason: error.message }; }`,
    };
    const names = Object.keys(scores).sort();
    const modules = Object.entries(scores).map(([name, score]) => [name, metric(score)]);
    const project = await projectWith(Object.fromEntries(modules));
    const cases = '[{ id: a, vars: { ticket: please, size: 9007199254740993 } }]';
    for (const name of names)
      await project.write(
        `evals/${name}.eval.yaml`,
        `prompt: reply\nmetrics: [{ metric: ./${name}.mjs }]\ncases: ${cases}\n`,
      );
    const { results } = await evaluate({ cwd: project.dir, cache: false });
    expect(results.map(({ suite, scores: [own] }) => [suite, own?.value])).toEqual(names.map((name) => [name, 1]));
  });

  it('needs, vars, check, checkCase and corpus', async () => {
    const fields = `needs: ({ times }) => (times === 7 ? ['expected'] : []), vars: ({ times }) => (times === 8 ? ['size'] : []),
      check: ({ times }) => (times === 9 ? [{ key: 'times', message: 'nine is too much' }] : []),
      checkCase: ({ times }) => (times === 6 ? { path: ['expected'], message: 'never six' } : null),
      corpus: ([sum, n]) => sum / n,`;
    const scored = metric(`return { value: 1, reason: 'r', statistics: [3, 4] };`, { fields });
    const problemsOf = async (times: number | string) => {
      const project = await projectWith({ own: scored }, () => ({ metrics: [{ metric: './own.mjs', times }] }));
      const error: unknown = await evaluate({ cwd: project.dir }).catch((reason: unknown) => reason);
      return (error as { problems: { message: string }[] }).problems.map(({ message }) => message).join('; ');
    };
    expect(await problemsOf(9)).toContain('nine is too much');
    expect(await problemsOf(7)).toContain('expected');
    expect(await problemsOf(8)).toContain('size');
    expect(await problemsOf(6)).toContain('never six');
    expect(await problemsOf('x')).toContain('`times` must be a number, not "x"');
    const { dir } = await projectWith({ own: scored }, () => ({
      gates: [{ metric: 'own', stat: 'corpus', min: 0.7 }],
    }));
    const { gates } = await evaluate({ cwd: dir, cache: false });
    expect(gates.find(({ metric }) => metric === 'own')).toMatchObject({ actual: 0.75 });
  });
});

describe('a provider module cannot end the run, or make it green or red', { timeout: 60_000 }, () => {
  const botProject = async (modules: Readonly<Record<string, string>>, timeout: string) => {
    const metrics = [{ metric: 'contains', value: 'please' }];
    const project = await projectWith(modules, (name) => ({ models: [name], metrics }));
    const providers = Object.keys(modules).map((name) => [name, { type: `./evals/${name}.mjs`, retries: 0 }]);
    await project.write('llmci.yaml', { timeout, providers: Object.fromEntries(providers) });
    return project;
  };

  it.each([
    [
      'that ends or fails',
      '60s',
      {
        exits: [provider('process.exit(0)'), 'process.exit(0)'],
        'exits-later': [provider('setTimeout(() => process.exit(0)); return answer;'), 'process.exit(0)'],
        'throws-later': [
          provider(`setTimeout(() => { throw new Error('much later'); }); return answer;`),
          'much later',
        ],
        refuses: [provider(`throw new ProviderError('invalid-request', 'not today');`), 'not today'],
        'gives-a-function': [provider('return { ...answer, text: () => 1 };'), 'cannot leave its thread'],
      } satisfies Told,
    ],
    [
      'that never answers',
      '300ms',
      {
        'never-settles': [provider('await new Promise(() => {});'), 'no answer within 0.3 s'],
        'computes-for-ever': [provider('while (true) {}'), 'no answer within 0.3 s'],
      } satisfies Told,
    ],
  ])('%s', async (_, timeout, all: Told) => {
    const { code, record } = await recordOf(await botProject(modulesOf(all), timeout));
    expect([code, toldOtherwise(all, record)]).toEqual([3, []]);
    expect(record.gates.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });

  it('answers, and is handed a signal that aborts', async () => {
    const waits = `if (messages.at(-1).content === 'please help') return answer;
      await new Promise((_, reject) => signal.addEventListener('abort', () => { process._rawDebug('aborted'); reject(signal.reason); }));`;
    const { dir } = await botProject({ bot: provider(waits) }, '1s');
    const { code, stdout, stderr } = await runProcess(['eval', '--no-cache', '--json'], { cwd: dir });
    const { results } = JSON.parse(stdout) as RunRecord;
    expect([code, results[0]?.output?.text, stderr.includes('aborted')]).toEqual([3, 'Well: please help', true]);
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
  const { dir } = await projectWith({ own: '' }, () => ({ metrics: [{ metric: 'own' }] }));
  const { exitCode, results } = await evaluate({ cwd: dir, cache: false, metrics: [never] });
  expect([exitCode, results[0]?.scores[0]?.reason]).toEqual([3, 'metric own failed: no answer within 0.2 s']);
  const patient = { ...never, timeoutMs: 600_000 };
  const run = await evaluate({ cwd: dir, cache: false, metrics: [patient], maxTimeMs: 500 });
  expect([run.exitCode, run.samples.finished]).toEqual([3, 0]);
});
