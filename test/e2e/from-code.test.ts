import { describe, expect, it } from 'vitest';
import { z } from 'zod';
// The built package, as a program that depends on it imports it
import { defineMetric, defineProvider, evaluate, LlmciError, ProviderError, textOf } from '../../dist/index.js';
import { runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject, type Project } from '../helpers/project.js';

const dist = new URL('../../dist/index.js', import.meta.url).href;

/** A metric module as a user writes it, with a parameter of its own. */
const TONE = `import { defineMetric } from ${JSON.stringify(dist)};
import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
export default defineMetric({
  type: 'tone',
  describe: 'Whether the answer is polite.',
  params: { word: z.string().default('please') },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  examples: [],
  score: ({ params, output }) => {
    const met = output.text.includes(params.word);
    return { value: met ? 1 : 0, reason: met ? 'polite' : 'no ' + params.word };
  },
});
`;

/** A provider module as a user writes it. */
const BOT = `import { defineProvider } from ${JSON.stringify(dist)};
import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
export default defineProvider({
  type: 'bot',
  describe: 'A bot of our own.',
  config: { greeting: z.string().default('please wait') },
  free: true,
  identity: ({ greeting }) => ({ greeting }),
  create: ({ greeting }) => ({
    complete: async ({ model, messages }) => ({
      text: [model, greeting, messages.at(-1).content].join(' | '),
      toolCalls: [],
      usage: { inputTokens: 1, outputTokens: 1 },
      finishReason: 'stop',
      servedModel: null,
    }),
  }),
});
`;

const files = (suite: object = {}, more: Readonly<Record<string, string | object>> = {}) => ({
  'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
  'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
  'evals/reply.eval.yaml': {
    prompt: 'reply',
    metrics: [{ metric: 'contains', value: 'please' }],
    cases: [
      { id: 'a', vars: { ticket: 'please help' }, tags: ['x'] },
      { id: 'b', vars: { ticket: 'please, please' } },
    ],
    ...suite,
  },
  ...more,
});

const run = (project: Project, options: Parameters<typeof evaluate>[0] = {}) =>
  evaluate({ cwd: project.dir, cache: false, ...options });

describe('evaluate', () => {
  it('returns the run record that the command writes', async () => {
    const project = await makeProject(files());
    const record = runRecordSchema.parse(await run(project));
    expect([record.exitCode, record.verdict, record.results.map((result) => result.case)]).toEqual([
      0,
      'pass',
      ['a', 'b'],
    ]);
    const cli = await runCli(['eval', '--json', '--no-cache'], { cwd: project.dir });
    const written = runRecordSchema.parse(JSON.parse(cli.stdout));
    const stable = ({ suites, gates, samples, notes }: typeof record) => ({ suites, gates, samples, notes });
    expect(stable(record)).toEqual(stable(written));
    const report = await runCli(['report', record.runId], { cwd: project.dir });
    expect([report.code, report.stdout.includes('PASS')]).toEqual([0, true]);
  });

  it('returns the record of a red run, and rejects only for what nothing can be run with', async () => {
    const project = await makeProject(files({ metrics: [{ metric: 'contains', value: 'thanks' }] }));
    expect((await run(project)).exitCode).toBe(1);
    await project.write('evals/reply.eval.yaml', 'promt: reply\n');
    const error = await run(project).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LlmciError);
    expect(error).toMatchObject({ code: 'invalid-files', exitCode: 2 });
    expect((error as LlmciError).problems[0]).toMatchObject({ file: 'evals/reply.eval.yaml', line: 1, column: 1 });
  });

  it('selects as the flags do', async () => {
    const project = await makeProject(files());
    const record = await run(project, { suites: ['reply'], tags: ['x'], trials: 3, models: ['echo'] });
    expect(record.results.map(({ case: id, trial }) => [id, trial])).toEqual([
      ['a', 1],
      ['a', 2],
      ['a', 3],
    ]);
    await expect(run(project, { tags: ['none'] })).rejects.toMatchObject({ code: 'no-cases', exitCode: 3 });
    await expect(run(project, { suites: ['repyl'] })).rejects.toMatchObject({ code: 'unknown-suite', exitCode: 2 });
  });

  it('ends in order when its signal aborts, with a record that says so', async () => {
    const server = await startModelServer({ requireKeys: false, respond: () => ({ kind: 'hang' }) });
    afterThisTest(() => server.close());
    const fake = { providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl } } };
    const project = await makeProject(files({ models: ['fake/m'] }, { 'llmci.yaml': fake }));
    const controller = new AbortController();
    const running = run(project, { signal: controller.signal });
    await expect.poll(() => server.calls.length, { timeout: 20_000 }).toBe(2);
    controller.abort();
    expect(await running).toMatchObject({ exitCode: 130, interrupted: true, samples: { planned: 2, finished: 0 } });
    expect(await run(project, { signal: AbortSignal.abort() })).toMatchObject({ exitCode: 130 });
    expect(server.calls.length).toBe(2);
  });

  it('reports progress', async () => {
    const project = await makeProject(files());
    const seen: number[] = [];
    await run(project, { onProgress: ({ finished, total }) => seen.push(finished, total) });
    expect(seen).toEqual([1, 2, 2, 2]);
  });
});

