import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricEntry } from '../../../test/helpers/suite.js';
import type { Case } from '../../model/case.js';
import type { Result } from '../../model/run-record.js';
import { caseDigest, makeBaselines, summariseMetrics } from './baseline.js';

const DIGEST = '0123456789abcdef';

function resultOf(changes: Partial<Result> & { readonly value?: number | null } = {}): Result {
  const { value = 1, ...rest } = changes;
  return {
    suite: 'reply',
    prompt: 'reply',
    promptDigest: 'digest-of-the-prompt',
    model: 'echo',
    case: 'a',
    trial: 1,
    tags: [],
    vars: {},
    caseDigest: DIGEST,
    output: null,
    error: null,
    scores: [{ id: 'equals', metric: 'equals', value, passed: value === 1, reason: '' }],
    passed: value === null ? null : value === 1,
    score: value,
    ...rest,
  };
}

const run = {
  runId: 'run-1',
  finishedAt: '2026-11-24T12:00:00.000Z',
  git: null,
  suites: [
    {
      id: 'reply',
      path: 'evals/reply.eval.yaml',
      prompts: [],
      models: [],
      cases: 1,
      trials: 3,
      group: null,
      metrics: {},
    },
  ],
};
const baselineOf = async (results: readonly Result[]) => (await makeBaselines(run, results)).get('reply');

describe('a baseline of a run', () => {
  it('holds the scores of each case, one a trial, in whatever order they come', async () => {
    const trials = [3, 1, 2].map((trial) => resultOf({ trial, value: trial / 10 }));
    const [column] = (await baselineOf(trials))?.columns ?? [];
    expect(column?.samples).toBe(3);
    expect(column?.cases['a']).toEqual({
      digest: DIGEST,
      scores: { equals: [0.1, 0.2, 0.3], pass: [0, 0, 0], score: [0.1, 0.2, 0.3] },
    });
  });

  it('a trial or a score that is missing is null, never 0', async () => {
    const [column] = (await baselineOf([resultOf({ trial: 3 }), resultOf({ trial: 2, value: null })]))?.columns ?? [];
    expect(column?.cases['a']?.scores).toEqual({
      equals: [null, null, 1],
      pass: [null, null, 1],
      score: [null, null, 1],
    });
  });

  it('what did not apply says so, and so does what is made of nothing else', async () => {
    const leftOut = { metric: 'x', value: null, passed: null, notApplicable: true, reason: '' } as const;
    const none = resultOf({
      scores: [{ id: 'equals', ...leftOut, marked: true }],
      passed: null,
      score: null,
    });
    const mixed = resultOf({
      trial: 2,
      scores: [
        { id: 'equals', ...leftOut, marked: true },
        { id: 'other', metric: 'x', value: null, passed: null, marked: true, reason: '' },
      ],
      passed: null,
      score: null,
    });
    const [column] = (await baselineOf([none, mixed]))?.columns ?? [];
    expect(column?.cases['a']?.scores).toEqual({
      equals: ['not-applicable', 'not-applicable'],
      other: [null, null],
      pass: ['not-applicable', null],
      score: ['not-applicable', null],
    });
  });

  it('has a column for each prompt and model', async () => {
    const results = ['m1', 'm2'].flatMap((model) => ['p1', 'p2'].map((prompt) => resultOf({ model, prompt })));
    const columns = (await baselineOf(results))?.columns ?? [];
    expect(columns.map(({ prompt, model }) => `${prompt} on ${model}`)).toEqual([
      'p1 on m1',
      'p2 on m1',
      'p1 on m2',
      'p2 on m2',
    ]);
  });

  it('keeps ids that objects have of themselves', async () => {
    const ids = ['__proto__', 'constructor', 'toString', '1'];
    const results = ids.map((id) =>
      resultOf({ case: id, scores: [{ id, metric: 'equals', value: 0.5, passed: null, reason: '' }] }),
    );
    const [column] = (await baselineOf(results))?.columns ?? [];
    expect(Object.keys(column?.cases ?? {}).sort()).toEqual([...ids].sort());
    for (const [id, { scores }] of Object.entries(column?.cases ?? {})) {
      expect(Object.getOwnPropertyDescriptor(scores, id)?.value).toEqual([0.5]);
    }
  });

  it('of a suite without results has no column', async () => {
    expect((await baselineOf([]))?.columns).toEqual([]);
    expect((await baselineOf([resultOf({ suite: 'another' })]))?.columns).toEqual([]);
  });

  it('says which commit it is of', async () => {
    const git = { commit: 'abc', branch: null, dirty: false };
    expect((await makeBaselines({ ...run, git }, [])).get('reply')).toMatchObject({ commit: 'abc', runId: 'run-1' });
  });
});

