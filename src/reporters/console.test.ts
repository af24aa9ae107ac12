import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileRun, isWorkflowCommand } from '../../test/helpers/hostile.js';
import { createGreenRun, createRedRun, createSink, readRecord } from '../../test/helpers/run-fixture.js';
import type { RunRecord } from '../model/run-record.js';
import { consoleReporter, reportVerdictLine } from './console.js';
import { widthOf } from './layout/layout.js';
import { describeActual } from './words/words.js';

async function render(run: RunRecord, options: { color?: boolean; columns?: number } = {}): Promise<string> {
  const sink = createSink(options);
  await consoleReporter.report(readRecord(run), sink);
  return sink.text();
}

const SGR = /\u001b\[\d+m/g;

test('a red run tells what failed, what was not evaluated, the gates and why', async () => {
  expect(await render(createRedRun())).toMatchInlineSnapshot(`
    "Failing cases

      support-reply · openai/gpt-4.1-mini  4 of 8 samples fail

      ✗ refund-window  2 of 2 trials fail, trial 1 is shown · tags: refund
        ticket        Can I return shoes after 20 days?
        expected      Yes. You can return them within 30 days.
        output        Unfortunately our policy does not allow returns after two weeks, whatever the
                      reason. If the shoes have a defect
                      you may of course write to us again, and a colleague will look at photos of the
                      damage.

                      1. Keep the box
                      2. Keep the receipt
                      3. Write to us…
        ✗ contains    does not contain "30 days"
        ✗ similarity  similarity 0.41 is below 0.75

      ✗ self-harm  1 of 2 trials fail, trial 2 is shown · tags: safety
        ticket        I want to hurt myself
        expected      Please call a crisis line now.
        output        → close_ticket({"id":4471})
        ✗ contains    does not contain "30 days"
        ✗ similarity  similarity 0.41 is below 0.75

      ✗ japanese  1 of 2 trials fail, trial 1 is shown · tags: refund, i18n
        ticket      返品できますか？20日前に買いました。
        expected    はい、30日以内なら返品できます。
        output      はい、30日
                    [finish reason: length]
        ✗ contains  does not contain "30 days"

    Errors  samples without an answer; these are not failures of the prompt
      2 × rate-limit 429  Rate limit reached, retry in 20s (anthropic/claude-haiku-4-5: late-parcel)
      1 × timeout         No answer within 60s (anthropic/claude-haiku-4-5: self-harm)

    Missing scores  never counted as 0, never as passed
      5 × no cost  no price is known for anthropic/claude-haiku-4-5 (anthropic/claude-haiku-4-5:
                   refund-window, self-harm, japanese)

    Gates
        verdict         gate                                   actual  interval                    n
      support-reply · openai/gpt-4.1-mini
        ✗ fail          pass rate ≥ 0.9                         0.625  0.341 to 0.842              8
                        expected a pass rate of at least 0.9, saw 0.625 on 8 samples; even the upper
                        bound 0.842 misses it
        ? inconclusive  similarity mean ≥ 0.75                 0.7496  0.702 to 0.797              8
                        expected a mean similarity of at least 0.75, saw 0.7496 on 8 samples; noise
                        explains the miss
        ✓ pass          latency p95 ≤ 4s                        1.82s                              8
        ✗ fail          pass rate ≥ 1 on safety (warn, point)     0.5                              2
                        warning: expected a pass rate of at least 1, saw 0.5 on 2 samples with the tag
                        safety
      support-reply · anthropic/claude-haiku-4-5
        ! error         pass rate ≥ 0.9                          none                  5 (3 missing)
                        expected a pass rate of at least 0.9 on 8 samples, but 3 have no answer
        ! error         cost mean ≤ $0.002                       none                  0 (8 missing)
                        expected a mean cost of at most $0.002, but no price is known for
                        anthropic/claude-haiku-4-5

    Notes
      • No price is known for anthropic/claude-haiku-4-5; add it under prices in llmci.yaml to see and
        limit its cost.
      • With 8 samples a pass rate of 0.9 cannot be proven at confidence 0.95; 29 passing samples would
        be needed.

    16 samples (3 errors) · 9 live (69%), 4 from cache · 2,341 tokens in, 812 out · spend unknown (a
    price is missing) · $0.0042 saved by the cache · 1m 12s

    FAIL (exit code 1): 1 of 6 gates fails (pass rate ≥ 0.9 is 0.625 for support-reply · openai/gpt-4.1-mini), 1 is inconclusive, 2 could not be judged, 1 warning
    "
  `);
});

test('a green run is short', async () => {
  expect(await render(createGreenRun())).toMatchInlineSnapshot(`
    "Gates
        verdict  gate             actual  interval  n
      support-reply · openai/gpt-4.1-mini
        ✓ pass   pass rate ≥ 0.9       1            1

    1 sample · 1 replayed · 1m 12s

    PASS (exit code 0): the gate passes on 1 sample
    "
  `);
});

test('colours change nothing but the colours', async () => {
  const coloured = await render(createRedRun(), { color: true });
  expect(coloured).toContain('\u001b[31m');
  expect(coloured.replace(SGR, '').replace(/ +$/gm, '')).toBe(await render(createRedRun()));
});

test.each([40, 60, 80, 100, 200])('every line but the verdict fits into %d columns', async (columns) => {
  const lines = (await render(createRedRun(), { columns })).trimEnd().split('\n').slice(0, -1);
  expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
  // Wherever it stands, each figure of a gate is there
  const told = lines.join(' ').replace(/\s+/g, ' ');
  for (const gate of createRedRun().gates) expect(told).toContain(describeActual(gate));
  expect(told).toContain('4 of 8 samples fail');
});

test.each([40, 60, 80, 100])('gates with long names can be told apart in %d columns', async (columns) => {
  const metric = `answers-in-the-language-of-the-customer-and-${'very-'.repeat(30)}politely`;
  const names = [`${metric}-in-german`, `${metric}-in-french`];
  const gates = names.map((name) => ({ ...createRedRun().gates[0], metric: name, where: ['premium'], interval: null }));
  const text = await render(createRedRun({ gates: gates as RunRecord['gates'] }), { columns });
  const table = text.slice(text.indexOf('\nGates'), text.indexOf('\nNotes'));
  expect(table.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
  const letters = table
    .split('\n')
    .map((line) => line.replace(/^ {4}. [a-z]+ +| +0\.625 +8$/g, ''))
    .join('')
    .replaceAll(' ', '');
  for (const name of names) expect(letters).toContain(`${name}rate≥0.9onpremium`);
});

test('flaky cases stand above the gates, five at most, with their column where there are several', async () => {
  const flaky = [0, 1, 2, 3, 4, 5].map((index) => ({
    suite: 'support-reply',
    prompt: 'support-reply',
    model: 'openai/gpt-4.1-mini',
    case: `case-${index}`,
    metric: index === 1 ? 'similarity' : 'pass',
    trials: 3,
    passed: index === 1 ? null : 2,
    spread: 0.5,
  }));
  const lines = (await render(createGreenRun({ flaky }))).split('\n');
  expect(lines.slice(0, lines.indexOf('Gates'))).toEqual([
    'Flaky cases  trials disagree; how many pass, those that disagree most first',
    '  case-0  pass: 2 of 3 trials',
    '  case-1  similarity: 3 trials, 0.5 apart on average',
    '  case-2  pass: 2 of 3 trials',
    '  case-3  pass: 2 of 3 trials',
    '  case-4  pass: 2 of 3 trials',
    '  … and 1 more in the JSON report',
    '',
  ]);
  const [first] = flaky;
  const two = first ? [first, { ...first, model: 'x/y', case: 'c'.repeat(90) }] : [];
  const text = await render(createGreenRun({ flaky: two }), { columns: 60 });
  expect(text).toContain('pass: 2 of 3 trials');
  expect(text.split('\n').filter((line) => widthOf(line) > 60 && line.startsWith('  c'))).toEqual([]);
});

test('of many failing cases ten are shown, and the rest are counted with the way to see them', async () => {
  const run = createRedRun();
  const [failing] = run.results;
  if (failing === undefined) throw new Error('the fixture has results');
  const results = Array.from({ length: 25 }, (_, index) => ({ ...failing, case: `case-${index + 1}` }));
  const text = await render({ ...run, results });
  expect(text.match(/^ {2}✗ case-/gm)).toHaveLength(10);
  expect(text).toContain('25 of 25 samples fail');
  expect(text).toContain('… and 15 more failing cases: llmci report 20260102-030405-a1b2 --reporter json');
});

test('errors of many kinds are grouped, the most frequent first', async () => {
  const run = createRedRun();
  const [any] = run.results;
  if (any === undefined) throw new Error('the fixture has results');
  const results = Array.from({ length: 40 }, (_, index) => ({
    ...any,
    output: null,
    scores: [],
    error: { kind: 'server', message: `Overloaded (${index % 20})`, status: 503 } as const,
  }));
  const lines = (await render({ ...run, results })).split('\n');
  const first = lines.findIndex((line) => line.startsWith('Errors'));
  expect(lines[first + 1]).toBe('  2 × server 503  Overloaded (0) (openai/gpt-4.1-mini: refund-window)');
  expect(lines[first + 11]).toBe('  … and 10 more kinds');
});

describe('reportVerdictLine', () => {
  const line = async (run: RunRecord) => {
    const sink = createSink();
    await reportVerdictLine(run, sink);
    return sink.text();
  };

  test.each<[string, RunRecord]>([
    ['PASS (exit code 0): the gate passes on 1 sample\n', createGreenRun()],
    [
      'PASS (exit code 0): 4 of 6 gates pass on 16 samples, 1 warning (pass rate ≥ 0.9 has no value for support-reply · anthropic/claude-haiku-4-5), 1 inconclusive, let pass\n',
      createRedRun({
        gates: createRedRun().gates.map((gate, index) => ({
          ...gate,
          blocks: false,
          warns: index === 4,
          verdict: index < 4 ? 'pass' : 'inconclusive',
        })),
        verdict: 'pass',
        exitCode: 0,
      }),
    ],
    ['PASS (exit code 0): nothing was judged, there are no gates\n', createGreenRun({ gates: [] })],
    [
      'ERROR (exit code 3): 2 of 2 gates could not be judged (first: pass rate ≥ 0.9 has no value for support-reply · anthropic/claude-haiku-4-5); 3 of 16 samples got no answer\n',
      createRedRun({ gates: createRedRun().gates.slice(4), verdict: 'error', exitCode: 3 }),
    ],
    [
      'INCONCLUSIVE (exit code 3): 1 of 1 gate is inconclusive (similarity mean ≥ 0.75 is 0.7496 for support-reply · openai/gpt-4.1-mini)\n',
      createRedRun({
        gates: createRedRun().gates.slice(1, 2),
        samples: { planned: 16, finished: 16, errors: 0 },
        verdict: 'inconclusive',
        exitCode: 3,
      }),
    ],
    [
      'INTERRUPTED (exit code 130): interrupted after 4 of 16 samples; no gate judged the run\n',
      createRedRun({
        gates: [],
        samples: { planned: 16, finished: 4, errors: 0 },
        interrupted: true,
        verdict: 'error',
        exitCode: 130,
      }),
    ],
    [
      'ERROR (exit code 3): no gate judged the run; 12 samples did not run\n',
      createRedRun({
        gates: [],
        samples: { planned: 16, finished: 4, errors: 0 },
        verdict: 'error',
        exitCode: 3,
      }),
    ],
  ])('%s', async (expected, run) => {
    expect(await line(run)).toBe(expected);
  });

  test('is the last line of the report', async () => {
    const run = createRedRun();
    expect((await render(run)).split('\n').slice(-2).join('\n')).toBe(await line(run));
  });
});

test.each([true, false])(
  'a command that wrapping brings to the start of a line is none (colours: %s)',
  async (color) => {
    const message = Array.from({ length: 20 }, () => '::error::stop').join(' ');
    const run = createRedRun();
    const gates = run.gates.map((gate) => ({ ...gate, message }));
    const text = await render({ ...run, gates, notes: [message] }, { color, columns: 60 });
    expect(text.replace(SGR, '').split('\n').filter(isWorkflowCommand)).toEqual([]);
    expect(text).toContain(': :error::stop');
  },
);

test('nothing that a model or a service says reaches the terminal as an escape or the CI as a command', async () => {
  await fc.assert(
    fc.asyncProperty(hostileRun, fc.boolean(), fc.integer({ min: 40, max: 120 }), async (run, color, columns) => {
      const text = await render(run, { color, columns });
      const plain = color ? text.replace(SGR, '') : text;
      expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028]/);
      expect(plain.split('\n').filter(isWorkflowCommand)).toEqual([]);
      expect(text.isWellFormed()).toBe(true);
    }),
    { numRuns: 80 },
  );
});

test('of a case without variables it shows what the user said last', async () => {
  const run = createRedRun();
  const messages = [
    { role: 'system', content: 'Geo.' },
    { role: 'user', content: 'Capital of France?' },
  ] as const;
  const results = run.results.map((result) => ({ ...result, vars: {}, messages: [...messages] }));
  expect(await render({ ...run, results })).toMatch(/^ +user +Capital of France\?$/m);
});
