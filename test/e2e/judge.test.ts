import { describe, expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliOptions, type CliResult, runCli } from '../helpers/cli.js';
import type { Behaviour, Call } from '../helpers/model-server/behaviour.js';
import { type ModelServer, startModelServer } from '../helpers/model-server.js';
import { makeProject, type Project } from '../helpers/project.js';

// Judged metrics with real processes and a real server that plays both the model under test and the judge.

const KEY = 'a-key-of-no-known-shape';
const text = (content: string): Behaviour => ({ kind: 'text', text: content });
const verdict = (value: unknown, reason = 'It says so.') => text(JSON.stringify({ reason, verdict: value }));

interface World {
  readonly server: ModelServer;
  readonly project: Project;
  /** The calls that reached the judge, in order. */
  judged(): readonly { readonly body: unknown }[];
  llmci(args?: readonly string[], options?: CliOptions): Promise<CliResult & { readonly record: RunRecord | null }>;
}

interface Setting {
  readonly judge: (call: Call) => Behaviour;
  readonly model?: (call: Call) => Behaviour;
  readonly metrics?: readonly object[];
  readonly cases?: readonly object[];
  readonly config?: object;
  readonly suite?: object;
  readonly files?: Readonly<Record<string, string | object>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const politeness = { metric: 'judge', rubric: 'Is it polite?', choices: { good: 1, fair: 0.5, bad: 0 }, min: 0.5 };

/** A project of one suite with one case whose model echoes the case, and whose judge answers as the test says. */
async function setUp(setting: Setting): Promise<World> {
  const { judge, model, metrics = [politeness], config = {}, suite = {}, files = {}, env = {} } = setting;
  const { cases = [{ id: 'c1', vars: { ticket: 'Thank you!' } }] } = setting;
  const isJudge = (body: unknown) => (body as { model?: string }).model === 'judge-1';
  const server = await startModelServer({
    respond: (call) => (isJudge(call.body) ? judge(call) : (model?.(call) ?? text(call.lastUserText))),
  });
  afterThisTest(() => server.close());
  const project = await makeProject({
    'llmci.yaml': {
      providers: {
        fake: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY', retries: 0 },
        court: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:COURT_KEY', retries: 0 },
      },
      judge: { model: 'court/judge-1' },
      prices: { 'fake/model-1': { input: 1, output: 1 }, 'court/judge-1': { input: 10, output: 10 } },
      ...config,
    },
    'prompts/reply.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      cassette: '../fixtures/reply.cassette.jsonl',
      metrics,
      cases,
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
      ...suite,
    },
    ...files,
  });
  return {
    server,
    project,
    judged: () => server.calls.filter(({ body }) => isJudge(body)),
    llmci: async (args = ['eval'], options = {}) => {
      const result = await runCli([...args, '--reporter', 'json=run.json'], {
        cwd: project.dir,
        env: { FAKE_KEY: KEY, COURT_KEY: KEY, ...env },
        ...options,
      });
      const written = (await project.list()).includes('run.json');
      return { ...result, record: written ? runRecordSchema.parse(await project.readJson('run.json')) : null };
    },
  };
}

describe('a judged metric', () => {
  it('asks the judge, records its answer beside the sample, and replays both without a key', async () => {
    const { llmci, judged, project, server } = await setUp({ judge: () => verdict('fair', 'It thanks, coldly.') });
    const live = await llmci(['eval', '--record']);
    expect([live.code, live.stderr]).toEqual([0, '']);
    const [score] = live.record?.results[0]?.scores ?? [];
    expect(score).toMatchObject({ value: 0.5, passed: true, reason: 'fair: It thanks, coldly.' });
    expect(score?.detail).toMatchObject({ verdict: 'fair', judge: { model: 'court/judge-1', prompt: 'judges/judge' } });
    expect(judged().length).toBe(1);
    expect(live.record?.usage).toMatchObject({
      calls: { live: 1 },
      judge: { calls: { live: 1, cache: 0, replay: 0 } },
    });
    expect(live.record?.usage.judge?.usd).toBeGreaterThan(live.record?.usage.usd ?? 1);
    const lines = (await project.read('fixtures/reply.cassette.jsonl')).trim().split('\n');
    expect(lines.slice(1).map((line) => (JSON.parse(line) as { judge?: object }).judge ?? null)).toEqual([
      null,
      { metric: 'judge', prompt: 'judges/judge', model: 'court/judge-1', turn: 1, attempt: 1 },
    ]);

    const before = server.calls.length;
    const replayed = await llmci(['eval', '--replay'], { env: {} });
    expect(replayed.code).toBe(0);
    expect(replayed.record?.results[0]?.scores).toEqual(live.record?.results[0]?.scores);
    expect(replayed.record?.usage.judge?.calls).toEqual({ live: 0, cache: 0, replay: 1 });
    const offline = await llmci(['eval', '--no-cache'], { env: {} });
    expect(offline.code).toBe(0);
    expect(server.calls.length).toBe(before);
  });
});
