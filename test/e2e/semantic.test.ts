import { describe, expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/model/run-record.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliInput, runCli, runProcess } from '../helpers/cli.js';
import { inOrder } from '../helpers/model-server/behaviour.js';
import { type ModelServerOptions, startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// The metric `semantic` in whole runs: with the model that ships, and with a service on loopback.

const ENV = { FAKE_KEY: 'a-key-of-no-known-shape' };
const CASES = [
  {
    id: 'same',
    vars: { ticket: 'Shoes can be returned within 30 days.' },
    expected: 'Shoes can be returned within 30 days.',
  },
  {
    id: 'near',
    vars: { ticket: 'Within 30 days you can return the shoes.' },
    expected: ['No.', 'Shoes can be returned within 30 days.'],
  },
  {
    id: 'far',
    vars: { ticket: 'The volcano erupted early on Tuesday.' },
    expected: 'Shoes can be returned within 30 days.',
  },
];

interface Setting {
  readonly config?: object;
  readonly suite?: object;
  readonly server?: ModelServerOptions;
}

/** A project whose one suite echoes its cases; with a server, `fake/emb-1` makes the embeddings. */
async function setUp({ config = {}, suite = {}, server: options }: Setting = {}) {
  const server = options ? await startModelServer(options) : null;
  if (server) afterThisTest(() => server.close());
  const remote = server && {
    providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:FAKE_KEY' } },
    embeddings: { model: 'fake/emb-1' },
  };
  const project = await makeProject({
    'llmci.yaml': { ...remote, ...config },
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'semantic' }],
      gates: [{ metric: 'semantic', stat: 'mean', min: 0.5 }],
      cases: CASES,
      ...suite,
    },
  });
  const llmci = async (args: readonly string[], more: CliInput = {}) => {
    const result = await runCli(args, { cwd: project.dir, env: ENV, ...more });
    const record = result.stdout.startsWith('{') ? runRecordSchema.parse(JSON.parse(result.stdout)) : null;
    return { ...result, record };
  };
  const embeddings = () => (server?.calls ?? []).filter(({ path }) => path === '/v1/embeddings');
  return { project, llmci, embeddings };
}

const scoresOf = (record: RunRecord | null) =>
  Object.fromEntries((record?.results ?? []).map((result) => [result.case, result.scores[0]]));

it('scores of another engine are no scores of the same metric', async () => {
  const { project, llmci } = await setUp({
    config: { embeddings: { model: 'local' } },
    suite: { gates: [{ metric: 'semantic', maxDrop: 0.1 }] },
    server: {},
  });
  await llmci(['eval']);
  expect((await llmci(['bless'])).code).toBe(0);
  expect((await llmci(['eval'])).code).toBe(0);
  const config = await project.read('llmci.yaml');
  await project.write('llmci.yaml', config.replace('local', 'fake/emb-1'));
  const { code, record } = await llmci(['eval', '--json']);
  expect(code).toBe(3);
  expect(record?.gates[0]?.message).toContain('semantic was another metric when the baseline was made');
});

describe('the model that ships', () => {
  it('scores without a network: equal, near and far', async () => {
    const { llmci } = await setUp();
    const { code, record } = await llmci(['eval', '--json']);
    const scores = scoresOf(record);
    expect(code).toBe(0);
    expect(scores['same']).toMatchObject({ value: 1, passed: true });
    expect(scores['near']).toMatchObject({
      passed: true,
      reason: 'nearest to "Shoes can be returned within 30 days."',
    });
    expect(scores['near']?.detail?.['signature']).toMatch(/^embeddings:local\|/);
    expect(scores['far']?.passed).toBe(false);
    expect(scores['far']?.value).toBeLessThan(0.4);
  });

  it('compares with the question and with given texts', async () => {
    const { llmci } = await setUp({
      suite: {
        metrics: [
          { metric: 'semantic', id: 'question', to: 'prompt' },
          { metric: 'semantic', id: 'topic', text: ['volcanoes', 'How to return shoes'], min: 0.4 },
        ],
        gates: [{ metric: 'question', stat: 'min', min: 1, decide: 'point' }],
      },
    });
    const { code, record } = await llmci(['eval', '--json']);
    expect(code).toBe(0);
    expect(record?.results[0]?.scores[1]?.reason).toBe('nearest to "How to return shoes"');
  });

  it('is not started by a suite that does not need it', async () => {
    const { project } = await setUp({
      suite: { metrics: [{ metric: 'similarity' }], gates: [{ metric: 'similarity', min: 0.1 }] },
    });
    const hook = `data:text/javascript,${encodeURIComponent(
      "import workers from 'node:worker_threads'; import { syncBuiltinESMExports } from 'node:module'; workers.Worker = class { constructor() { console.error('a worker was started'); process.exit(99); } }; syncBuiltinESMExports();",
    )}`;
    const env = { ...ENV, NODE_OPTIONS: `--import=${hook}` };
    expect((await runProcess(['eval'], { cwd: project.dir, env })).code).toBe(0);
    // The same hook does notice the worker of a suite that needs it
    const needing = await setUp();
    const { code, stderr } = await runProcess(['eval'], { cwd: needing.project.dir, env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('a worker was started')]);
  });

  it('does not hold a run that is interrupted twice', async () => {
    const { project } = await setUp({
      suite: {
        cases: Array.from({ length: 400 }, (_, index) => ({
          vars: { ticket: `Sentence ${index} of a long list about returning shoes. `.repeat(30) },
          expected: `Another sentence, number ${index}. `.repeat(30),
        })),
      },
    });
    const hook = `data:text/javascript,${encodeURIComponent(
      "setInterval(() => { if (process.listenerCount('SIGINT') > 0) process.emit('SIGINT'); }, 300).unref();",
    )}`;
    const { code } = await runProcess(['eval', '--json'], {
      cwd: project.dir,
      env: { ...ENV, NODE_OPTIONS: `--import=${hook}` },
      timeoutMs: 60_000,
    });
    expect(code).toBe(130);
  });
});

