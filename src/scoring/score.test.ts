import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outputOf } from '../../test/helpers/score.js';
import { metricEntry } from '../../test/helpers/suite.js';
import type { AnyMetric } from '../metrics/contract.js';
import type { ScoreTools } from '../metrics/score-tools.js';
import type { MetricEntry } from '../model/metric-entry.js';
import { scoreWith } from './score.js';

/** The score that a metric of one's own gets for what it gives, as JavaScript may give anything. */
async function scoreGiven(given: unknown, changes: Partial<MetricEntry> = {}, more: object = {}, output = 'Hello.') {
  const entry = metricEntry({ id: 'brevity', type: 'brevity', ...changes });
  const definition = { type: 'brevity', unit: entry.unit, better: 'higher', params: {}, examples: [], ...more };
  const metric = { ...definition, describe: 'Short.', score: () => given } as unknown as AnyMetric;
  z.strictObject(metric.params).parse(entry.params);
  return scoreWith(metric, entry, {
    case: { id: 'a', vars: {}, expected: undefined, tags: [], metrics: [] },
    messages: [],
    output: outputOf(output),
    toolsFor: () => ({}) as ScoreTools,
    optional: false,
    redact: (text: string) => text,
    describeJudge: () => null,
  });
}

const circular: Record<string, unknown> = { a: 1 };
circular['self'] = circular;

describe('a value that is not in its unit is no score, and its reason names the metric', () => {
  it.each([
    ['fraction', 45, 'it gave 45, and its value is a fraction from 0 to 1'],
    ['fraction', 1.01, 'it gave 1.01, and its value is a fraction from 0 to 1'],
    ['fraction', -0.5, 'it gave -0.5, and its value is a fraction from 0 to 1'],
    ['fraction', '0.95', 'it gave "0.95", and its value is a fraction from 0 to 1'],
    ['fraction', true, 'it gave true, and its value is a fraction from 0 to 1'],
    ['fraction', undefined, 'it gave undefined, and its value is a fraction from 0 to 1'],
    ['fraction', 1n, 'it gave 1, and its value is a fraction from 0 to 1'],
    ['number', Number.NaN, 'it gave NaN, and its value is a finite number'],
    ['number', -1e101, 'it gave -1e+101, and its value may be 1e100 at most'],
    ['number', Number.POSITIVE_INFINITY, 'it gave Infinity, and its value is a finite number'],
    ['number', [1], 'it gave a list, and its value is a finite number'],
    ['ms', -1, 'it gave -1, and its value is a number of milliseconds from 0'],
    ['usd', -0.01, 'it gave -0.01, and its value is an amount in US dollars from 0'],
    ['tokens', -1, 'it gave -1, and its value is a number of tokens from 0'],
    ['characters', { length: 1 }, 'it gave an object, and its value is a number of characters from 0'],
  ] as const)('%s %s', async (unit, value, why) => {
    for (const not of unit === 'fraction' ? [false, true] : [false]) {
      const score = await scoreGiven({ value, reason: 'so' }, { unit, not, mark: { min: 0 } });
      expect(score).toMatchObject({ value: null, passed: null, marked: true, reason: `metric brevity failed: ${why}` });
    }
  });

  it.each([
    ['nothing', undefined, 'it gave undefined in place of { value, reason }'],
    ['null', null, 'it gave null in place of { value, reason }'],
    ['a bare number', 1, 'it gave 1 in place of { value, reason }'],
    ['a list', [1], 'it gave a list in place of { value, reason }'],
    ['a circular detail', { value: 1, reason: 'so', detail: circular }, 'it gave a detail that JSON cannot hold: '],
    ['a BigInt', { value: 1, reason: 'so', detail: { n: 1n } }, 'it gave a detail that JSON cannot hold: '],
    ['a detail in words', { value: 1, reason: 'so', detail: 'x' }, 'it gave "x" as its detail, which is an object'],
  ])('%s', async (_, given, why) => {
    const { value, reason } = await scoreGiven(given);
    expect(value).toBeNull();
    expect(reason.startsWith(`metric brevity failed: ${why}`)).toBe(true);
    expect(reason).not.toContain('\n');
  });

  it.each([[undefined], [[1, Number.NaN]], ['1'], [[1n]]])(
    'statistics %s of a metric with a corpus',
    async (statistics) => {
      const given = { value: 1, reason: 'so', statistics };
      expect((await scoreGiven(given, {}, { corpus: () => 1 })).value).toBeNull();
    },
  );
});

describe('what is a score', () => {
  it.each([
    ['fraction', 1],
    ['fraction', 0],
    ['number', -3],
    ['ms', 0],
    ['usd', 0.5],
  ] as const)('%s %s', async (unit, value) => {
    expect((await scoreGiven({ value, reason: 'so' }, { unit })).value).toBe(value);
  });

  it('may be off by what a sum is rounded to', async () => {
    expect((await scoreGiven({ value: 1 + 1e-12, reason: 'so' })).value).toBe(1);
    expect((await scoreGiven({ value: -1e-17, reason: 'so' })).value).toBe(0);
  });

  it('may have a detail that JSON keeps, and need not give a reason', async () => {
    const score = await scoreGiven({ value: 1, detail: { at: new Date(0), none: undefined, x: Number.NaN } });
    expect(score.reason).toBe('the metric gave no reason');
    expect(score.detail).toEqual({ at: '1970-01-01T00:00:00.000Z', x: null });
  });

  it('is not applicable only without a value', async () => {
    expect(await scoreGiven({ value: null, notApplicable: true, reason: 'so' })).toMatchObject({ notApplicable: true });
    expect(await scoreGiven({ value: 0, notApplicable: true, reason: 'so' })).not.toHaveProperty('notApplicable');
    // An outage answers with nothing, and no metric of anybody excuses that
    const empty = await scoreGiven({ value: null, notApplicable: true, reason: 'so' }, {}, {}, ' \n');
    expect(empty).not.toHaveProperty('notApplicable');
    expect(empty).toMatchObject({ value: null, marked: true, reason: expect.stringContaining('the output is empty') });
  });
});
