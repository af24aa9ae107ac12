import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outputOf, scoreOf } from '../../test/helpers/score.js';
import { metricEntryBase } from '../model/metric-entry.js';
import { metricEntrySchema } from './access.js';
import type { AnyMetric, Example } from './contract.js';
import { builtInMetrics } from './index.js';
import type { ScoreResult } from './score-result.js';

// Any text on either side, and texts of a megabyte, are in robustness.test.ts
const HOSTILE: readonly string[] = [
  // nothing
  '',
  // white space
  ' \t\r\n\u2028',
  // one letter, very often
  'a'.repeat(100_000),
  // very many digits
  '9'.repeat(100_000),
  // very many groups of digits
  '1,111'.repeat(20_000),
  // very many spaces
  ' '.repeat(100_000),
  // very many brackets
  '['.repeat(100_000),
  // deep JSON
  `${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}`,
  // a fence that does not end
  `\`\`\`json\n${'`'.repeat(100_000)}`,
  // prototype keys
  '{"__proto__": {"state": "open"}, "constructor": null, "hasOwnProperty": 1}',
  // emoji
  '👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈',
  // Chinese
  '三十天内可以退货。',
  // Arabic
  'يمكنك الإرجاع خلال ٣٠ يومًا',
  // reordering marks
  '\u202eabc\u202c \u2066x\u2069',
  // half surrogates
  '\ud83d \udc4d \ud83d',
  // NUL bytes
  'a\0b\0',
  // terminal escapes
  '\u001b[31mred\u001b]0;title\u0007',
  // workflow commands
  '::error::x\n##vso[task.complete]',
];

function expectSoundScore(metric: AnyMetric, score: ScoreResult): void {
  expect(score.reason).toMatch(/^\S[^\n\r\u2028\u2029]{0,998}\S$/);
  // What may be left out says so in the docs, and has no value
  if (score.notApplicable) expect([score.value, metric.notApplicable]).toEqual([null, expect.any(String)]);
  if (score.value === null) return;
  expect(Number.isFinite(score.value)).toBe(true);
  // a plain number may be below 0: so is the school grade of the easiest texts
  if (metric.unit !== 'number') expect(score.value).toBeGreaterThanOrEqual(0);
  if (metric.unit === 'fraction') expect(score.value).toBeLessThanOrEqual(1);
}

/** Statistics are there exactly when a corpus has a value, and a corpus of equal samples has the value of one. */
function expectSoundStatistics(metric: AnyMetric, written: unknown, { value, statistics }: ScoreResult): void {
  expect(statistics !== undefined).toBe(metric.corpus !== undefined && value !== null);
  if (!metric.corpus || !statistics) return;
  const params = z.strictObject(metric.params).parse(written) as never;
  const one = metric.corpus(statistics, params);
  expectSoundScore(metric, { value: one, reason: 'of a corpus' });
  const thrice = statistics.map((count) => 3 * count);
  expect(metric.corpus(thrice, params)).toBeCloseTo(one ?? Number.NaN, 12);
}

const withText = (example: Example<unknown>, text: string) => ({
  ...example,
  expected: example.expected,
  output: { ...outputOf(example.output), text },
});

it('types are unique', () => {
  const types = builtInMetrics.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});

describe.each(builtInMetrics.map((metric) => [metric.type, metric] as const))('%s', (_, metric) => {
  it('describes itself and its parameters', () => {
    expect(metric.type).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(metric.describe).toMatch(/^[A-Z][^\n]+\.$/);
    for (const [name, parameter] of Object.entries(metric.params)) {
      expect([name, z.toJSONSchema(z.object({ parameter }), { io: 'input' }).properties?.['parameter']]).toEqual([
        name,
        expect.objectContaining({ description: expect.stringMatching(/\S/) }),
      ]);
    }
  });

  it('has parameters that hide no key which all entries share', () => {
    const shared = ['metric', ...Object.keys(metricEntryBase)];
    expect(Object.keys(metric.params).filter((name) => shared.includes(name))).toEqual([]);
  });

  it('shows when it is not applicable', () => {
    const shown = metric.examples.some(({ notApplicable }) => notApplicable);
    expect(shown).toBe(metric.notApplicable !== undefined);
  });

  it('never leaves out an answer in which there is nothing at all', async () => {
    for (const example of metric.examples) {
      // A metric that judges something else than the output may have nothing to judge in any case
      if (example.notApplicable) continue;
      for (const text of ['', ' \t\r\n\u2028']) {
        const output = { ...outputOf(example.output), text, toolCalls: [] };
        expect((await scoreOf(metric, { ...example, expected: example.expected, output })).notApplicable).toBe(
          undefined,
        );
      }
    }
  });

  it('has enough examples, each for another thing', () => {
    expect(metric.examples.length).toBeGreaterThanOrEqual(Object.keys(metric.params).length === 0 ? 2 : 3);
    expect(new Set(metric.examples.map((example) => example.describe)).size).toBe(metric.examples.length);
    expect(new Set(metric.examples.map((example) => example.value)).size).toBeGreaterThan(1);
  });

  describe.each(metric.examples.map((example) => [example.describe, example] as const))(
    'example: %s',
    (__, example) => {
      it('is an entry that a suite may hold, with a case that has what it needs', () => {
        const entry = metricEntrySchema(metric).parse({ metric: metric.type, ...(example.params as object) });
        const needs = metric.needs?.(entry as never) ?? [];
        expect(needs.includes('expected') && example.expected === undefined).toBe(false);
        const vars = metric.vars?.(entry as never) ?? [];
        expect(vars.filter((name) => example.vars?.[name] === undefined)).toEqual([]);
        const testCase = { vars: example.vars ?? {}, expected: example.expected, tags: [] };
        const fault = metric.checkCase?.(entry as never, testCase) ?? null;
        expect(fault === null ? null : example.value).toBeNull();
        expect((metric.judge?.asks(entry as never) ?? 0) > 0).toBe(example.answers !== undefined);
      });

      it('scores as stated', async () => {
        const score = await scoreOf(metric, { ...example, expected: example.expected });
        expect(score.value).toBe(example.value);
        expect(score.notApplicable).toBe(example.notApplicable);
        expectSoundScore(metric, score);
        expectSoundStatistics(metric, example.params, score);
      });

      it('survives hostile texts', async () => {
        for (const text of HOSTILE) expectSoundScore(metric, await scoreOf(metric, withText(example, text)));
      });
    },
  );

  it('gives the same score twice', async () => {
    for (const example of metric.examples) {
      const given = { ...example, expected: example.expected };
      expect(await scoreOf(metric, given)).toEqual(await scoreOf(metric, given));
    }
  });
});
