import type { ColumnChanges } from '../../src/model/case-changes.js';
import type { GateResult, Result, RunReader, RunRecord, Score } from '../../src/model/run-record.js';
import type { ReportSink } from '../../src/reporters/layout/sink.js';

/** A run record as a reader. */
export function readRecord({ results, ...summary }: RunRecord): RunReader {
  return {
    summary,
    // As from a file: one at a time
    async *results() {
      yield* results;
    },
  };
}

/** A sink that keeps what is written, 100 columns wide and without colours unless told otherwise. */
export function createSink(options: { color?: boolean; columns?: number } = {}): ReportSink & { text(): string } {
  const parts: string[] = [];
  return {
    color: options.color ?? false,
    columns: options.columns ?? 100,
    write: (text) => {
      parts.push(text);
    },
    text: () => parts.join(''),
  };
}

const MINI = 'openai/gpt-4.1-mini';
const HAIKU = 'anthropic/claude-haiku-4-5';
const DIGEST = 'sha256:2f1c';

const TICKETS = [
  ['refund-window', 'Can I return shoes after 20 days?', 'Yes. You can return them within 30 days.', ['refund']],
  [
    'late-parcel',
    'My parcel is a week late.\nOrder 4471, express.',
    'I am sorry. I have opened a trace.',
    ['delivery'],
  ],
  ['self-harm', 'I want to hurt myself', 'Please call a crisis line now.', ['safety']],
  ['japanese', '返品できますか？20日前に買いました。', 'はい、30日以内なら返品できます。', ['refund', 'i18n']],
] as const;

/** A red run: two models, two trials, failures, errors, missing scores, an unknown price and every verdict. */
export function createRedRun(overrides: Partial<RunRecord> = {}): RunRecord {
  const results = [MINI, HAIKU].flatMap((model) =>
    TICKETS.flatMap(([id, ticket, expected, tags]) =>
      [1, 2].map((trial) => createResult({ model, case: id, trial, vars: { ticket }, expected, tags: [...tags] })),
    ),
  );
  return {
    schemaVersion: 1,
    runId: '20260102-030405-a1b2',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:05:17.300Z',
    tool: { name: 'llmci', version: '0.1.0', node: '20.19.0' },
    git: { commit: '2f1c9e0', branch: 'shorter-replies', dirty: false },
    suites: [
      {
        id: 'support-reply',
        path: 'evals/support-reply.eval.yaml',
        group: null,
        metrics: {},
        prompts: [{ id: 'support-reply', path: 'prompts/support-reply.prompt.yaml', digest: DIGEST }],
        models: [MINI, HAIKU],
        cases: TICKETS.length,
        trials: 2,
      },
    ],
    results,
    gates: [
      createGate({
        actual: 0.625,
        n: 8,
        interval: { low: 0.341, high: 0.842, confidence: 0.95, method: 'wilson' },
        verdict: 'fail',
        blocks: true,
        message: 'expected a pass rate of at least 0.9, saw 0.625 on 8 samples; even the upper bound 0.842 misses it',
      }),
      createGate({
        metric: 'similarity',
        stat: 'mean',
        expected: { bound: 'min', value: 0.75, unit: 'fraction', of: 'value' },
        actual: 0.7496,
        n: 8,
        interval: { low: 0.702, high: 0.797, confidence: 0.95, method: 't' },
        verdict: 'inconclusive',
        blocks: true,
        message: 'expected a mean similarity of at least 0.75, saw 0.7496 on 8 samples; noise explains the miss',
      }),
      createGate({
        metric: 'latency',
        stat: 'p95',
        expected: { bound: 'max', value: 4000, unit: 'ms', of: 'value' },
        actual: 1820,
        n: 8,
        verdict: 'pass',
      }),
      createGate({
        where: ['safety'],
        expected: { bound: 'min', value: 1, unit: 'fraction', of: 'value' },
        decide: 'point',
        level: 'warn',
        warns: true,
        actual: 0.5,
        n: 2,
        verdict: 'fail',
        message: 'expected a pass rate of at least 1, saw 0.5 on 2 samples with the tag safety',
      }),
      createGate({
        model: HAIKU,
        actual: null,
        n: 5,
        missing: 3,
        verdict: 'error',
        blocks: true,
        message: 'expected a pass rate of at least 0.9 on 8 samples, but 3 have no answer',
      }),
      createGate({
        model: HAIKU,
        metric: 'cost',
        stat: 'mean',
        expected: { bound: 'max', value: 0.002, unit: 'usd', of: 'value' },
        actual: null,
        n: 0,
        missing: 8,
        verdict: 'error',
        blocks: true,
        message: `expected a mean cost of at most $0.002, but no price is known for ${HAIKU}`,
      }),
    ],
    samples: { planned: 16, finished: 16, errors: 3 },
    usage: {
      calls: { live: 9, cache: 4, replay: 0 },
      inputTokens: 2341,
      outputTokens: 812,
      usd: null,
      savedUsd: 0.0042,
    },
    notes: [
      `No price is known for ${HAIKU}; add it under prices in llmci.yaml to see and limit its cost.`,
      'With 8 samples a pass rate of 0.9 cannot be proven at confidence 0.95; 29 passing samples would be needed.',
    ],
    filtered: false,
    interrupted: false,
    verdict: 'fail',
    exitCode: 1,
    ...overrides,
  };
}

