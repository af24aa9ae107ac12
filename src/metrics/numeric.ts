import { z } from 'zod';
import type { Json } from '../model/json.js';
import { parseQuantity } from '../model/written-quantity.js';
import { defineMetric } from './contract.js';
import { acceptedTexts, faultOfExpected } from './expected.js';
import { noScore, yesOrNo } from './score-result.js';

/** A number in running text: `-1,234.5`, `$-3`, `.5`, `6.02e23`, but not the digits of `CO2`, and no `-` in `3-5`. */
const NUMBER =
  /(?<![\p{L}\p{N}_])(?<sign>(?<![)\]])[-+\u2212])?(?:\p{Sc}\s?(?<inner>[-\u2212])?)?(?<digits>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<!\.)\.\d+)(?<exponent>e[-+]?\d+)?/giu;

const NO_NUMBER = 'no accepted answer holds a number';

const toleranceSchema = z
  .union([z.number(), z.string()])
  .transform((written, context): { readonly absolute: number } | { readonly relative: number } => {
    const quantity = typeof written === 'number' ? { value: written, unit: null } : parseQuantity(written);
    if (quantity && quantity.value >= 0 && Number.isFinite(quantity.value)) {
      if (quantity.unit === null) return { absolute: quantity.value };
      if (quantity.unit === 'percent') return { relative: quantity.value };
    }
    context.addIssue({ code: 'custom', message: `"${written}" is not a tolerance; write it like 0.5 or 1%` });
    return z.NEVER;
  });

/** Whether the last number of the output is the right one. */
export const numeric = defineMetric({
  type: 'numeric',
  describe:
    'Whether the last number in the output equals the last number in an accepted answer. Thousands commas, currency and percent signs and words around it do not count; the decimal sign is a point.',
  params: {
    tolerance: toleranceSchema
      .prefault(0)
      .describe('How far off the number may be: absolute, or in percent of the accepted answer (`1%`).'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: () => ['expected'],
  checkCase: (_, { expected }) => faultOfExpected(acceptedNumbers(expected).length === 0 ? NO_NUMBER : null),
  examples: [
    {
      describe: 'the last number counts',
      params: {},
      expected: '18',
      output: '16 - 3 - 4 = 9, 9 * 2\nA: 18',
      value: 1,
    },
    { describe: 'signs and separators', params: {}, expected: 1234.5, output: 'You owe $1,234.50.', value: 1 },
    { describe: 'a wrong sign', params: {}, expected: '-3', output: 'It is 3 degrees.', value: 0 },
    { describe: 'near enough', params: { tolerance: '1%' }, expected: '200', output: 'about 201.5', value: 1 },
    { describe: 'too far off', params: { tolerance: 0.1 }, expected: '3.14', output: '3.3', value: 0 },
    { describe: 'no number', params: {}, expected: '18', output: 'I do not know.', value: 0 },
    { describe: 'no number in the accepted answer', params: {}, expected: 'many', output: '18', value: null },
  ],
  score({ params: { tolerance }, case: { expected }, output }) {
    const accepted = acceptedNumbers(expected);
    if (accepted.length === 0) return noScore(NO_NUMBER);
    const found = lastNumber(output.text);
    if (found === null) return yesOrNo(false, '', 'holds no number');
    const met = accepted.some((number) => {
      const allowed = 'absolute' in tolerance ? tolerance.absolute : tolerance.relative * Math.abs(number);
      // what the subtraction itself may be off: 18.3 - 18.2 is more than 0.1
      const rounding = 4 * Number.EPSILON * Math.max(Math.abs(number), Math.abs(found));
      return Math.abs(found - number) <= allowed + (allowed > 0 ? rounding : 0);
    });
    const wanted = accepted.slice(0, 10).join(' or ');
    return { ...yesOrNo(met, `${found} is right`, `${found} is not ${wanted}`), detail: { found } };
  },
});

function acceptedNumbers(expected: Json | undefined): readonly number[] {
  return acceptedTexts(expected).flatMap((text) => lastNumber(text) ?? []);
}

/** The last number in a text, or null. A number too large for a double is none. */
export function lastNumber(text: string): number | null {
  let last: number | null = null;
  for (const { groups } of text.matchAll(NUMBER)) {
    const digits = `${groups?.['digits']?.replaceAll(',', '')}${groups?.['exponent'] ?? ''}`;
    const negative = /[-\u2212]/.test(`${groups?.['sign'] ?? ''}${groups?.['inner'] ?? ''}`);
    last = negative ? -Number(digits) : Number(digits);
  }
  return last === null || !Number.isFinite(last) ? null : last + 0;
}
