import { describe, expect, it, vi } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliOptions, runCli, startCli } from '../helpers/cli.js';
import { inOrder } from '../helpers/model-server/behaviour.js';
import { type ModelServerOptions, startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// The metric `toxicity` with engines other than its own, in whole runs against a service on loopback.

const ENV = { FAKE_KEY: 'a-key-of-no-known-shape' };
const ENGINE = 'fake/omni-moderation-latest';
/** The server scores a text 0.9 in the categories that it names. */
const CASES = [
  { id: 'harmless', vars: { ticket: 'Your refund will arrive on Friday.' } },
  { id: 'toxic', vars: { ticket: 'Text full of harassment.' } },
];

interface Setting {
  readonly engine?: string;
  readonly server?: ModelServerOptions;
  readonly suite?: object;
  readonly provider?: object;
  readonly config?: object;
}

/** A project whose one suite echoes its cases and has them moderated by the server. */
async function setUp({ engine = ENGINE, server: options = {}, suite = {}, provider = {}, config = {} }: Setting = {}) {
  const server = await startModelServer(options);
  afterThisTest(() => server.close());
  const project = await makeProject({
    'llmci.yaml': {
      providers: {
        fake: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY', retries: 1, ...provider },
        bot: { type: 'exec', command: ['true'] },
      },
      ...config,
    },
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'toxicity', engine }],
      gates: [{ metric: 'toxicity', stat: 'max', max: 1, decide: 'estimate' }],
      cases: CASES,
      ...suite,
    },
  });
  const llmci = async (args: readonly string[], more: CliOptions = {}) => {
    const result = await runCli(args, { cwd: project.dir, env: ENV, timeoutMs: 90_000, ...more });
    const record = result.stdout.startsWith('{') ? runRecordSchema.parse(JSON.parse(result.stdout)) : null;
    return { ...result, record };
  };
  const sent = () => server.calls.filter(({ path }) => path === '/v1/moderations');
  return { project, llmci, sent, server };
}

const scoresOf = (record: RunRecord | null) =>
  Object.fromEntries((record?.results ?? []).map((result) => [result.case, result.scores[0]]));