describe('a service', () => {
  it('is asked in batches, through its provider, and paid for; a second run asks nothing', async () => {
    const { llmci, embeddings } = await setUp({
      server: {},
      config: { prices: { 'fake/emb-1': { input: 1, output: 0 } } },
    });
    const first = await llmci(['eval', '--json']);
    expect(first.code).toBe(0);
    expect(scoresOf(first.record)['same']?.detail?.['signature']).toMatch(/^embeddings:fake\/emb-1\|/);
    expect(embeddings()).toHaveLength(1);
    expect(embeddings()[0]?.headers.authorization).toBe(`Bearer ${ENV.FAKE_KEY}`);
    expect(embeddings()[0]?.body).toMatchObject({ model: 'emb-1', encoding_format: 'float' });
    const { usage, notes } = first.record ?? {};
    expect(usage?.inputTokens).toBeGreaterThan(0);
    expect(usage?.usd).toBeGreaterThan(0);
    expect(notes?.join()).toMatch(/Embeddings of fake\/emb-1: 4 texts sent in 1 request \(\d+ tokens, \$/);

    const second = await llmci(['eval', '--json']);
    expect(embeddings()).toHaveLength(1);
    expect(second.record?.usage.usd).toBe(0);
    expect(second.record?.notes.join()).toContain('Embeddings of fake/emb-1: 4 texts read from the cache.');
    expect(scoresOf(second.record)['near']?.value).toBe(scoresOf(first.record)['near']?.value);
  });

  it('gets another try after a 429', async () => {
    const { llmci, embeddings } = await setUp({
      server: {
        respondEmbeddings: inOrder(
          { kind: 'status', status: 429, headers: { 'retry-after-ms': '1' } },
          { kind: 'text', text: '' },
        ),
      },
    });
    expect((await llmci(['eval'])).code).toBe(0);
    expect(embeddings()).toHaveLength(2);
  });

  it.each<[string, ModelServerOptions, RegExp]>([
    [
      'is down',
      { respondEmbeddings: () => ({ kind: 'status', status: 500 }) },
      /no embeddings of fake\/emb-1: HTTP 500/,
    ],
    ['refuses the key', { respondEmbeddings: () => ({ kind: 'status', status: 401 }) }, /HTTP 401/],
    ['answers with nothing', { respondEmbeddings: () => ({ kind: 'empty-choices' }) }, /0 embeddings for 4 texts/],
    [
      'answers with an error in 200',
      { respondEmbeddings: () => ({ kind: 'error-in-200' }) },
      /status 200 and an error/,
    ],
    ['answers with a page', { respondEmbeddings: () => ({ kind: 'html' }) }, /not JSON/],
    [
      'gives vectors of different lengths',
      {
        respondEmbeddings: ({ body }) => ({
          kind: 'status',
          status: 200,
          body: {
            data: [...(body['input'] as string[])].map((_, index) => ({ index, embedding: Array(index + 1).fill(1) })),
          },
        }),
      },
      /an embedding of 2 components, where others have 1/,
    ],
  ])('that %s gives no score, and exit 3', async (_, server, reason) => {
    const { llmci } = await setUp({ server, config: {} });
    const { code, record } = await llmci(['eval', '--json', '--timeout', '5s'], {});
    expect(code).toBe(3);
    for (const score of Object.values(scoresOf(record))) expect([score?.value, score?.passed]).toEqual([null, null]);
    expect(scoresOf(record)['far']?.reason).toMatch(reason);
  });

  it('is not asked with --replay: what is not kept has no score', async () => {
    const { project, llmci, embeddings } = await setUp({
      server: {},
      suite: { cassette: '../fixtures/reply.cassette.jsonl' },
    });
    expect((await llmci(['eval', '--record', '--no-cache'])).code).toBe(0);
    const asked = embeddings().length;
    const { code, record } = await llmci(['eval', '--replay', '--json']);
    expect(code).toBe(3);
    expect(embeddings()).toHaveLength(asked);
    expect(scoresOf(record)['far']?.reason).toContain('not kept from an earlier run, and --replay sends nothing');
    await llmci(['eval', '--record']);
    expect((await project.list()).some((path) => path.includes('/cache/vectors/'))).toBe(true);
    expect((await llmci(['eval', '--replay'])).code).toBe(0);
  });

  it('that lacks its key is an error before anything is sent', async () => {
    const { llmci, embeddings } = await setUp({ server: {} });
    const { code, stderr } = await llmci(['eval'], { env: {} });
    expect(code).toBe(2);
    expect(stderr).toContain('fake needs a key: FAKE_KEY is not set, and metrics have their embeddings from it');
    expect(embeddings()).toEqual([]);
  });

  it.each([
    ['known', { prices: { 'fake/emb-1': { input: 1, output: 0 } } }, /, at most about \$0\.00\d+\./],
    ['not known', {}, /, at a cost that is not known: no price for this model\./],
  ])('is foreseen by --dry-run, at a price that is %s', async (_, config, cost) => {
    const { llmci, embeddings } = await setUp({ server: {}, config });
    const { stdout } = await llmci(['eval', '--dry-run']);
    const sentence = new RegExp(
      `Up to ${CASES.length} calls for embeddings by fake/emb-1 \\([\\d,]+ tokens\\) besides`,
    );
    expect(stdout).toMatch(sentence);
    expect(stdout).toMatch(cost);
    const [column] = JSON.parse((await llmci(['eval', '--dry-run', '--json'])).stdout) as {
      services: { usd: number | null; tokens: number }[];
    }[];
    expect(embeddings()).toHaveLength(0);
    const { record } = await llmci(['eval', '--json']);
    const [service] = column?.services ?? [];
    expect(service?.tokens).toBeGreaterThan(record?.usage.inputTokens ?? Number.POSITIVE_INFINITY);
    if (_ === 'known') expect(service?.usd).toBeGreaterThan(record?.usage.usd ?? Number.POSITIVE_INFINITY);
    else expect([service?.usd, record?.usage.usd]).toEqual([null, null]);
    expect((await llmci(['eval', '--dry-run', '--replay'])).stdout).not.toContain('embeddings');
  });

  it("is kept within the suite's budget, beside suites that have none", async () => {
    const { llmci, embeddings, project } = await setUp({ server: {}, suite: { budget: { calls: CASES.length } } });
    const cases = CASES.map(({ id, ...rest }) => ({ ...rest, id: `other-${id}` }));
    const gates = [{ metric: 'semantic', stat: 'mean', min: 0.5 }];
    await project.write('evals/free.eval.yaml', { prompt: 'reply', metrics: [{ metric: 'semantic' }], gates, cases });
    const { code, record } = await llmci(['eval', '--json', '--no-cache']);
    expect(code).toBe(3);
    expect(embeddings().length).toBeGreaterThan(0);
    const missing = (record?.results ?? []).filter(({ scores }) => scores[0]?.value === null);
    expect(new Set(missing.map(({ suite }) => suite))).toEqual(new Set(['reply']));
    expect(JSON.stringify(missing)).toContain(`the budget of ${CASES.length} calls for suite reply is spent`);
  });

  it('is kept within the budget', async () => {
    const { llmci, embeddings } = await setUp({ server: {}, config: { budget: { calls: CASES.length } } });
    const { code, record } = await llmci(['eval', '--json']);
    expect(code).toBe(3);
    expect(JSON.stringify(record?.results)).toContain(`the budget of ${CASES.length} calls is spent`);
    expect(embeddings()).toEqual([]);
  });
});

describe('llmci.yaml', () => {
  it.each([
    ['locl', 'no engine of embeddings is called locl (did you mean local?)'],
    [
      'opnai/text-embedding-3-small',
      'no engine of embeddings is called opnai/text-embedding-3-small (did you mean openai?)',
    ],
    ['openai', 'which model of openai? write openai/MODEL'],
    ['transformers/', 'which model of transformers? write transformers/MODEL'],
    [
      'anthropic/x',
      'provider anthropic (type anthropic) makes no embeddings; there are local, transformers/MODEL, openai/MODEL',
    ],
  ])('embeddings: { model: %s }', async (model, message) => {
    const { llmci } = await setUp({ config: { embeddings: { model } } });
    const { code, stderr } = await llmci(['validate']);
    expect(code).toBe(2);
    expect(stderr).toContain(`llmci.yaml:2:10  ${message}`);
  });

  it('names a package that is not installed', async () => {
    const { llmci } = await setUp({ config: { embeddings: { model: 'transformers/Xenova/all-MiniLM-L6-v2' } } });
    const { code, stderr } = await llmci(['eval']);
    expect(code).toBe(2);
    expect(stderr).toContain('npm install --save-dev @huggingface/transformers');
  });
});

it.each([
  [{ to: 'txt' }, /evals\/reply\.eval\.yaml:\d+:\d+ .*(did you mean text\?)/],
  [{ to: 'text' }, /to: text needs a `text` to compare with/],
  [{ to: 'prompt', text: 'x' }, /leave one of them out/],
])('an entry %j is refused', async (params, message) => {
  const { llmci } = await setUp({ suite: { metrics: [{ metric: 'semantic', ...params }] } });
  const { code, stderr } = await llmci(['validate']);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
