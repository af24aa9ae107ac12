import { z } from 'zod';
import { messageOf } from '../core/text/thrown.js';
import { defineMetric } from './contract.js';
import { passagesOf } from './said.js';
import { noScore, quoted, yesOrNo } from './score-result.js';

const SHORT_TEXT = 4096;

/** Whether a regular expression matches somewhere in the output. */
export const regex = defineMetric({
  type: 'regex',
  describe:
    'Whether a regular expression matches somewhere in the output, or in a name, key or value of its tool calls. Anchor it with `^` and `$` to match the whole. A pattern that takes longer than a second gives no score.',
  revision: 2,
  params: {
    pattern: z
      .string()
      .min(1)
      .superRefine((pattern, context) => {
        // flags decide which of the grammars applies, and are a parameter of their own: see `check`
        const faults = ['', 'u', 'v'].map((flags) => faultOf(pattern, flags));
        if (faults.every((fault) => fault !== null)) {
          context.addIssue({ code: 'custom', message: `not a regular expression: ${faults[0]}` });
        }
      })
      .describe('The regular expression, in the syntax of JavaScript, without slashes.'),
    flags: z
      .string()
      .regex(/^(?!.*(.).*\1)(?!.*u.*v)(?!.*v.*u)[imsuv]*$/, 'flags are some of i, m, s and u (or v), each once')
      .default('')
      .describe('`i` ignores case, `m` lets ^ and $ match at lines, `s` lets . match newlines, `u` or `v` is Unicode.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  check({ pattern, flags }) {
    const fault = faultOf(pattern, flags);
    return fault === null ? [] : [{ key: 'pattern', message: `not a regular expression: ${fault}` }];
  },
  examples: [
    { describe: 'somewhere in the text', params: { pattern: '\\b\\d+ days\\b' }, output: 'Within 30 days.', value: 1 },
    { describe: 'case counts unless told', params: { pattern: '^yes' }, output: 'Yes.', value: 0 },
    { describe: 'flags', params: { pattern: '^yes', flags: 'i' }, output: 'Yes.', value: 1 },
    {
      describe: 'in a tool call',
      params: { pattern: '^4\\d{15}$' },
      output: { toolCalls: [{ name: 'pay', arguments: { card: '4111111111111111' } }] },
      value: 1,
    },
    { describe: 'the whole text', params: { pattern: '^[A-D]$' }, output: 'A, because', value: 0 },
  ],
  score({ params: { pattern, flags }, output, tools }) {
    const expression = new RegExp(pattern, flags);
    const passages = passagesOf(output);
    const matches = () => passages.some((passage) => expression.test(passage));
    // the pattern is the author's and trusted; the text is hostile, and may be the worst one for this pattern
    const slow = passages.some((passage) => mayBacktrack(pattern, passage));
    const met = slow ? tools.within(matches) : matches();
    const shown = quoted([pattern]);
    if (met === null) return noScore(`${shown} took too long: it backtracks`);
    return yesOrNo(met, `matches ${shown}`, `does not match ${shown}`);
  },
});

/**
 * Whether matching may take long, so that the time limit is worth what it costs. Conservative: one quantifier that
 * repeats no group takes at most quadratic time, which is little for a short text; anything more may be exponential.
 */
function mayBacktrack(pattern: string, text: string): boolean {
  const quantifiers = pattern.match(/[*+{]/g)?.length ?? 0;
  if (quantifiers === 0) return false;
  return quantifiers > 1 || /\)[*+{]/.test(pattern) || text.length > SHORT_TEXT;
}

/** What is wrong with a pattern, or null. */
function faultOf(pattern: string, flags: string): string | null {
  try {
    new RegExp(pattern, flags);
    return null;
  } catch (error) {
    const message = messageOf(error);
    return message.replace(/^Invalid regular expression: \/[\s\S]*\/[a-z]*: /, '');
  }
}
