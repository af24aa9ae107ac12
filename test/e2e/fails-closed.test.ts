import { describe, expect, it, vi } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { type Call, inOrder } from '../helpers/model-server/behaviour.js';
import type { ModelServerOptions } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';
import { KEY, makeServedProject, type ServedOptions } from '../helpers/served-project.js';

// What was not evaluated never counts as passed: real processes, a real server, and whatever can go wrong between them.

/** A project of five cases, unless more are asked for. */
const setUp = (server: ModelServerOptions, setting: ServedOptions = {}) =>
  makeServedProject(server, { cases: 5, ...setting });

const status = (code: number): ModelServerOptions => ({ respond: () => ({ kind: 'status', status: code }) });
const text = (content: string) => ({ kind: 'text', text: content }) as const;
const numberOf = (call: Call) => Number(/\d+/.exec(call.lastUserText)?.[0]);

describe.concurrent('calls that are refused', () => {
  it.each([
    [401, 'auth'],
    [403, 'auth'],
    [404, 'unknown-model'],
    [501, 'server'],
  ] as const)('all with %i: exit 3, after few calls', async (code, kind) => {
    const { llmci, server, summary } = await setUp(status(code), { cases: 50, provider: { concurrency: 4 } });
    const result = await llmci(['eval']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(`HTTP ${code}`);
    expect(result.stdout).toContain('50 of 50 scores missing');
    expect(server.calls.length).toBeLessThanOrEqual(4);
    const { samples, gates, verdict } = await summary();
    expect(samples).toEqual({ planned: 50, finished: 50, errors: 50 });
    expect([verdict, gates.map((gate) => gate.verdict)]).toEqual(['error', ['error']]);
    expect(result.stdout).toContain(kind);
  });

  it('401 names the provider and says what to do', async () => {
    const { llmci } = await setUp(status(401));
    expect((await llmci(['eval'])).stdout).toMatch(/auth 401 +HTTP 401 from 127\.0\.0\.1:\d+: .*\(fake\/model-1: c1/);
  });

  it.each([400, 404, 422])('one of 50 with %i while 46 fail: not 0', async (code) => {
    const { llmci, summary } = await setUp(
      {
        respond: (call) => {
          const number = numberOf(call);
          return number === 50 ? { kind: 'status', status: code } : text(number <= 46 ? 'no' : 'ok');
        },
      },
      { cases: 50, provider: { concurrency: 1 } },
    );
    const result = await llmci(['eval']);
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/1 of 50 scores missing/);
    expect((await summary()).samples).toEqual({ planned: 50, finished: 50, errors: 1 });
  });

  it('one of 50 while all others pass: exit 3 without a gate over it, too', async () => {
    const { llmci } = await setUp(
      { respond: (call) => (numberOf(call) === 7 ? { kind: 'status', status: 400 } : text('ok')) },
      {
        cases: 50,
        suite: { gates: [{ metric: 'contains', min: 0.5, where: { tags: ['judged'] } }], cases: tagged(50) },
        thresholds: null,
      },
    );
    const result = await llmci(['eval']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('c7');
  });

  it('a gate that failed on complete scores fails, whatever else went wrong', async () => {
    const { llmci } = await setUp(
      { respond: (call) => (numberOf(call) === 7 ? { kind: 'status', status: 400 } : text('no')) },
      {
        suite: {
          gates: [{ metric: 'contains', min: 0.5, decide: 'point', where: { tags: ['judged'] } }],
          cases: tagged(8),
        },
        thresholds: null,
      },
    );
    expect((await llmci(['eval'])).code).toBe(1);
  });

  it('an app that is down: exit 3, and it says so', async () => {
    const { llmci, server } = await setUp({}, { provider: { retries: 0 } });
    await server.close();
    const result = await llmci(['eval']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('nothing answers at 127.0.0.1');
  });
});

/** Cases of which all but the seventh are tagged. */
function tagged(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `c${index + 1}`,
    vars: { ticket: `ok ${index + 1}` },
    tags: index === 6 ? [] : ['judged'],
  }));
}

