import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { outputOf, scoreOf } from '../../test/helpers/score.js';
import type { Json } from '../model/json.js';
import type { AnyMetric, Example } from './contract.js';
import { builtInMetrics } from './index.js';

// Whatever a model says and a data set holds, on either side: a score in range or none, never a throw, never NaN.

const ODD = [
  '',
  ' \n\t\u0085\ufeff',
  '\0\0 \0',
  '\ud800 \udc00\ud83d',
  '😀😀 👩‍👩‍👧',
  '他今天去了学校。カタカナ',
  'مرحبا بالعالم \u202eabc',
  '.,.,-3.5,1e999',
  '&quot;&amp;lt;<skipped>-\n',
  "the a an 's don't",
  '__proto__ constructor',
  '{"__proto__": 1, "a": [1e308, -1e308]}',
  '[[[{}]]]',
  '-0',
];

const anyText = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...ODD, 'a', 'b', '\n'), { maxLength: 12 }).map((parts) => parts.join(' ')),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  fc.json({ maxDepth: 4 }),
);
const anyJson = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const anyExpected: fc.Arbitrary<Json> = fc.oneof(
  anyText,
  fc.array(anyText, { maxLength: 3 }),
  anyJson,
  fc.record({ name: anyText, arguments: fc.dictionary(anyText, anyJson) }),
);
const anyCalls = fc.array(fc.record({ name: anyText, arguments: anyJson }), { maxLength: 3 });

async function expectSound(
  metric: AnyMetric,
  example: Example<unknown>,
  given: { readonly expected: Json | undefined; readonly output: Example<unknown>['output'] },
): Promise<void> {
  const { params } = example;
  // With what a judge or a service answers in the example
  const { value, reason, statistics } = await scoreOf(metric, { ...example, ...given });
  expect(reason).toMatch(/^\S[^\n\r\u2028\u2029]{0,998}\S$/);
  const corpus = statistics && metric.corpus?.(statistics, z.strictObject(metric.params).parse(params) as never);
  for (const number of [value, corpus ?? null]) {
    if (number === null) continue;
    expect(Number.isFinite(number)).toBe(true);
    // A school grade may be below 0
    if (metric.unit !== 'number') expect(number).toBeGreaterThanOrEqual(0);
    if (metric.unit === 'fraction') expect(number).toBeLessThanOrEqual(1);
  }
}

/** Whether it takes vectors, which take a thousand times as long as a comparison. */
function embeds(metric: AnyMetric, { params }: Example<unknown>): boolean {
  return metric.needs?.(z.strictObject(metric.params).parse(params) as never).includes('embeddings') ?? false;
}

/** Whether a score takes a model or a process. */
const isSlow = (metric: AnyMetric, example: Example<unknown>) =>
  ['toxicity', 'exec'].includes(metric.type) || embeds(metric, example);

const repeatTo = (length: number, text: string) => text.repeat(Math.ceil(length / text.length));
/** What takes time by the square of a text takes minutes for that many characters. */
const MANY = 2 ** 18;
/** They take seconds for them: for a part of them that part of the time. */
const PARTS: Readonly<Record<string, number>> = { ter: 1 / 2, toxicity: 1 / 8 };
const words = (step: number) =>
  Array.from({ length: MANY / 14 }, (_, index) => `wordno${1e6 + ((index * step) % 100_003)}`).join(' ');
const LONG: Readonly<Record<string, string>> = {
  words: words(7919),
  brackets: repeatTo(MANY, '['),
  emoji: repeatTo(MANY / 2, '😀 '),
  Chinese: repeatTo(MANY / 3, '三十天内可以退货。'),
};

const otherWords = words(104_729);

describe.each(builtInMetrics.map((metric) => [metric.type, metric] as const))('%s', (_, metric) => {
  it('survives odd texts, values and calls on either side', async () => {
    for (const example of metric.examples) {
      // What the example expects leads further than what nobody would write
      const expecting = fc.oneof(fc.constant(example.expected), anyExpected);
      const given = fc.asyncProperty(anyText, anyCalls, expecting, async (text, toolCalls, expected) => {
        await expectSound(metric, example, { expected, output: { ...outputOf(example.output), text, toolCalls } });
      });
      await fc.assert(given, { numRuns: isSlow(metric, example) ? 3 : 30 });
    }
  });

  it.each(Object.entries(LONG))('survives 256 kB of %s on both sides', async (__, long) => {
    await expectSoundWith([[long, otherWords]]);
  });

  // For one that expects nothing it is the same as on both
  if (metric.examples.some(({ expected }) => expected !== undefined)) {
    it('survives 256 kB of words on either side', async () => {
      await expectSoundWith([
        [otherWords, 'short'],
        ['short', otherWords],
      ]);
    });
  }

  async function expectSoundWith(pairs: readonly (readonly [output: string, expected: string])[]): Promise<void> {
    const [example] = metric.examples;
    if (!example) throw new Error(`${metric.type} has no example`);
    const length = embeds(metric, example) ? 3000 : MANY * (PARTS[metric.type] ?? 1);
    for (const pair of pairs) {
      const [text, expected] = pair.map((side) => side.slice(0, length)) as [string, string];
      const toolCalls = [{ name: text, arguments: { [text]: text } }];
      await expectSound(metric, example, { expected, output: { ...outputOf(example.output), text, toolCalls } });
    }
  }
});
