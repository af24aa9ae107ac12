import { z } from 'zod';
import { sameDecimal } from '../core/text/decimal.js';
import { plainText, writtenText } from '../core/text/json-value.js';
import { printableLine } from '../core/text/printable.js';
import { type Json, Literal } from '../model/json.js';
import { parseQuantity } from '../model/written-quantity.js';
import { defineMetric } from './contract.js';
import { faultOfExpected } from './expected.js';
import { noScore, quoted, yesOrNo } from './score-result.js';
import { isLocale, lastNumber, type NumberFormat, numberFormatOf, numbersIn, type ReadNumber } from './text/numbers.js';

const NOTES = `A number counts only when it is read whole: \`1,234.5\`, \`-$5\`, \`6.02e23\`, \`18kg\`, and any grouping of its digits: commas (\`1,23,456\` too), apostrophes, underscores, and no-break spaces. Currency and percent signs are ignored: \`35%\` is 35. Digits within a word (\`CO2\`), dates, times, versions and telephone numbers are not numbers; the last number before them counts. Something that looks like a number but is not wholly one makes the answer wrong, whatever comes before it: \`9.999,56\`, \`3/4\`, \`3-5\`, \`1 234\`, \`10^5\`, \`9 * 2\`, \`5 ± 1\`, \`$3-$5\`, \`5 million\`, \`$3M\`, \`2 and a half\`, \`5 ft 11 in\`, \`sqrt(25)\`, \`5[1]\`. TeX and HTML are read as what they show: \`1{,}234\` is 1234, and \`\\frac{1}{2}\` no number. \`minus 5\` is -5.

Where people write \`1.234,56\`, name the \`locale\`, a language tag such as \`de\`, \`fr\` or \`pt-BR\`: its decimal and grouping signs then apply to the output and to the accepted answers. In a locale that groups by spaces, \`1 234\` is one number.

An accepted answer is one number, or a text whose last line has one (\`A: 18\`). Several accepted answers are a list. Anything else is an error before the run.`;

const NO_NUMBER = 'no accepted answer is one number';

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
    'Whether the last number in the output equals an accepted answer, ignoring grouping, currency and surrounding words. The decimal sign is a point unless `locale` says otherwise.',
  notes: NOTES,
  revision: 2,
  params: {
    tolerance: toleranceSchema
      .prefault(0)
      .describe('How far off the number may be: absolute, or in percent of the accepted answer (`1%`).'),
    locale: z
      .string()
      .refine(isLocale, 'not a language tag that is known; write it like de, fr or pt-BR')
      .default('en')
      .describe('How the output and the accepted answers write numbers, as a language tag (`de`: `1.234,56`).'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  needs: () => ['expected'],
  checkCase: ({ locale }, { expected }) => faultOfExpected(faultOfAccepted(expected, numberFormatOf(locale), locale)),
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
    {
      describe: 'a decimal comma',
      params: { locale: 'de' },
      expected: '1.234,56',
      output: 'Das macht 1234,56 €.',
      value: 1,
    },
    {
      describe: 'a number that is not read whole',
      params: {},
      expected: '56',
      output: 'Das macht 9.999,56 €.',
      value: 0,
    },
    { describe: 'no number', params: {}, expected: '18', output: 'I do not know.', value: 0 },
    { describe: 'no number in the accepted answer', params: {}, expected: 'many', output: '18', value: null },
  ],
  score({ params: { tolerance, locale }, case: { expected }, output }) {
    const format = numberFormatOf(locale);
    const accepted = acceptedNumbers(expected, format);
    if (accepted.length === 0) return noScore(NO_NUMBER);
    const found = lastNumber(output.text, format);
    if (found === null) return yesOrNo(false, '', 'holds no number');
    if ('unread' in found) return yesOrNo(false, '', `${quoted([found.unread])} is not one number in locale ${locale}`);
    const { value } = found;
    const met = accepted.some((number) => {
      const allowed = 'absolute' in tolerance ? tolerance.absolute : tolerance.relative * Math.abs(number.value);
      if (allowed === 0) return sameDecimal(found.decimal, number.decimal);
      // what the subtraction itself may be off: 18.3 - 18.2 is more than 0.1
      const rounding = 4 * Number.EPSILON * Math.max(Math.abs(number.value), Math.abs(value));
      return Math.abs(value - number.value) <= allowed + rounding;
    });
    const shown = shownOf(found);
    const wanted = accepted.slice(0, 10).map(shownOf).join(' or ');
    return { ...yesOrNo(met, `${shown} is right`, `${shown} is not ${wanted}`), detail: { found: value } };
  },
});

function answersIn(expected: Json | undefined): readonly Json[] {
  return expected === undefined ? [] : Array.isArray(expected) ? expected : [expected];
}

function acceptedNumbers(expected: Json | undefined, format: NumberFormat): readonly ReadNumber[] {
  return answersIn(expected).flatMap((answer) => numberIn(answer, format) ?? []);
}

/** Why the accepted answers are not each one number; null when they are. */
function faultOfAccepted(expected: Json | undefined, format: NumberFormat, locale: string): string | null {
  const wrong = answersIn(expected).filter((answer) => numberIn(answer, format) === null);
  if (wrong.length === 0) return null;
  const shown = quoted(wrong.map(writtenText));
  return `${shown} ${wrong.length === 1 ? 'is' : 'are'} not one number${wrong.length === 1 ? '' : ' each'} in locale ${locale}; several accepted numbers are a list, and \`locale\` says how they are written`;
}

/** The number that an accepted answer is, or that its last line holds; null when that is not one number. */
function numberIn(answer: Json, format: NumberFormat): ReadNumber | null {
  if (typeof answer === 'number') return { value: answer, decimal: String(answer) };
  if (answer instanceof Literal && typeof answer.value === 'number') {
    const [decimal, written] = [plainText(answer), writtenText(answer)];
    // YAML has numbers that are written otherwise, such as 0x1F
    return { value: answer.value, decimal: sameDecimal(written, decimal) ? written : decimal };
  }
  if (typeof answer !== 'string') return null;
  const lastLine =
    answer
      .trim()
      .split(/[\r\n]+/)
      .at(-1) ?? '';
  const [first, ...others] = numbersIn(lastLine, format);
  return first && 'value' in first && others.length === 0 ? first : null;
}

/** With the digits that were written: `43.30` is an amount of money. */
function shownOf({ decimal }: ReadNumber): string {
  return printableLine(decimal, 60);
}
