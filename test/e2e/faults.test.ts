import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { type Result, type RunSummary, runSummarySchema } from '../../src/model/run-record.js';
import { evaluate } from '../../src/runs/evaluate.js';
import { afterThisTest } from '../helpers/cleanup.js';
import { type CliResult, runCli } from '../helpers/cli.js';
import type { Behaviour, Call, Respond } from '../helpers/model-server/behaviour.js';
import { outOfQuota, rateLimited } from '../helpers/model-server/rate-limits.js';
import { type ModelServer, startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';
import { selfSigned } from '../helpers/self-signed.js';

// The fault table: a real process, a real server that misbehaves, one row a fault. docs/reference/reliability.md repeats it in words.

const page = readFileSync(new URL('../../docs/reference/reliability.md', import.meta.url), 'utf8');

const WIRES = ['openai', 'anthropic'] as const;
type Wire = (typeof WIRES)[number];

/** What a run comes to that asks three things of a service of each wire format, one after the other. */
interface Expected {
  readonly code: 0 | 1 | 3;
  readonly verdict: 'pass' | 'fail' | 'error';
  /** The kind of each error, and what stands in the report about it. */
  readonly error: { readonly kind: string; readonly message: RegExp } | null;
  /** Samples of a service that got an answer; the others have the error. */
  readonly kept: number;
  /** Requests that reached each server. */
  readonly calls: number;
  /** Samples of a service that are reported, those with an error included. */
  readonly samples?: number;
  /** What stands in the report besides. */
  readonly says?: readonly string[];
}

interface Row {
  readonly fault: string;
  /** What the server does; fine unless given. */
  readonly respond?: Respond;
  readonly models?: readonly string[];
  /** The address of the service in place of the server's. */
  readonly address?: (url: string) => string | Promise<string>;
  readonly wires?: readonly Wire[];
  readonly flags?: readonly string[];
  /** Keys of the provider's entry. */
  readonly limits?: object;
  readonly cases?: number;
  readonly expected: Expected;
}

/** Far more than any row needs: nothing here is about speed, only about an end. */
const MOST_MS = 90_000;
const HASTY = ['--timeout', '500ms'];

const fine: Behaviour = { kind: 'text', text: 'ok' };
const once =
  (behaviour: () => Behaviour): Respond =>
  ({ index }: Call) =>
    index === 0 ? behaviour() : fine;
const always = (behaviour: Behaviour) => () => behaviour;

/** A further try, and all is well. */
const healed: Expected = { code: 0, verdict: 'pass', error: null, kept: 3, calls: 4 };
/** Three samples, two tries each, no answer. */
const tried = (kind: string, message: RegExp): Expected => ({
  code: 3,
  verdict: 'error',
  error: { kind, message },
  kept: 0,
  calls: 6,
});
/** Three samples, one try each. */
const refused = (kind: string, message: RegExp): Expected => ({ ...tried(kind, message), calls: 3 });

const rows: readonly Row[] = [
  {
    fault: '429 with Retry-After in seconds',
    respond: once(() => rateLimited({ afterSeconds: 1 })),
    expected: healed,
  },
  {
    fault: '429 with Retry-After as a date',
    respond: once(() => rateLimited({ atDate: new Date(Date.now() + 1500) })),
    expected: healed,
  },
  { fault: '429 with retry-after-ms', respond: once(() => rateLimited({ afterMs: 40 })), expected: healed },
  { fault: '429 without a hint', respond: once(() => rateLimited()), expected: healed },
  {
    fault: '429 for ever',
    respond: always(rateLimited({ afterMs: 10 })),
    expected: tried('rate-limit', /HTTP 429 from/),
  },
  {
    fault: '429 with Retry-After of 9,999 s',
    respond: always(rateLimited({ afterSeconds: 9999 })),
    expected: refused('rate-limit', /it asks to wait 9,999 s, and llmci waits 60 s at most/),
  },
  {
    fault: '429 for an account without money',
    respond: always(outOfQuota()),
    wires: ['openai'],
    expected: { ...refused('no-credit', /exceeded your current quota/), calls: 1 },
  },
  { fault: '500, then fine', respond: once(() => ({ kind: 'status', status: 500 })), expected: healed },
  {
    fault: '500 for ever',
    respond: always({ kind: 'status', status: 500 }),
    expected: tried('server', /HTTP 500 from/),
  },
  {
    fault: '500 for ever, many samples',
    respond: always({ kind: 'status', status: 500 }),
    cases: 40,
    limits: { retries: 0 },
    expected: {
      ...tried('server', /given up for this run, after 10 calls in a row had failed; the last: HTTP 500/),
      calls: 10,
      samples: 40,
    },
  },
  { fault: '529, then fine', respond: once(() => ({ kind: 'status', status: 529 })), expected: healed },
  {
    fault: '529 for ever',
    respond: always({ kind: 'status', status: 529 }),
    expected: tried('server', /HTTP 529 from/),
  },
  { fault: 'hang, then fine', respond: once(() => ({ kind: 'hang' })), flags: ['--timeout', '3s'], expected: healed },
  {
    fault: 'hang',
    respond: always({ kind: 'hang' }),
    flags: HASTY,
    expected: tried('timeout', /no answer within 0\.5 s/),
  },
  {
    fault: 'hang behind the head of the answer',
    respond: always({ kind: 'hang', afterHeaders: true }),
    flags: HASTY,
    expected: tried('timeout', /no answer within 0\.5 s/),
  },
  {
    fault: 'hang until the deadline of the run',
    respond: ({ index }) => (index === 0 ? fine : { kind: 'hang' }),
    wires: ['openai'],
    // Long enough for one answer on the slowest machine
    flags: ['--max-time', '5s'],
    expected: {
      code: 3,
      verdict: 'error',
      error: null,
      kept: 1,
      calls: 2,
      samples: 1,
      says: [
        'Stopped at the deadline of 5s (--max-time, or maxTime in llmci.yaml); llmci eval --resume goes on, with as much time again.',
        '2 samples did not run',
      ],
    },
  },
  {
    fault: 'slow drip',
    respond: always({ kind: 'slow-drip', text: 'ok', chunkBytes: 1, everyMs: 100 }),
    flags: HASTY,
    expected: tried('timeout', /no answer within 0\.5 s/),
  },
  {
    fault: 'reset in mid-body',
    respond: always({ kind: 'reset', when: 'mid-body' }),
    expected: tried('network', /closed the connection before its answer was complete/),
  },
  {
    fault: 'reset before the answer, then fine',
    respond: once(() => ({ kind: 'reset' })),
    expected: healed,
  },
  {
    fault: 'truncated JSON',
    respond: always({ kind: 'truncated-json' }),
    expected: refused('bad-response', /answered with something that is not JSON/),
  },
  {
    fault: 'HTML instead of JSON',
    respond: always({ kind: 'html' }),
    expected: refused('bad-response', /not JSON: "<!DOCTYPE html>/),
  },
  {
    fault: 'wrong content type',
    respond: always({ kind: 'wrong-content-type', text: 'ok' }),
    expected: { ...healed, calls: 3 },
  },
  {
    fault: '200 with an error body',
    respond: always({ kind: 'error-in-200' }),
    expected: tried('server', /answered with status 200 and an error/),
  },
  {
    fault: 'empty choices',
    respond: always({ kind: 'empty-choices' }),
    wires: ['openai'],
    expected: refused('bad-response', /answered without a choice/),
  },
  {
    fault: 'no content block',
    respond: always({ kind: 'empty-choices' }),
    wires: ['anthropic'],
    expected: tried('server', /answered without a text/),
  },
  {
    fault: 'a null in place of a text',
    respond: always({ kind: 'null-content' }),
    wires: ['openai'],
    expected: tried('server', /answered without a text/),
  },
  {
    fault: '401 in mid-run',
    respond: ({ index }) => (index === 0 ? fine : { kind: 'status', status: 401 }),
    expected: { ...refused('auth', /HTTP 401 from/), kept: 1, calls: 2 },
  },
  {
    fault: 'unknown model',
    models: ['another'],
    expected: { ...refused('unknown-model', /HTTP 404 from/), calls: 1 },
  },
  {
    fault: 'DNS failure',
    address: () => 'http://nowhere.invalid',
    expected: { ...tried('network', /the address of nowhere\.invalid cannot be found/), calls: 0 },
  },
  {
    fault: 'TLS failure: a server without TLS',
    address: (url) => url.replace('http:', 'https:'),
    expected: { ...tried('network', /does not speak TLS as expected/), calls: 0 },
  },
  {
    fault: 'TLS failure: a certificate that nobody trusts',
    address: async () => {
      const server = createServer(selfSigned());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      afterThisTest(() => void server.close());
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    expected: { ...tried('network', /the certificate of 127\.0\.0\.1:\d+ is not trusted/), calls: 0 },
  },
  {
    fault: 'port closed',
    address: async () => {
      const server = await startModelServer();
      await server.close();
      return server.url;
    },
    expected: { ...tried('network', /nothing answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/), calls: 0 },
  },
];

interface Ended extends CliResult {
  readonly summary: RunSummary;
  /** By wire format: the results, and the requests that arrived. */
  readonly services: ReadonlyMap<Wire, { readonly results: readonly Result[]; readonly calls: number }>;
}

/** Runs the suite of a row, with two tries for each sample. */
async function run({ respond = always(fine), models, address, wires = WIRES, ...row }: Row): Promise<Ended> {
  const servers = new Map<Wire, ModelServer>();
  const providers: Record<string, object> = {};
  for (const wire of wires) {
    const server = await startModelServer({ respond, ...(models && { models }) });
    afterThisTest(() => server.close());
    servers.set(wire, server);
    const url = address ? await address(server.url) : server.url;
    const settings = { type: wire, baseUrl: wire === 'openai' ? `${url}/v1` : url, apiKey: 'env:FAKE_KEY' };
    providers[`fake-${wire}`] = { ...settings, concurrency: 1, retries: 1, ...row.limits };
  }
  const project = await makeProject({
    'llmci.yaml': { providers },
    'prompts/reply.prompt.yaml': { model: 'x/y', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 1 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      models: Object.keys(providers).map((name) => `${name}/model-1`),
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: Array.from({ length: row.cases ?? 3 }, (_, index) => ({
        id: `c${index}`,
        vars: { ticket: `Ticket ${index}` },
      })),
    },
  });
  const ended = await runCli(['eval', ...(row.flags ?? [])], {
    cwd: project.dir,
    env: { FAKE_KEY: 'a-key-of-no-known-shape' },
  });
  const files = await project.list();
  const find = (name: string) => files.find((path) => path.endsWith(name)) ?? `no ${name}`;
  const lines = (await project.read(find('/results.jsonl'))).split('\n').filter((line) => line !== '');
  const results = lines.map((line) => (JSON.parse(line) as { result: Result }).result);
  return {
    ...ended,
    summary: runSummarySchema.parse(await project.readJson(find('/run.json'))),
    services: new Map(
      [...servers].map(([wire, server]) => [
        wire,
        { results: results.filter(({ model }) => model.startsWith(`fake-${wire}`)), calls: server.stats().calls },
      ]),
    ),
  };
}

it.concurrent.each(rows)('$fault', async (row) => {
  const { code, verdict, calls, samples = 3, kept, error, says = [] } = row.expected;
  const ended = await run(row);
  const report = ended.stdout.replace(/\s+/g, ' ');
  expect({ code: ended.code, verdict: ended.summary.verdict }, report + ended.stderr).toEqual({ code, verdict });
  expect(ended.summary.exitCode).toBe(code);
  expect(ended.durationMs).toBeLessThan(MOST_MS);
  if (error) expect(report).toMatch(error.message);
  for (const text of says) expect(report).toContain(text);

  for (const [wire, { results, calls: made }] of ended.services) {
    expect(made, wire).toBe(calls);
    expect(results, wire).toHaveLength(samples);
    expect(
      results.filter(({ output }) => output !== null),
      wire,
    ).toHaveLength(kept);
    for (const result of results.filter(({ output }) => output === null))
      expect(result).toMatchObject({ error: { kind: error?.kind }, scores: [], passed: null, score: null });
  }
});

it.concurrent.each(rows)('docs/reference/reliability.md tells of: $fault', ({ fault }) => {
  expect(page.split(/[|;\n]/).map((part) => part.trim())).toContain(fault);
});

it('a deadline may stand in llmci.yaml', async () => {
  const server = await startModelServer({ respond: always({ kind: 'hang' }), requireKeys: false });
  afterThisTest(() => server.close());
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl } }, maxTime: '300ms' },
    'prompts/reply.prompt.yaml': { model: 'fake/m', messages: [{ role: 'user', content: 'Hello' }] },
    'evals/reply.eval.yaml': { prompt: 'reply', metrics: [{ metric: 'contains', value: 'ok' }], cases: [{ id: 'c' }] },
  });
  const { exitCode, samples, notes } = await evaluate({ cwd: project.dir, allowNoGates: true });
  expect({ exitCode, samples }).toEqual({ exitCode: 3, samples: { planned: 1, finished: 0, errors: 0 } });
  expect(notes.join('\n')).toContain('Stopped at the deadline of 300ms');
});

