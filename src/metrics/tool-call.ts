import { z } from 'zod';
import { isRecord, type Json } from '../model/json.js';
import { defineMetric } from './contract.js';
import { faultOfExpected } from './expected.js';
import { noScore } from './score-result.js';
import type { AcceptedCall } from './text/tool-call.js';

const NO_CALLS = 'the case does not say which calls it expects: { name, arguments }';

/** Whether the model called the right tools with the right arguments. */
export const toolCall = defineMetric({
  type: 'tool-call',
  describe:
    'Whether the model made exactly the expected tool calls: the right names, every argument with an accepted value, none missing and none too many.',
  notes: `The check of the Berkeley Function Calling Leaderboard for its simple, multiple and parallel tasks (gorilla.cs.berkeley.edu/leaderboard): texts compare without case, blanks and \`,./-_*^\`, lists in order, objects key by key, and the calls themselves in any order unless \`ordered\`. A dot in a name may be an underscore. Values must have the type of the accepted ones; an integer passes for a fraction.

\`expected\` is one call, the list of all calls, or an empty list or \`null\` for none:

\`\`\`yaml
cases:
  - expected:
      name: get_weather
      arguments:
        city: [Paris, "Paris, France"]   # any of these
        days: 3                          # the same as [3]
        units: [metric, ""]              # "" among them: may be left out
        places: [[Louvre, Orsay]]        # one list of two
\`\`\`

The leaderboard's own form, \`{ get_weather: { city: [Paris] } }\`, is read too.

With \`partial\` a call scores one part for its name and one for each right argument, and 0 for a wrong name; several calls score their mean. This shows progress. The plain score shows what works.`,
  params: {
    ordered: z.boolean().default(false).describe('Whether the calls must come in the expected order.'),
    partial: z.boolean().default(false).describe('Score the part that is right, instead of 1 or 0.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  emptyExpected: true,
  needs: () => ['expected'],
  checkCase: (_, { expected }) => faultOfExpected(acceptedCalls(expected) === null ? NO_CALLS : null),
  examples: [
    {
      describe: 'any accepted value, an optional argument left out',
      params: {},
      expected: {
        name: 'get_weather',
        arguments: { city: ['Paris', 'Paris, France'], days: 3, units: ['metric', ''] },
      },
      output: { toolCalls: [{ name: 'get_weather', arguments: { city: 'paris, france', days: 3 } }] },
      value: 1,
    },
    {
      describe: 'a wrong value',
      params: {},
      expected: { name: 'get_weather', arguments: { city: 'Paris' } },
      output: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Berlin' } }] },
      value: 0,
    },
    {
      describe: 'the name and one of two arguments',
      params: { partial: true },
      expected: { name: 'get_weather', arguments: { city: 'Paris', days: 3 } },
      output: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Paris', days: 2 } }] },
      value: 0.6666666666666666,
    },
    {
      describe: 'two calls in any order',
      params: {},
      expected: [
        { name: 'open', arguments: { id: 1 } },
        { name: 'close', arguments: { id: 2 } },
      ],
      output: {
        toolCalls: [
          { name: 'close', arguments: { id: 2 } },
          { name: 'open', arguments: { id: 1 } },
        ],
      },
      value: 1,
    },
    {
      describe: 'the order matters',
      params: { ordered: true },
      expected: [
        { name: 'open', arguments: {} },
        { name: 'close', arguments: {} },
      ],
      output: {
        toolCalls: [
          { name: 'close', arguments: {} },
          { name: 'open', arguments: {} },
        ],
      },
      value: 0,
    },
    {
      describe: "the leaderboard's form",
      params: {},
      expected: [{ 'math.factorial': { number: [5] } }],
      output: { toolCalls: [{ name: 'math_factorial', arguments: { number: 5 } }] },
      value: 1,
    },
    { describe: 'no call, as expected', params: {}, expected: [], output: 'It is sunny.', value: 1 },
    { describe: 'no call, as expected, in other words', params: {}, expected: null, output: 'It is sunny.', value: 1 },
    {
      describe: 'words in place of a call',
      params: {},
      expected: { name: 'get_weather', arguments: {} },
      output: 'I would call get_weather.',
      value: 0,
    },
    { describe: 'the case expects no call', params: {}, expected: 'sunny', output: 'sunny', value: null },
  ],
  async score({ params: { ordered, partial }, case: { expected }, output }) {
    const accepted = acceptedCalls(expected);
    if (accepted === null) return noScore(NO_CALLS);
    const { checkToolCalls, signToolCall } = await import('./text/tool-call.js');
    const { score, fraction, reason } = checkToolCalls(output.toolCalls, accepted, { ordered });
    return {
      value: partial ? fraction : score,
      reason,
      detail: { fraction, signature: signToolCall({ ordered }) },
    };
  },
});

/** The calls a case expects; null when what it says is no call. */
export function acceptedCalls(expected: Json | undefined): readonly AcceptedCall[] | null {
  if (expected === undefined) return null;
  if (expected === null) return [];
  const list: readonly Json[] = Array.isArray(expected) ? expected : [expected];
  const calls = list.map(acceptedCall).filter((call) => call !== null);
  return calls.length === list.length ? calls : null;
}

function acceptedCall(written: Json): AcceptedCall | null {
  if (!isRecord(written)) return null;
  const { name, arguments: given = {}, ...others } = written;
  if (typeof name === 'string') {
    return isRecord(given) && Object.keys(others).length === 0 ? { name, arguments: choicesByArgument(given) } : null;
  }
  const [[tool, values] = [], ...more] = Object.entries(written);
  return tool !== undefined && isRecord(values) && more.length === 0
    ? { name: tool, arguments: choicesByArgument(values) }
    : null;
}

function choicesByArgument(values: Readonly<Record<string, unknown>>): AcceptedCall['arguments'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value as readonly unknown[]) : [value],
    ]),
  );
}
