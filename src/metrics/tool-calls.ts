import { z } from 'zod';
import { isRecord, type Json, jsonSchema } from '../model/json.js';
import type { ToolCall } from '../model/message.js';
import type { Output } from '../model/output.js';
import { defineMetric } from './contract.js';
import { faultOfExpected } from './expected.js';
import { noScore } from './score-result.js';
import { type AcceptedCall, checkToolCalls, checkWithin, type ToolCallResult } from './text/tool-call.js';
import { acceptedCalls } from './tool-call.js';

const NO_CALLS = 'the case does not say which calls it expects: { name, arguments }';

/** Whether the model took the right way: which tools it called in a conversation, in which order, with which arguments. */
export const toolCalls = defineMetric({
  type: 'tool-calls',
  describe:
    'Whether the calls of tools in the whole conversation are the expected ones: which, with which arguments, and with `match: exact` in which order.',
  notes: `Calls are compared as by \`tool-call\`, and written in the same form: under \`calls\` of the metric, or under \`expected\` of the case. A call without \`arguments\` may have any. An empty list, or null, says that no call is expected.

| \`match\` | passes when |
|---|---|
| \`exact\` | these calls were made, in this order, and no others |
| \`any-order\` | these calls were made, in any order, and no others |
| \`superset\` | these calls were made, in any order; others may have been made too |
| \`subset\` | no calls but these were made; some may be missing |

Calls that were answered with an error count too: the model made them. In a sample of one answer these are its calls.`,
  params: {
    calls: z.array(jsonSchema).optional().describe('The expected calls; by default the `expected` of the case.'),
    match: z.enum(['exact', 'any-order', 'superset', 'subset']).default('exact').describe('How strictly to compare.'),
    partial: z.boolean().default(false).describe('Score the part that is right, in place of 1 or 0.'),
  },
  unit: 'fraction',
  better: 'higher',
  passMark: { min: 1 },
  emptyExpected: true,
  needs: ({ calls }) => (calls === undefined ? ['expected'] : []),
  check: ({ calls, match }) => {
    if (calls === undefined) return [];
    if (calls.length === 0 && match === 'superset')
      return [
        { key: 'calls', message: 'whatever is called holds none: name a call, or say match: exact for none at all' },
      ];
    return wantedCalls(calls) === null ? [{ key: 'calls', message: 'a call is written as { name, arguments }' }] : [];
  },
  checkCase: ({ calls }, { expected }) => faultOfExpected(wantedCalls(calls ?? expected) === null ? NO_CALLS : null),
  examples: [
    {
      describe: 'the right calls in their order',
      params: { calls: [{ name: 'find', arguments: { text: 'shoes' } }, { name: 'buy' }] },
      output: { toolCalls: [call('find', { text: 'shoes' }), call('buy', { id: 7 })] },
      value: 1,
    },
    {
      describe: 'another order',
      params: { calls: [{ name: 'buy' }, { name: 'find' }] },
      output: { toolCalls: [call('find'), call('buy')] },
      value: 0,
    },
    {
      describe: 'any order',
      params: { match: 'any-order', calls: [{ name: 'buy' }, { name: 'find' }] },
      output: { toolCalls: [call('find'), call('buy')] },
      value: 1,
    },
    {
      describe: 'further calls are allowed',
      params: { match: 'superset' },
      expected: { name: 'buy', arguments: { id: 7 } },
      output: { toolCalls: [call('find'), call('buy', { id: 7 })] },
      value: 1,
    },
    {
      describe: 'a call that is not among those allowed',
      params: { match: 'subset', calls: [{ name: 'find' }, { name: 'buy' }] },
      output: { toolCalls: [call('find'), call('pay')] },
      value: 0,
    },
    {
      describe: 'the calls of a conversation, not of its last answer',
      params: { calls: [{ name: 'find' }] },
      output: {
        text: 'There are two.',
        conversation: [
          { role: 'assistant', content: '', toolCalls: [{ ...call('find'), id: 'call_1' }] },
          { role: 'tool', toolCallId: 'call_1', content: '2' },
          { role: 'assistant', content: 'There are two.' },
        ],
      },
      value: 1,
    },
    { describe: 'no call, as expected', params: {}, expected: [], output: 'It is sunny.', value: 1 },
    {
      describe: 'a call where none is expected',
      params: {},
      expected: [],
      output: { toolCalls: [call('find')] },
      value: 0,
    },
    {
      describe: 'half of the calls',
      params: { match: 'superset', partial: true, calls: [{ name: 'find' }, { name: 'buy' }] },
      output: { toolCalls: [call('find')] },
      value: 0.5,
    },
  ],
  score({ params: { calls, match, partial }, case: { expected }, output }) {
    const accepted = wantedCalls(calls ?? expected);
    if (accepted === null) return noScore(NO_CALLS);
    const made = callsIn(output);
    const { score, fraction, reason } = compare(made, accepted, match);
    return { value: partial ? fraction : score, reason, detail: { fraction, calls: made.map(({ name }) => name) } };
  },
});

function compare(
  made: readonly ToolCall[],
  accepted: readonly AcceptedCall[],
  match: 'exact' | 'any-order' | 'superset' | 'subset',
): ToolCallResult {
  if (match === 'superset') return checkWithin(made, accepted, 'accepted');
  if (match === 'subset') return checkWithin(made, accepted, 'made');
  return checkToolCalls(made, accepted, { ordered: match === 'exact' });
}

/** The calls of a conversation in their order, or those of the only answer. */
function callsIn({ conversation, toolCalls: last }: Output): readonly ToolCall[] {
  if (!conversation) return last;
  return conversation.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
}

/** The expected calls, each with what its arguments may be; null when something is no call. */
function wantedCalls(written: Json | undefined): readonly AcceptedCall[] | null {
  const calls = acceptedCalls(written);
  if (calls === null || written === undefined || written === null) return calls;
  const list: readonly Json[] = Array.isArray(written) ? written : [written];
  return calls.map((each, place) => {
    const own = list[place];
    return isRecord(own) && typeof own['name'] === 'string' && own['arguments'] === undefined
      ? { ...each, anyArguments: true }
      : each;
  });
}

function call(name: string, args: Record<string, Json> = {}): ToolCall {
  return { name, arguments: args };
}
