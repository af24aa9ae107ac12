import { describe, expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import type { Behaviour } from '../helpers/model-server/behaviour.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// Judges on models that are not held to a schema: a service that refuses what it does not know, and answers in words.

const VERDICT = JSON.stringify({ reason: 'It thanks.', verdict: 'good' });
const refusal: Behaviour = { kind: 'status', status: 400, body: { error: { message: 'unknown response_format' } } };
/** As OpenRouter says it, with the status that it has for a model that there is not. */
const noEndpoint: Behaviour = {
  kind: 'status',
  status: 404,
  body: {
    error: {
      message:
        'No endpoints found that can handle the requested parameters. To learn more about provider routing, visit: https://openrouter.ai/docs/guides/routing/provider-selection',
      code: 404,
    },
  },
};

interface Setting {
  /** The types of `response_format` that the service takes. */
  readonly takes: readonly string[];
  readonly answer?: string;
  readonly refused?: Behaviour;
  readonly judge?: object;
  readonly judgeProvider?: (baseUrl: string) => object;
  /** Whether the second sample is answered when the first one is judged. */
  readonly inTurn?: boolean;
}

const LAST_TICKET = 'Thanks.';

async function setUp(setting: Setting) {
  const { takes, answer = VERDICT, refused = refusal, judge = {}, judgeProvider, inTurn = false } = setting;
  let judged: (() => void) | undefined;
  const firstJudged = new Promise<void>((resolve) => {
    judged = resolve;
  });
  const server = await startModelServer({
    respond: async ({ body, lastUserText }) => {
      if (body['model'] !== 'judge-1') {
        if (inTurn && lastUserText === LAST_TICKET) await firstJudged;
        return { kind: 'text', text: lastUserText };
      }
      const format = formOf(body);
      if (takes.includes(format) || format === 'none') judged?.();
      return takes.includes(format) ? { kind: 'text', text: answer } : refused;
    },
  });
  afterThisTest(() => server.close());
  const service = { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY', concurrency: 1 };
  const project = await makeProject({
    'llmci.yaml': {
      providers: { fake: service, court: judgeProvider?.(server.openaiBaseUrl) ?? service },
      judge: { model: 'court/judge-1', ...judge },
    },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      cassette: '../fixtures/reply.cassette.jsonl',
      metrics: [{ metric: 'judge', rubric: 'Is it polite?', choices: { good: 1, bad: 0 }, min: 0.5 }],
      cases: ['Thank you!', LAST_TICKET].map((ticket, index) => ({ id: `c${index + 1}`, vars: { ticket } })),
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  return {
    server,
    project,
    asked: () =>
      server.calls.map(({ body }) => body as Record<string, unknown>).filter((body) => body['model'] === 'judge-1'),
    run: async (...args: readonly string[]): Promise<{ code: number | null; stdout: string; record: RunRecord }> => {
      const result = await runCli(['eval', '--reporter', 'json=run.json', '--reporter', 'console', ...args], {
        cwd: project.dir,
        env: { FAKE_KEY: 'a-key-of-no-known-shape' },
      });
      return { ...result, record: runRecordSchema.parse(await project.readJson('run.json')) };
    },
  };
}

function formOf(body: unknown): string {
  return (body as { response_format?: { type: string } }).response_format?.type ?? 'none';
}

describe('a judge on a plain model', () => {
  it.each([
    [
      ['json_object', 'none'],
      ['json_schema', 'json_object', 'json_object'],
    ],
    [['none'], ['json_schema', 'json_object', 'none', 'none']],
  ])('whose service takes %j is asked in the form it takes, once found for the whole run', async (takes, forms) => {
    const { run, asked } = await setUp({
      takes,
      inTurn: true,
      answer: `<think>Hm.</think>Sure:\n\`\`\`json\n${VERDICT}\n\`\`\``,
    });
    const live = await run('--record');
    expect([live.code, asked().map(formOf)]).toEqual([0, forms]);
    const last = JSON.stringify(asked().at(-1));
    expect(last).toContain('It meets this JSON Schema');
    expect(last).toContain('additionalProperties');
    const before = asked().length;
    const replayed = await run('--replay');
    expect([replayed.code, asked().length]).toEqual([0, before]);
  });

  it('is asked in a weaker form where a router has no service that takes the stronger one', async () => {
    const { run, asked } = await setUp({ takes: ['none'], refused: noEndpoint, inTurn: true });
    expect([(await run()).code, asked().map(formOf)]).toEqual([0, ['json_schema', 'json_object', 'none', 'none']]);
  });

  it('that a router does not know is asked once', async () => {
    const refused = { ...noEndpoint, body: { error: { message: 'No endpoints found for court/judge-1.', code: 404 } } };
    const { run, asked } = await setUp({ takes: [], refused });
    expect([(await run()).code, asked().map(formOf)]).toEqual([3, ['json_schema']]);
  });

  it('is asked in the given form only', async () => {
    const words = await setUp({ takes: ['none'], judge: { structured: 'words' } });
    expect([(await words.run()).code, words.asked().map(formOf)]).toEqual([0, ['none', 'none']]);
    const schema = await setUp({ takes: ['none'], judge: { structured: 'schema' } });
    const refused = await schema.run();
    expect([refused.code, schema.asked().map(formOf)]).toEqual([3, ['json_schema', 'json_schema']]);
    expect(refused.record.results[0]?.scores[0]?.reason).toContain('unknown response_format');
  });

  it('that takes no form at all is told of the first refusal', async () => {
    const { run, asked } = await setUp({ takes: [], inTurn: true });
    expect((await run()).code).toBe(3);
    expect(asked().map(formOf)).toEqual([...Array(2)].flatMap(() => ['json_schema', 'json_object', 'none']));
  });

  it('has no verdict when two of its objects differ, after it was asked once more', async () => {
    const { run, asked } = await setUp({
      takes: ['json_schema'],
      answer: `${VERDICT} or {"reason": "", "verdict": "bad"}`,
    });
    const result = await run();
    expect([result.code, asked().length]).toEqual([3, 4]);
    expect(result.record.results[0]?.scores[0]?.reason).toContain('it holds 2 JSON objects that differ');
  });

  it('behind an app is told the form in words, since the app is sent no other', async () => {
    const { run, server } = await setUp({
      takes: ['none'],
      judgeProvider: (baseUrl) => ({
        type: 'http',
        url: `${baseUrl}/chat/completions`,
        apiKey: 'env:FAKE_KEY',
        concurrency: 1,
        body: { model: 'judge-1', messages: '{{ messages }}' },
        output: '$.choices[0].message.content',
      }),
    });
    expect((await run()).code).toBe(0);
    expect(JSON.stringify(server.calls.at(-1)?.body)).toContain('It meets this JSON Schema');
  });
});