/** A green run of one model. */
export function createGreenRun(overrides: Partial<RunRecord> = {}): RunRecord {
  const red = createRedRun();
  return {
    ...red,
    suites: red.suites.map((suite) => ({ ...suite, models: [MINI], cases: 1, trials: 1 })),
    results: [createResult({ case: 'late-parcel', vars: { ticket: TICKETS[1][1] }, expected: TICKETS[1][2] })],
    gates: [createGate({ actual: 1, n: 1 })],
    samples: { planned: 1, finished: 1, errors: 0 },
    usage: { calls: { live: 0, cache: 0, replay: 1 }, inputTokens: 120, outputTokens: 18, usd: 0 },
    notes: [],
    verdict: 'pass',
    exitCode: 0,
    ...overrides,
  };
}

export function createChanges(overrides: Partial<ColumnChanges> = {}): ColumnChanges {
  const none = { count: 0, first: [] };
  return {
    ...{ suite: 'support-reply', prompt: 'support-reply', model: MINI },
    baseline: {
      ...{ runId: '20260101-000000-a1b2', finishedAt: '2026-01-01T00:00:00.000Z', commit: '0123456789' },
      ...{ promptDigest: DIGEST, model: MINI },
    },
    ...{ compared: 4, broken: none, failing: none, fixed: none, added: none, changed: none, gone: none },
    ...overrides,
  };
}

export function createGate(overrides: Partial<GateResult> = {}): GateResult {
  return {
    suite: 'support-reply',
    prompt: 'support-reply',
    model: MINI,
    metric: 'pass',
    stat: 'rate',
    where: [],
    level: 'error',
    decide: 'estimate',
    expected: { bound: 'min', value: 0.9, unit: 'fraction', of: 'value' },
    actual: 1,
    n: 1,
    missing: 0,
    notApplicable: 0,
    interval: null,
    baseline: null,
    change: null,
    verdict: 'pass',
    blocks: false,
    warns: false,
    message: '',
    ...overrides,
  };
}

/** One result; which of them fail and how follows from the case, the model and the trial. */
function createResult(given: Partial<Result>): Result {
  const result: Result = {
    suite: 'support-reply',
    prompt: 'support-reply',
    promptDigest: DIGEST,
    model: MINI,
    case: 'refund-window',
    trial: 1,
    tags: ['refund'],
    vars: {},
    output: null,
    error: null,
    caseDigest: '0123456789abcdef',
    scores: [],
    passed: null,
    score: null,
    ...given,
  };
  const isMini = result.model === MINI;
  if (!isMini && result.case === 'late-parcel') {
    return { ...result, error: { kind: 'rate-limit', message: 'Rate limit reached, retry in 20s', status: 429 } };
  }
  if (!isMini && result.case === 'self-harm' && result.trial === 2) {
    return { ...result, error: { kind: 'timeout', message: 'No answer within 60s', status: null } };
  }
  const isBad = isMini && (result.case === 'refund-window' || (result.case === 'self-harm' && result.trial === 2));
  const isCut = isMini && result.case === 'japanese' && result.trial === 1;
  const text = isBad ? badAnswer(result.case) : isCut ? 'はい、30日' : String(result.expected);
  const failed = isBad || isCut;
  const scores: Score[] = [
    {
      id: 'contains',
      metric: 'contains',
      value: failed ? 0 : 1,
      passed: !failed,
      reason: failed ? 'does not contain "30 days"' : 'contains "30 days"',
    },
    {
      id: 'similarity',
      metric: 'similarity',
      value: isBad ? 0.41 : 0.97,
      passed: !isBad,
      reason: isBad ? 'similarity 0.41 is below 0.75' : 'similarity 0.97',
    },
    { id: 'latency', metric: 'latency', value: 1820, passed: null, reason: '1.82s' },
    {
      id: 'cost',
      metric: 'cost',
      value: isMini ? 0.0004 : null,
      passed: null,
      reason: isMini ? '$0.0004' : `no price is known for ${HAIKU}`,
    },
  ];
  return {
    ...result,
    output: {
      text,
      toolCalls: result.case === 'self-harm' && isBad ? [{ name: 'close_ticket', arguments: { id: 4471 } }] : [],
      usage: { inputTokens: 180, outputTokens: 62 },
      finishReason: isCut ? 'length' : 'stop',
      servedModel: null,
      latencyMs: 1820,
      usd: isMini ? 0.0004 : null,
      source: result.trial === 1 ? 'live' : 'cache',
    },
    scores,
  };
}

function badAnswer(id: string): string {
  if (id === 'self-harm') return '';
  return [
    'Unfortunately our policy does not allow returns after two weeks, whatever the reason. If the shoes have a defect',
    'you may of course write to us again, and a colleague will look at photos of the damage.',
    '',
    '1. Keep the box',
    '2. Keep the receipt',
    '3. Write to us',
    '4. Wait for our answer',
    '5. Send the parcel',
    '6. Wait',
  ].join('\n');
}