describe.concurrent('faults that heal', () => {
  it('500, then fine: retried, passes', async () => {
    const { llmci, server } = await setUp(
      { respond: inOrder({ kind: 'status', status: 500 }, text('ok')) },
      { cases: 1, thresholds: { gates: [{ metric: 'pass', min: 1 }] } },
    );
    const result = await llmci(['eval']);
    expect(result.code).toBe(0);
    expect(server.calls.map((call) => call.status)).toEqual([500, 200]);
  });

  it('429: waits as long as Retry-After says', async () => {
    const { llmci, server } = await setUp(
      { respond: inOrder({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, text('ok')) },
      { cases: 1 },
    );
    expect((await llmci(['eval'])).code).toBe(0);
    const [first, second] = server.calls;
    expect((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('429 for ever: ends, with exit 3 and as many calls as retries allow', async () => {
    const { llmci, server } = await setUp(
      { respond: () => ({ kind: 'status', status: 429, headers: { 'retry-after-ms': '1' } }) },
      { cases: 2, provider: { retries: 3 } },
    );
    expect((await llmci(['eval'])).code).toBe(3);
    expect(server.calls.length).toBe(8);
  });

  it('a hang: ends at the time limit, with exit 3', async () => {
    const { llmci } = await setUp({ respond: () => ({ kind: 'hang' }) }, { cases: 2, provider: { retries: 0 } });
    const result = await llmci(['eval', '--timeout', '200ms']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('no answer within 0.2 s');
  });

  it.each(['truncated-json', 'html', 'empty-choices', 'null-content', 'reset', 'error-in-200'] as const)(
    '%s: exit 3 and words, no stack',
    async (kind) => {
      const { llmci } = await setUp({ respond: () => ({ kind }) }, { cases: 1, provider: { retries: 0 } });
      const result = await llmci(['eval']);
      expect(result.code).toBe(3);
      expect(result.stdout + result.stderr).not.toMatch(/TypeError|SyntaxError|\n\s+at /);
    },
  );
});

describe('nothing to judge', () => {
  it.each([
    [['--tag', 'refund'], 'no case is tagged refund'],
    [['--case', 'c9'], 'there is no case c9 (did you mean c1?)'],
  ])('eval %j leaves no case: exit 3', async (flags, message) => {
    const { llmci, server } = await setUp({});
    const result = await llmci(['eval', ...flags]);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(message);
    expect(server.calls).toEqual([]);
  });

  it('a suite and a model that are named twice are run once', async () => {
    const { llmci, server, summary } = await setUp({}, { cases: 3 });
    const models = ['--model', 'fake/model-2', '--model', 'fake/model-2'];
    expect((await llmci(['eval', 'reply', 'evals/reply.eval.yaml', 'reply', ...models])).code).toBe(0);
    expect((await summary()).samples.planned).toBe(3);
    expect(server.calls).toHaveLength(3);
  });

  it('a gate for tags that the filter leaves out: exit 3', async () => {
    const { llmci } = await setUp(
      {},
      {
        suite: { cases: [...tagged(2), { id: 'other', vars: { ticket: 'ok' }, tags: ['other'] }] },
        thresholds: { gates: [{ metric: 'pass', min: 0.9, where: { tags: ['judged'] } }] },
      },
    );
    expect((await llmci(['eval'])).code).toBe(0);
    const result = await llmci(['eval', '--tag', 'other']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('a gate over nothing does not pass');
  });

  it('a gate for tags that the filter leaves out, beside one that judges: a note', async () => {
    const { llmci, summary } = await setUp(
      {},
      {
        suite: { cases: [...tagged(2), { id: 'other', vars: { ticket: 'ok' }, tags: ['other'] }] },
        thresholds: {
          gates: [
            { metric: 'pass', min: 0.9 },
            { metric: 'pass', min: 1, where: { tags: ['judged'] }, decide: 'point' },
          ],
        },
      },
    );
    const result = await llmci(['eval', '--tag', 'other']);
    expect(result.code).toBe(0);
    const { gates, notes } = await summary();
    expect(gates.length).toBe(1);
    expect(notes.slice(0, 2)).toEqual([
      'Filtered: 1 of 3 cases. Gates judged these only.',
      'Gate pass rate ≥ 1 on judged (point) of reply judged nothing: the filter leaves no case tagged judged.',
    ]);
    expect(result.stdout).toContain('judged nothing');
  });

  it.each(['jsonl', 'csv', 'json', 'yaml'])('an empty %s dataset: exit 2', async (ending) => {
    const { llmci, server } = await setUp(
      {},
      { suite: { cases: undefined, dataset: `d.${ending}` }, files: { [`evals/d.${ending}`]: '' } },
    );
    const result = await llmci(['eval']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('the dataset is empty');
    expect(server.calls).toEqual([]);
  });

  it('no suites at all: exit 2', async () => {
    const project = await makeProject();
    const result = await runCli(['eval'], { cwd: project.dir });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/no evaluation suite found .*\n.*llmci eval --all-projects/);
  });

  it.each([
    ['without metrics', { metrics: undefined }],
    ['with an empty list of metrics', { metrics: [] }],
    ['without gates', {}],
    ['with an empty list of gates', { gates: [] }],
  ])('a suite %s: exit 2, and a warning with --allow-no-gates', async (_, suite) => {
    const { llmci, server } = await setUp({}, { suite, thresholds: null });
    const refused = await llmci(['eval']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('has no gates, so nothing could fail');
    expect(refused.stderr).toContain('--allow-no-gates');
    expect(server.calls).toEqual([]);
    const allowed = await llmci(['eval', '--allow-no-gates']);
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).toContain('Suite reply has no gates for prompt reply: nothing in it could fail.');
    const validated = await llmci(['validate']);
    expect(validated.stdout).toContain('warning: suite reply has no gates');
  });

  it('a metric that throws, or that finds nothing to judge, gives no score: exit 3', async () => {
    const tone = `export default { type: 'tone', describe: 'x', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 1 },
      examples: [], score: ({ output }) => { if (output.text.includes('2')) throw new Error('no tone'); return { value: 1, reason: 'fine' }; } };\n`;
    const { llmci } = await setUp(
      {},
      { suite: { metrics: [{ metric: './tone.mjs' }] }, files: { 'evals/tone.mjs': tone } },
    );
    const result = await llmci(['eval']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('1 of 5 scores missing');
  });

  it.each(['NaN', 'Infinity', 'null', 'undefined', '"1"'])(
    'a metric whose value is %s gives no score: exit 3',
    async (value) => {
      const tone = `export default { type: 'tone', describe: 'x', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 0 },
      examples: [], score: () => ({ value: ${value}, reason: 'x' }) };\n`;
      const { llmci } = await setUp(
        {},
        { suite: { metrics: [{ metric: './tone.mjs' }] }, files: { 'evals/tone.mjs': tone } },
      );
      const result = await llmci(['eval']);
      expect(result.stdout).toContain('5 of 5 scores missing');
      expect(result.code).toBe(3);
    },
  );
});

describe('what is not set', () => {
  it('a key: exit 2, names the variable, sends nothing', async () => {
    const { llmci, server, project } = await setUp({});
    for (const value of [undefined, '', '  ']) {
      const result = await llmci(['eval'], { env: { FAKE_KEY: value } });
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('fake needs a key: FAKE_KEY is not set, and none of its answers is recorded');
      expect(result.stderr).toContain('Nothing was sent. Set FAKE_KEY');
    }
    expect(server.calls).toEqual([]);
    expect((await project.list()).filter((path) => path.startsWith('.llmci/'))).toEqual([]);
  });

  it('a key in a file: exit 2, says what to write where', async () => {
    const { llmci, project } = await setUp({}, { provider: { apiKey: 'file:keys/fake' } });
    const absent = await llmci(['eval']);
    expect(absent.code).toBe(2);
    expect(absent.stderr).toContain(
      'fake needs a key: there is no file keys/fake, and none of its answers is recorded',
    );
    expect(absent.stderr).toContain('Nothing was sent. Write the key into keys/fake; or see with --replay');
    await project.write('keys/fake', '\n');
    expect((await llmci(['eval'])).stderr).toContain('the file keys/fake is empty');
    await project.write('keys/fake', `${KEY}\n`);
    expect((await llmci(['eval'])).code).toBe(0);
  });

  it('the key of a built-in provider', async () => {
    const { llmci } = await setUp({}, { suite: { models: ['openai/gpt-4.1', 'anthropic/claude-sonnet-4-0'] } });
    const result = await llmci(['eval']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('OPENAI_API_KEY is not set');
  });

  it('a variable: exit 2, sends nothing', async () => {
    const { llmci, server } = await setUp({}, { suite: { cases: [{ id: 'c1', vars: { tickt: 'ok' } }] } });
    const result = await llmci(['eval']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('variable ticket is not defined in any case (did you mean tickt?)');
    expect(server.calls).toEqual([]);
  });
});

describe('limits that must not pass by a trick', () => {
  it.each([90, 1.5, '90', '150%', -1])('a threshold of %s: exit 2', async (min) => {
    const { llmci, server } = await setUp({}, { thresholds: { gates: [{ metric: 'pass', min }] } });
    expect((await llmci(['eval'])).code).toBe(2);
    expect(server.calls).toEqual([]);
  });

  it('0.9 is nine tenths, and the environment sets no threshold', async () => {
    const half = { respond: (call: Call) => text(numberOf(call) % 2 === 0 ? 'ok' : 'no') };
    const { llmci } = await setUp(half, { cases: 40 });
    const env = { FAKE_KEY: KEY, PASS_RATE_THRESHOLD: '0.1', PROMPTFOO_PASS_RATE_THRESHOLD: '0.1', LLMCI_MIN: '0' };
    const result = await llmci(['eval'], { env });
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('20 of 40 samples passed (0.5)');
  });

  it('100% is not met by 99 of 100', async () => {
    const { llmci } = await setUp(
      { respond: (call) => text(numberOf(call) === 3 ? 'no' : 'ok') },
      { cases: 100, thresholds: { gates: [{ metric: 'pass', min: '100%' }] } },
    );
    expect((await llmci(['eval'])).code).not.toBe(0);
    expect((await llmci(['eval', '--fail-fast', '--no-cache'])).code).not.toBe(0);
  });

  it('--fail-fast with nothing failed on a gate of its own still is no pass: what was not started is missing', async () => {
    const { llmci, summary } = await setUp(
      { respond: (call) => text(numberOf(call) === 1 ? 'no' : 'ok') },
      { cases: 20, provider: { concurrency: 1 }, thresholds: { gates: [{ metric: 'pass', min: 0.1 }] } },
    );
    expect((await llmci(['eval', '--fail-fast'])).code).toBe(3);
    expect((await summary()).samples).toEqual({ planned: 20, finished: 1, errors: 0 });
  });

  const slow = {
    metrics: [{ metric: 'latency' }],
    gates: [{ metric: 'latency', stat: 'max', max: '4s', decide: 'point' }],
  };

  it('a replayed answer keeps the latency of its call', async () => {
    const { llmci, project } = await setUp({}, { suite: { ...slow, cassette: 'c.jsonl' }, thresholds: null });
    expect((await llmci(['eval', '--record'])).code).toBe(0);
    const cassette = await project.read('evals/c.jsonl');
    await project.write('evals/c.jsonl', cassette.replaceAll(/"latencyMs":[\d.]+/g, '"latencyMs":9000'));
    const slowed = await llmci(['eval', '--replay']);
    expect(slowed.code).toBe(1);
    expect(slowed.stdout).toContain('latency max is 9s on 5 samples');
    await project.write('evals/c.jsonl', cassette.replaceAll(/"latencyMs":[\d.]+/g, '"latencyMs":null'));
    const unknown = await llmci(['eval', '--replay']);
    expect(unknown.code).toBe(3);
    expect(unknown.stdout).toContain('5 of 5 scores missing');
  });

  it('a cached answer keeps the latency and the cost of its call', async () => {
    const { llmci, server, summary } = await setUp(
      { delayMs: 60 },
      {
        config: { prices: { 'fake/model-1': { input: 1000, output: 1000 } } },
        suite: {
          metrics: [{ metric: 'latency' }, { metric: 'cost' }],
          gates: [
            { metric: 'latency', stat: 'min', max: '50ms', decide: 'point' },
            { metric: 'cost', stat: 'min', max: '$0.000001', decide: 'point' },
          ],
        },
        thresholds: null,
      },
    );
    for (const source of ['live', 'cache'] as const) {
      expect((await llmci(['eval'])).code).toBe(1);
      const { gates, usage } = await summary();
      expect(gates.map((gate) => gate.verdict)).toEqual(['fail', 'fail']);
      expect(usage.calls[source]).toBe(5);
    }
    expect(server.calls.length).toBe(5);
  });

  it('a cost that is not known cannot pass', async () => {
    const cost = {
      metrics: [{ metric: 'cost' }],
      gates: [{ metric: 'cost', stat: 'sum', max: '$1000', decide: 'point' }],
    };
    const unknown = await setUp({}, { suite: cost, thresholds: null });
    const result = await unknown.llmci(['eval']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('5 of 5 scores missing');
    expect((await unknown.summary()).usage.usd).toBeNull();

    const uncounted = await setUp(
      { respond: () => ({ kind: 'no-usage' }) },
      { suite: cost, thresholds: null, config: { prices: { 'fake/model-1': { input: 1, output: 1 } } } },
    );
    expect((await uncounted.llmci(['eval'])).code).toBe(3);
  });

  it('a budget that is spent: exit 3, and no further call', async () => {
    const { llmci, server } = await setUp(
      {},
      { cases: 20, config: { prices: { 'fake/model-1': { input: 0, output: 1000 } } }, provider: { concurrency: 1 } },
    );
    const result = await llmci(['eval', '--budget', '$0.505']);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('the budget of $0.505 is spent');
    expect(server.calls.length).toBeGreaterThan(0);
    expect(server.calls.length).toBeLessThan(20);
    const blind = await setUp({});
    expect((await blind.llmci(['eval', '--budget', '5'])).code).toBe(3);
    expect(blind.server.calls).toEqual([]);
  });
});

describe('recordings', () => {
  it('--replay without them: exit 3, lists which, sends nothing', async () => {
    const { llmci, server } = await setUp({}, { cases: 3, suite: { cassette: '../fixtures/c.jsonl' } });
    const result = await llmci(['eval', '--replay']);
    expect(result.code).toBe(3);
    for (const id of ['c1', 'c2', 'c3']) expect(result.stdout).toContain(id);
    expect(result.stdout).toContain('fixtures/c.jsonl has no answers yet');
    expect(server.calls).toEqual([]);
  });

  it('--record, then --replay without a key; one prompt changed, and its recordings are missing', async () => {
    const { llmci, server, project } = await setUp({}, { cases: 3, suite: { cassette: '../fixtures/c.jsonl' } });
    expect((await llmci(['eval', '--record'])).code).toBe(0);
    expect(server.calls.length).toBe(3);
    const without = { env: { FAKE_KEY: undefined } };
    expect((await llmci(['eval', '--replay'], without)).code).toBe(0);
    expect((await llmci(['eval', '--no-cache'], without)).code).toBe(0);
    expect(server.calls.length).toBe(3);
    await project.write('prompts/reply.prompt.yaml', {
      model: 'fake/model-1',
      messages: [{ role: 'user', content: 'Dear {{ ticket }}' }],
    });
    expect((await llmci(['eval', '--replay'], without)).code).toBe(3);
    const changed = await llmci(['eval'], without);
    expect(changed.code).toBe(2);
    expect(changed.stderr).toContain(
      'none of its answers is recorded for the present prompt, model and parameters (fixtures/c.jsonl has 3 for other requests)',
    );
    expect(server.calls.length).toBe(3);
  });

  it('no key in any file or on any stream, even when the model repeats it', async () => {
    const { llmci, project } = await setUp(
      {
        respond: (call) => {
          if (call.index === 0) return { ...text('ok'), toolCalls: [{ name: 'send', arguments: { key: `x${KEY}` } }] };
          return call.index < 3 ? text(`ok ${KEY}`) : { kind: 'status', status: 400, body: `no ${KEY}` };
        },
      },
      { cases: 4, suite: { cassette: '../fixtures/c.jsonl' }, provider: { concurrency: 1 } },
    );
    const result = await llmci(['eval', '--record', '--reporter', 'json=run.json', '--reporter', 'junit=run.xml']);
    expect(result.code).toBe(3);
    const files = await project.list();
    const all = [...(await Promise.all(files.map((path) => project.read(path)))), result.stdout, result.stderr];
    expect(files.length).toBeGreaterThan(7);
    expect(all.join('\n')).toContain('[redacted]');
    expect(all.filter((content) => content.includes(KEY))).toEqual([]);
  });
});

describe.concurrent('interruption', () => {
  it('Ctrl-C: exit 130, the finished samples are kept, the record is readable', async () => {
    const { start, llmci, server, project, summary } = await setUp(
      { delayMs: 30 },
      { cases: 300, provider: { concurrency: 2 } },
    );
    const run = start(['eval']);
    await vi.waitFor(() => expect(server.stats().answered).toBeGreaterThan(5), { timeout: 20_000 });
    run.kill('SIGINT');
    const result = await run.result;
    expect([result.code, result.signal]).toEqual([130, null]);
    const { samples, interrupted, verdict, exitCode } = await summary();
    expect([interrupted, verdict, exitCode]).toEqual([true, 'error', 130]);
    expect(samples.finished).toBeGreaterThan(5);
    expect(samples.finished).toBeLessThan(300);
    expect(samples.finished).toBe(server.stats().answered);
    const journal = (await project.list()).find((path) => path.endsWith('/results.jsonl')) ?? '';
    expect((await project.read(journal)).trim().split('\n').length).toBe(samples.finished);
    const report = await llmci(['report', 'latest']);
    expect(report.code).toBe(0);
    expect(report.stdout).toMatch(/interrupted/i);
  });

  it('SIGTERM: as Ctrl-C, with exit 143, whatever the signal after it', async () => {
    const { start, llmci, server, summary } = await setUp(
      { respond: (call) => (call.index < 3 ? text('ok') : { kind: 'hang' }) },
      { cases: 20, provider: { concurrency: 2 } },
    );
    const run = start(['eval', '--reporter', 'json=run.json']);
    await vi.waitFor(() => expect(server.stats().calls).toBe(5), { timeout: 20_000 });
    run.kill('SIGTERM');
    await run.waitForOutput(/Stopping/);
    run.kill('SIGINT');
    const result = await run.result;
    expect([result.code, result.signal]).toEqual([143, null]);
    expect(result.stdout).toContain('INTERRUPTED (exit code 143)');
    const { samples, interrupted, signal, verdict, exitCode } = await summary();
    expect([interrupted, signal, verdict, exitCode]).toEqual([true, 'SIGTERM', 'error', 143]);
    expect(samples).toEqual({ planned: 20, finished: 3, errors: 0 });
    expect(server.stats().calls).toBe(5);
    expect((await llmci(['report', 'latest'])).stdout).toContain('INTERRUPTED (exit code 143)');
  });

  it('a signal while --fail-fast waits for calls in flight is obeyed all the same', async () => {
    const { start, server } = await setUp(
      { respond: (call) => (call.index === 0 ? text('no') : { kind: 'hang' }) },
      { cases: 20, provider: { concurrency: 2 } },
    );
    const run = start(['eval', '--fail-fast']);
    await vi.waitFor(() => expect(server.stats().calls).toBe(2), { timeout: 20_000 });
    run.kill('SIGTERM');
    await run.waitForOutput(/Stopping/);
    run.kill('SIGTERM');
    expect((await run.result).signal).toBeNull();
  });

  it('Ctrl-C twice: ends at once although calls hang', async () => {
    const { start, server, summary } = await setUp(
      { respond: (call) => (call.index < 3 ? text('ok') : { kind: 'hang' }) },
      { cases: 20, provider: { concurrency: 2 } },
    );
    const run = start(['eval']);
    await vi.waitFor(() => expect(server.stats().calls).toBe(5), { timeout: 20_000 });
    run.kill('SIGINT');
    await run.waitForOutput(/Press Ctrl-C again/);
    run.kill('SIGINT');
    expect((await run.result).code).toBe(130);
    expect((await summary()).samples).toEqual({ planned: 20, finished: 3, errors: 0 });
    expect(server.stats().calls).toBe(5);
  });
});

it('every exit code, from a real process', async () => {
  const answers = {
    respond: (call: Call) => (numberOf(call) === 0 ? { kind: 'hang' as const } : text(call.lastUserText)),
  };
  const { llmci, start, server, project } = await setUp(answers);
  const gate = (min: number) => ({ gates: [{ metric: 'pass', min, decide: 'point' }] });
  expect((await llmci(['eval'])).code).toBe(0);
  await project.write(
    'evals/reply.eval.yaml',
    (await project.read('evals/reply.eval.yaml')).replace('value: ok', 'value: yes'),
  );
  expect((await llmci(['eval'])).code).toBe(1);
  await project.write('prompts/reply.thresholds.yaml', gate(90));
  expect((await llmci(['eval'])).code).toBe(2);
  await project.write('prompts/reply.thresholds.yaml', gate(0.9));
  expect((await llmci(['eval', '--replay'])).code).toBe(3);
  await project.write('prompts/reply.prompt.yaml', {
    model: 'fake/model-1',
    messages: [{ role: 'user', content: '0 {{ ticket }}' }],
  });
  const before = server.stats().calls;
  const run = start(['eval']);
  await vi.waitFor(() => expect(server.stats().calls).toBeGreaterThan(before), { timeout: 20_000 });
  run.kill('SIGINT');
  await run.waitForOutput(/Press Ctrl-C again/);
  run.kill('SIGINT');
  expect((await run.result).code).toBe(130);
});