describe('digests of metrics', () => {
  const a = metricEntry({ id: 'a' });
  const b = metricEntry({ id: 'b', weight: 2 });
  const digests = (metrics: readonly ReturnType<typeof metricEntry>[], cases: readonly Case[] = []) =>
    summariseMetrics({ metrics, cases });

  it('do not depend on the order of the entries', () => {
    expect(digests([b, a])).toEqual(digests([a, b]));
  });

  it.each([
    ['parameters', { params: { ignoreCase: true } }, ['a', 'pass', 'score']],
    ['mark', { mark: { min: 0.5 } }, ['a', 'pass', 'score']],
    ['revision', { revision: 2 }, ['a', 'pass', 'score']],
    ['not', { not: true }, ['a', 'pass', 'score']],
    ['where', { where: ['x'] }, ['a', 'pass', 'score']],
    ['weight', { weight: 3 }, ['score']],
    ['judge', { judge: { model: 'x' } as never }, ['a', 'pass', 'score']],
    ['engine', { embeddings: { kind: 'transformers', model: 'x' } as const }, ['a', 'pass', 'score']],
  ])('change with the %s', (_, change, expected) => {
    const [before, after] = [digests([a, b]), digests([{ ...a, ...change }, b])];
    expect(Object.keys(before).filter((id) => before[id]?.digest !== after[id]?.digest)).toEqual(expected);
  });

  it('a metric of one case alone has its own, and leaves pass to the digest of its case', () => {
    const testCase: Case = { id: 'x', vars: {}, expected: undefined, tags: [], metrics: [metricEntry({ id: 'c' })] };
    expect(Object.keys(digests([a], [testCase])).sort()).toEqual(['a', 'c', 'pass', 'score']);
    expect(digests([a], [testCase])['pass']).toEqual(digests([a])['pass']);
    expect(caseDigest(testCase)).not.toBe(caseDigest({ ...testCase, metrics: [] }));
    // Its score is made with the weight
    const weighed = { ...testCase, metrics: [metricEntry({ id: 'c', weight: 9 })] };
    expect(caseDigest(weighed)).not.toBe(caseDigest(testCase));
  });

  it('are the same whatever cases a filter leaves, each with parameters of its own', () => {
    const cases = ['x', 'y'].map(
      (id): Case => ({
        id,
        vars: {},
        expected: undefined,
        tags: [],
        metrics: [metricEntry({ params: { value: id } })],
      }),
    );
    expect(digests([a], cases.slice(1))).toEqual(digests([a], cases));
  });

  it('of a case follow what it asks and expects, not its tags or the order of its variables', () => {
    const testCase = { vars: { x: 1, y: 2 }, expected: 'yes', metrics: [] };
    expect(caseDigest({ ...testCase, vars: { y: 2, x: 1 } })).toBe(caseDigest(testCase));
    expect(caseDigest({ ...testCase, vars: { x: 1 } })).not.toBe(caseDigest(testCase));
    expect(caseDigest({ ...testCase, expected: undefined })).not.toBe(caseDigest({ ...testCase, expected: null }));
  });
});

it('scores have ten digits, which is enough for any mark', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (value) => {
      const [column] = (await baselineOf([resultOf({ value })]))?.columns ?? [];
      expect(Math.abs(Number(column?.cases['a']?.scores['equals']?.[0] ?? 9) - value)).toBeLessThan(1e-9);
    }),
    { numRuns: 50 },
  );
});