describe('metrics and providers of the user', () => {
  it('a metric by the path of its module, its parameters checked', async () => {
    const suite = {
      metrics: [{ metric: './metrics/tone.mjs' }, { metric: './metrics/tone.mjs', id: 'warm', word: 'help' }],
    };
    const project = await makeProject(files(suite, { 'evals/metrics/tone.mjs': TONE }));
    const { results, exitCode } = await run(project);
    expect(results.map(({ scores }) => scores.map(({ id, metric, value }) => [id, metric, value]))).toEqual([
      [
        ['tone', 'tone', 1],
        ['warm', 'tone', 1],
      ],
      [
        ['tone', 'tone', 1],
        ['warm', 'tone', 0],
      ],
    ]);
    expect(exitCode).not.toBe(0);
    await project.write(
      'evals/reply.eval.yaml',
      files({ metrics: [{ metric: './metrics/tone.mjs', wrod: 'x' }] })['evals/reply.eval.yaml'],
    );
    const error = await run(project).catch((reason: unknown) => reason);
    expect((error as LlmciError).problems).toEqual([
      expect.objectContaining({ message: 'unknown key wrod (did you mean word?)' }),
    ]);
  });

  it('a metric by the path of its module, through the command', async () => {
    const project = await makeProject(
      files({ metrics: [{ metric: './metrics/tone.mjs' }] }, { 'evals/metrics/tone.mjs': TONE }),
    );
    const result = await runCli(['eval'], { cwd: project.dir });
    expect([result.code, result.stdout.includes('PASS')]).toEqual([0, true]);
  });

  it('a metric passed from code, by its type', async () => {
    const shout = defineMetric({
      type: 'shout',
      describe: 'Whether the answer is loud.',
      params: { mark: z.string().default('!') },
      unit: 'fraction',
      better: 'higher',
      passMark: { min: 1 },
      examples: [],
      score: ({ params, output }) => ({
        value: Number(output.text.endsWith(params.mark)),
        reason: 'looked at the end',
      }),
    });
    const project = await makeProject(files({ metrics: [{ metric: 'shout', mark: 'please' }] }));
    const { results } = await run(project, { metrics: [shout] });
    expect(results.map(({ scores }) => scores[0]?.value)).toEqual([0, 1]);
    await expect(run(project)).rejects.toMatchObject({ code: 'invalid-files' });
  });

  it.each([
    ['by its name in llmci.yaml', ['my-bot/small'], 'small | thanks, please | please help'],
    ['by its module in a suite', ['./bots/bot.mjs'], ' | please wait | please help'],
    ['by its module in a suite, with a model', ['./bots/bot.mjs:large'], 'large | please wait | please help'],
  ])('a provider module %s', async (_, models, answer) => {
    const project = await makeProject(
      files(
        { models },
        {
          'llmci.yaml': { providers: { 'my-bot': { type: './evals/bots/bot.mjs', greeting: 'thanks, please' } } },
          'evals/bots/bot.mjs': BOT,
        },
      ),
    );
    const record = await run(project);
    expect(record.results[0]?.output?.text).toBe(answer);
    const name = models[0]?.replace('./bots/', './evals/bots/');
    expect([record.results[0]?.model, record.exitCode, record.usage.usd]).toEqual([name, 0, 0]);
    expect((await runCli(['eval', '--no-cache'], { cwd: project.dir })).code).toBe(0);
  });

  it('two provider modules that two suites write alike', async () => {
    const { 'evals/reply.eval.yaml': suite, ...others } = files({ models: ['./bot.mjs'] });
    const project = await makeProject({
      ...others,
      'evals/a/reply.eval.yaml': suite,
      'evals/b/reply.eval.yaml': suite,
      'evals/a/bot.mjs': BOT,
      'evals/b/bot.mjs': BOT.replaceAll('please wait', 'please hold'),
    });
    const { results } = await run(project);
    const answers = new Map(results.map(({ model, output }) => [model, output?.text]));
    expect(answers.get('./evals/a/bot.mjs')).toContain('please wait');
    expect(answers.get('./evals/b/bot.mjs')).toContain('please hold');
  });

  it("two provider modules of one type do not take each other's recordings", async () => {
    const project = await makeProject(
      files(
        { models: ['./bot.mjs', './other.mjs'], cassette: 'c.jsonl' },
        { 'evals/bot.mjs': BOT, 'evals/other.mjs': BOT.replaceAll('please wait', 'please hold') },
      ),
    );
    for (const mode of ['record', 'replay'] as const) {
      const { results, usage } = await run(project, { mode });
      expect([usage.calls.live, usage.calls.replay]).toEqual(mode === 'record' ? [4, 0] : [0, 4]);
      expect(results.map(({ output }) => output?.text)).toEqual([
        ' | please wait | please help',
        ' | please wait | please, please',
        ' | please hold | please help',
        ' | please hold | please, please',
      ]);
    }
  });

  it('a setting of a provider module that is not right', async () => {
    const project = await makeProject(
      files({}, { 'llmci.yaml': 'providers:\n  my-bot: { type: ./bot.mjs, greting: hi }\n', 'bot.mjs': BOT }),
    );
    const error = await run(project).catch((reason: unknown) => reason);
    expect((error as LlmciError).problems).toMatchObject([
      { file: 'llmci.yaml', line: 2, column: 30, message: 'unknown key greting (did you mean greeting?)' },
    ]);
  });

  it('a provider passed from code, whose faults end in the record', async () => {
    const moody = defineProvider({
      type: 'moody',
      describe: 'Answers when it likes to.',
      config: {},
      identity: () => ({}),
      create: () => ({
        complete: async ({ messages }) => {
          const text = textOf(messages.at(-1)?.content ?? '');
          if (text.startsWith('please help')) throw new ProviderError('invalid-request', 'not today');
          return {
            text,
            toolCalls: [],
            usage: { inputTokens: null, outputTokens: null },
            finishReason: null,
            servedModel: null,
          };
        },
      }),
    });
    const project = await makeProject(files({ models: ['moody'] }));
    const { results, exitCode } = await run(project, { providers: [moody] });
    expect(results.map(({ error, output }) => error?.message ?? output?.text)).toEqual(['not today', 'please, please']);
    expect(exitCode).toBe(3);
  });
});
