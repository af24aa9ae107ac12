import { count } from '../core/text/format.js';
import { defineMetric } from './contract.js';

/** How many calls of the model a sample took. */
export const steps = defineMetric({
  type: 'steps',
  describe:
    'How many calls of the model the conversation took: one for each answer, those that only call tools included. 1 for a single answer.',
  params: {},
  unit: 'number',
  better: 'lower',
  examples: [
    { describe: 'a single answer', params: {}, output: 'Yes.', value: 1 },
    {
      describe: 'a call of a tool, and the answer',
      params: {},
      output: {
        text: 'It has left.',
        conversation: [
          {
            role: 'assistant',
            content: '',
            toolCalls: [{ id: 'call_1', name: 'get_order', arguments: { id: 7 } }],
          },
          { role: 'tool', toolCallId: 'call_1', content: 'shipped' },
          { role: 'assistant', content: 'It has left.' },
        ],
      },
      value: 2,
    },
  ],
  score({ output: { conversation } }) {
    const value = conversation?.filter(({ role }) => role === 'assistant').length ?? 1;
    return { value, reason: `took ${count(value, 'call')} of the model` };
  },
});