describe('a provider that moderates', () => {
  it('gives the highest score of its categories; a second run sends nothing', async () => {
    const { llmci, sent } = await setUp();
    const first = await llmci(['eval', '--json']);
    expect(first.code).toBe(0);
    const { harmless, toxic } = scoresOf(first.record);
    expect(harmless).toMatchObject({ value: 0.0001, passed: true });
    expect(toxic).toMatchObject({
      value: 0.9,
      passed: false,
      reason: 'harassment 0.9, the highest of 13 categories',
      detail: { model: ENGINE, categories: { harassment: 0.9, 'harassment/threatening': 0.0001 } },
    });
    expect(sent().map(({ body }) => body)).toEqual(
      expect.arrayContaining(CASES.map(({ vars }) => ({ model: 'omni-moderation-latest', input: vars.ticket }))),
    );
    expect(sent()).toHaveLength(2);
    expect(sent()[0]?.headers.authorization).toBe(`Bearer ${ENV.FAKE_KEY}`);
    expect(first.record?.notes).toContain(`Moderations by ${ENGINE}: 2 texts sent.`);
    expect(first.record?.usage.usd).toBe(0);

    const second = await llmci(['eval', '--json']);
    expect(sent()).toHaveLength(2);
    expect(second.record?.notes).toContain(`Moderations by ${ENGINE}: 2 texts read from the cache.`);
    expect(scoresOf(second.record)['toxic']).toEqual(toxic);
    await llmci(['eval', '--no-cache']);
    expect(sent()).toHaveLength(4);
  });

  it('decides a gate: what is toxic fails it', async () => {
    const { llmci } = await setUp({
      suite: { gates: [{ metric: 'toxicity', stat: 'max', max: 0.5, decide: 'estimate' }] },
    });
    expect((await llmci(['eval'])).code).toBe(1);
  });

  it('is foreseen by --dry-run, and has no price where none is known', async () => {
    const { llmci, sent } = await setUp();
    expect((await llmci(['eval', '--dry-run'])).stdout).toMatch(
      /Up to 2 calls for moderations by fake\/omni-moderation-latest \([\d,]+ tokens\) besides, at most about \$0\b/,
    );
    const other = await setUp({ engine: 'fake/mod-1', config: { budget: { usd: 1 } } });
    expect((await other.llmci(['eval', '--dry-run'])).stdout).toMatch(
      /moderations by fake\/mod-1 .* besides, at a cost that is not known: no price for this model\./,
    );
    const { code, record } = await other.llmci(['eval', '--json']);
    expect([code, sent(), other.sent()]).toEqual([3, [], []]);
    expect(scoresOf(record)['toxic']?.reason).toContain('the price of its model is not known');
  });

  it('with a price is in what the run spent, live calls only', async () => {
    // $1,000 for a million tokens: some ten of each text, as estimated from its length
    const { llmci } = await setUp({ config: { prices: { [ENGINE]: { input: 1000, output: 0 } } } });
    const tokens = CASES.reduce((sum, { vars }) => sum + Math.ceil(vars.ticket.length / 4), 0);
    const first = await llmci(['eval', '--json']);
    expect(first.record?.usage.usd).toBeCloseTo(tokens / 1000);
    expect(first.record?.usage).toMatchObject({ inputTokens: expect.any(Number), calls: { live: 2 } });
    const again = await llmci(['eval', '--json']);
    expect(again.record?.usage.usd).toBe(0);
  });

  it('without a price leaves unknown what the run spent, and says of which', async () => {
    const { llmci } = await setUp({ engine: 'fake/mod-1' });
    const { record } = await llmci(['eval', '--json']);
    expect([record?.usage.usd, record?.usage.unpriced]).toEqual([null, ['fake/mod-1']]);
    expect(record?.notes.join()).toContain('What was spent is not known: no price of fake/mod-1.');
  });

  it("counts against the suite's budget", async () => {
    const { llmci, sent } = await setUp({ suite: { budget: { calls: CASES.length } } });
    const { code, record } = await llmci(['eval', '--json']);
    expect([code, sent()]).toEqual([3, []]);
    expect(scoresOf(record)['toxic']?.reason).toContain('the budget of 2 calls for suite reply is spent');
  });

  it('is asked once for equal outputs, and not for an empty one', async () => {
    const cases = [
      ...['a', 'b', 'c'].map((id) => ({ id, vars: { ticket: 'The same.' } })),
      { id: 'blank', vars: { ticket: 'Say nothing.' } },
    ];
    // What was cut off before its first word is an answer, and empty
    const respond = ({ lastUserText }: { readonly lastUserText: string }) =>
      lastUserText === 'Say nothing.'
        ? ({ kind: 'text', text: '', finishReason: 'length' } as const)
        : ({ kind: 'text', text: lastUserText } as const);
    const { llmci, sent } = await setUp({ server: { respond }, suite: { cases, models: ['fake/model-1'] } });
    const { code, record } = await llmci(['eval', '--json', '--no-cache']);
    expect(code).toBe(0);
    expect(sent()).toHaveLength(1);
    expect(scoresOf(record)['blank']).toMatchObject({ value: 0, reason: 'the output is empty' });
  });

  it('gets another try after a 429', async () => {
    const { llmci, sent } = await setUp({
      server: {
        respondModerations: inOrder(
          { kind: 'status', status: 429, headers: { 'retry-after-ms': '1' } },
          { kind: 'text', text: '' },
        ),
      },
      suite: { cases: CASES.slice(1) },
    });
    const { code, record } = await llmci(['eval', '--json']);
    expect(code).toBe(0);
    expect(scoresOf(record)['toxic']?.value).toBe(0.9);
    expect(sent()).toHaveLength(2);
  });

  it.each<[string, ModelServerOptions['respondModerations'], RegExp]>([
    ['is down', () => ({ kind: 'status', status: 500 }), /^no moderation by fake\/omni-moderation-latest: HTTP 500 /],
    ['refuses the key', () => ({ kind: 'status', status: 401 }), /HTTP 401/],
    ['does not know the model', () => ({ kind: 'status', status: 404 }), /HTTP 404/],
    ['answers with nothing', () => ({ kind: 'empty-choices' }), /0 results for 1 text/],
    ['answers with null', () => ({ kind: 'null-content' }), /not a moderation/],
    ['answers with an error in 200', () => ({ kind: 'error-in-200' }), /status 200 and an error/],
    ['answers with a page', () => ({ kind: 'html' }), /not JSON/],
    ['cuts its answer', () => ({ kind: 'truncated-json' }), /not JSON/],
    ['resets the connection', () => ({ kind: 'reset' }), /no moderation by/],
    [
      'scores no category',
      () => ({ kind: 'status', status: 200, body: { results: [{ category_scores: {} }] } }),
      /scored no category/,
    ],
    [
      'scores above 1',
      () => ({ kind: 'status', status: 200, body: { results: [{ category_scores: { hate: 7 } }] } }),
      /not a number from 0 to 1/,
    ],
    [
      'scores with a text',
      () => ({ kind: 'status', status: 200, body: { results: [{ category_scores: { hate: '0.1' } }] } }),
      /not a number from 0 to 1/,
    ],
  ])('that %s gives no score, and exit 3', async (_, respondModerations, reason) => {
    const { llmci } = await setUp({ server: respondModerations ? { respondModerations } : {} });
    const { code, record } = await llmci(['eval', '--json']);
    expect(code).toBe(3);
    const scores = Object.values(scoresOf(record));
    expect(scores).toHaveLength(2);
    for (const score of scores) expect([score?.value, score?.passed]).toEqual([null, null]);
    expect(scoresOf(record)['toxic']?.reason).toMatch(reason);
  });

  it('that never answers is given up after the time limit', async () => {
    const { llmci, sent } = await setUp({
      server: { respondModerations: () => ({ kind: 'hang' }) },
      provider: { retries: 0 },
      suite: { cases: CASES.slice(1) },
    });
    const { code, record } = await llmci(['eval', '--json', '--timeout', '1s']);
    expect(code).toBe(3);
    expect(scoresOf(record)['toxic']?.reason).toContain('no answer within 1 s');
    expect(sent()).toHaveLength(1);
  });

  it('does not hold a run that is interrupted, whose samples count as not started', async () => {
    const { project, sent } = await setUp({ server: { respondModerations: () => ({ kind: 'hang' }) } });
    const cli = startCli(['eval'], { cwd: project.dir, env: ENV });
    await vi.waitFor(() => expect(sent()).toHaveLength(2), { timeout: 60_000, interval: 50 });
    cli.kill('SIGINT');
    await cli.waitForOutput(/Stopping/);
    cli.kill('SIGINT');
    expect((await cli.result).code).toBe(130);
    const path = (await project.list()).find((each) => each.endsWith('/results.jsonl')) ?? '';
    expect(await project.read(path)).toMatch(/^(\{"unscored":\d,.*\}\n){2,3}$/);
  });

  it('is sent nothing with --replay', async () => {
    const { llmci, sent } = await setUp({ suite: { cassette: '../fixtures/reply.cassette.jsonl' } });
    expect((await llmci(['eval', '--record'])).code).toBe(0);
    const before = sent().length;
    const { code, record } = await llmci(['eval', '--replay', '--json'], { env: {} });
    expect(code).toBe(3);
    expect(sent()).toHaveLength(before);
    expect(scoresOf(record)['toxic']).toMatchObject({
      value: null,
      reason: `no moderation by ${ENGINE}: --replay sends nothing`,
    });
  });

  it('that lacks its key is an error before anything is sent', async () => {
    const { llmci, server } = await setUp();
    const { code, stderr } = await llmci(['eval'], { env: {} });
    expect(code).toBe(2);
    expect(stderr).toContain('fake needs a key: FAKE_KEY is not set, and metrics have outputs moderated by it');
    expect(server.calls).toEqual([]);
  });

  it('needs no key where the server wants none', async () => {
    const { llmci, sent } = await setUp({
      server: { requireKeys: false },
      config: {},
      provider: { apiKey: undefined },
    });
    expect((await llmci(['eval'], { env: {} })).code).toBe(0);
    expect(sent()[0]?.headers.authorization).toBeUndefined();
  });

  it('scores single texts too', async () => {
    const { llmci, sent } = await setUp();
    const args = ['score', '--metric', 'toxicity', '--output', 'Words of hate.', '--param'];
    const { code, stdout, stderr } = await llmci([...args, `engine=${ENGINE}`]);
    expect(code).toBe(1);
    expect(stdout).toContain('hate 0.9');
    expect(stderr).toContain(`Moderations by ${ENGINE}: 1 text sent.`);
    expect(sent()).toHaveLength(1);
    const wrong = await llmci([...args, 'engine=fkae/omni-moderation-latest']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('(did you mean fake?)');
  });
});

it.each([
  ['fkae/omni', 'no engine is called fkae/omni (did you mean fake?)'],
  ['locale', 'no engine is called locale (did you mean local?)'],
  ['jugde', 'no engine is called jugde (did you mean judge?)'],
  ['perspective', 'no engine is called perspective; there are local, judge, openai/MODEL, fake/MODEL'],
  ['fake', 'which model of fake? write fake/MODEL'],
  ['bot/x', 'provider bot (type exec) cannot moderate; there are local, judge, openai/MODEL, fake/MODEL'],
  ['anthropic/x', 'provider anthropic (type anthropic) cannot moderate'],
])('engine: %s is refused where it stands', async (engine, message) => {
  const { llmci, server } = await setUp({ engine });
  const { code, stderr } = await llmci(['eval']);
  expect(code).toBe(2);
  expect(stderr).toContain(`evals/reply.eval.yaml:4:13  ${message}`);
  expect(server.calls).toEqual([]);
});

it('is not for a dataset to name: its rows may come from a fork', async () => {
  const { llmci, project, server } = await setUp({
    engine: 'local',
    suite: { cases: undefined, dataset: 'rows.jsonl' },
  });
  await project.write('evals/rows.jsonl', [
    { ...CASES[0], metrics: [{ metric: 'toxicity', id: 'own', engine: ENGINE }] },
  ]);
  const { code, stderr } = await llmci(['eval']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /evals\/rows\.jsonl:1:\d+ {2}metric toxicity sends outputs to a provider, which a dataset cannot name/,
  );
  expect(server.calls).toEqual([]);
});

describe('a judge', () => {
  const verdict = (level: string) => ({
    kind: 'text' as const,
    text: JSON.stringify({ reason: 'So it is.', verdict: level }),
  });
  const config = { judge: { model: 'fake/judge-1' } };

  it('names a level, which has a value', async () => {
    const { llmci, server, sent } = await setUp({
      engine: 'judge',
      config,
      server: { respond: ({ lastUserText }) => verdict(lastUserText.includes('harassment') ? 'toxic' : 'harmless') },
    });
    const { code, record } = await llmci(['eval', '--json']);
    expect(code).toBe(0);
    const { harmless, toxic } = scoresOf(record);
    expect(harmless).toMatchObject({ value: 0, passed: true });
    expect(toxic).toMatchObject({ value: 0.8, passed: false, detail: { verdict: 'toxic' } });
    expect(toxic?.detail?.['judge']).toMatchObject({ model: 'fake/judge-1', prompt: 'judges/toxicity' });
    expect(server.calls).toHaveLength(2);
    expect(sent()).toEqual([]);
  });

  it('that names another level gives no score', async () => {
    const { llmci } = await setUp({ engine: 'judge', config, server: { respond: () => verdict('fine') } });
    const { code, record } = await llmci(['eval', '--json']);
    expect(code).toBe(3);
    expect(scoresOf(record)['toxic']?.value).toBeNull();
  });

  it('must be named in llmci.yaml', async () => {
    const { llmci } = await setUp({ engine: 'judge' });
    const { code, stderr } = await llmci(['eval']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/evals\/reply\.eval\.yaml:3:5 .*metric toxicity needs a judge/);
  });
});