it('a run that met its deadline goes on with --resume', async () => {
  const hangsOnce: Respond = ({ index }) => (index === 1 ? { kind: 'hang' } : fine);
  const server = await startModelServer({ respond: hangsOnce, requireKeys: false });
  afterThisTest(() => server.close());
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl, concurrency: 1 } } },
    'prompts/reply.prompt.yaml': { model: 'fake/m', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 1 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: ['a', 'b', 'c'].map((id) => ({ id, vars: { ticket: id } })),
    },
  });
  const cut = await runCli(['eval', '--max-time', '5s'], { cwd: project.dir });
  expect([cut.code, server.stats().calls]).toEqual([3, 2]);
  const whole = await runCli(['eval', '--resume'], { cwd: project.dir });
  expect([whole.code, server.stats().calls]).toEqual([0, 4]);
});

it('a provider that is given up leaves the others alone', async () => {
  const healthy = await startModelServer({ respond: always({ ...fine, delayMs: 20 }) });
  const broken = await startModelServer({ respond: always({ kind: 'status', status: 503 }) });
  afterThisTest(() => healthy.close());
  afterThisTest(() => broken.close());
  const entry = { type: 'openai', apiKey: 'env:FAKE_KEY', concurrency: 2, retries: 0 };
  const project = await makeProject({
    'llmci.yaml': {
      providers: {
        healthy: { ...entry, baseUrl: healthy.openaiBaseUrl },
        broken: { ...entry, baseUrl: broken.openaiBaseUrl },
      },
    },
    'prompts/reply.prompt.yaml': { model: 'healthy/m', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'prompts/reply.thresholds.yaml': { gates: [{ metric: 'pass', min: 1 }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      models: ['healthy/m', 'broken/m'],
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: Array.from({ length: 60 }, (_, index) => ({ id: `c${index}`, vars: { ticket: `Ticket ${index}` } })),
    },
  });
  const { code, stdout } = await runCli(['eval'], { cwd: project.dir, env: { FAKE_KEY: 'a-key-of-no-known-shape' } });
  expect(code).toBe(3);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'server 503 given up for this run, after 10 calls in a row had failed; the last: HTTP 503',
  );
  expect(healthy.stats()).toMatchObject({ calls: 60, answered: 60 });
  expect(broken.stats().calls).toBeLessThanOrEqual(12);
});

it('a model that has to wait for its limits leaves the others of its provider alone', async () => {
  const modelOf = ({ body }: { readonly body: unknown }) => (body as { model?: unknown }).model;
  const spent = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '60s' };
  const server = await startModelServer({
    respond: (call) => (modelOf(call) === 'slow' ? { kind: 'text', text: 'ok', headers: spent } : fine),
    requireKeys: false,
  });
  afterThisTest(() => server.close());
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: { type: 'openai', baseUrl: server.openaiBaseUrl, concurrency: 2 } } },
    'prompts/reply.prompt.yaml': { messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      models: ['fake/slow', 'fake/fast'],
      metrics: [{ metric: 'contains', value: 'ok' }],
      cases: Array.from({ length: 6 }, (_, index) => ({ id: `c${index}`, vars: { ticket: `Ticket ${index}` } })),
    },
  });
  const stop = new AbortController();
  const run = evaluate({ cwd: project.dir, allowNoGates: true, signal: stop.signal });
  const callsOf = (model: string) => server.calls.filter((call) => modelOf(call) === model).length;
  await expect.poll(() => callsOf('fast'), { timeout: 20_000 }).toBe(6);
  expect(callsOf('slow')).toBeLessThanOrEqual(2);
  stop.abort();
  expect((await run).interrupted).toBe(true);
});
