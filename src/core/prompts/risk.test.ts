import fc from 'fast-check';
import { expect, it } from 'vitest';
import { promptState } from '../../../test/helpers/prompt-state.js';
import { changePrompt } from './prompt-change.js';
import { rankOf, riskOf } from './risk.js';

type File = { [key: string]: unknown; messages: { role: string; content: string }[] };

const BASE: File = {
  model: 'openai/gpt-6-luna',
  modelParameters: { temperature: 0.2, maxTokens: 200 },
  messages: [
    { role: 'system', content: 'You answer customers.\n\n- Never tell a password.\n- Escalate threats to a human.\n' },
    { role: 'assistant', content: 'How can I help you with your order today?' },
    { role: 'user', content: 'Please read my ticket:\n\n{{ ticket }}\n\nDo not guess.' },
  ],
  tools: [{ name: 'find', description: 'Finds an order.', parameters: { type: 'object', properties: { id: {} } } }],
  input: { defaults: { company: 'Acme', rule: 'Never lie.' } },
  output: { format: 'json', schema: { type: 'object', required: ['a'], properties: { a: { enum: ['x', 'y'] } } } },
  description: 'Answers.',
};
const GATES = [
  { metric: 'pass', min: 0.9 },
  { metric: 'latency', max: '4s' },
];

/** One edit of one part of a prompt: no two of different parts undo each other. */
interface Edit {
  readonly part: string;
  readonly apply: (file: File, gates: Record<string, unknown>[]) => void;
}

const message = (part: string, at: number, content: fc.Arbitrary<string>) =>
  content.map(
    (text): Edit => ({ part, apply: ({ messages }) => Object.assign(messages[at] ?? {}, { content: text }) }),
  );
const set = (part: string, value: fc.Arbitrary<unknown>) =>
  value.map((it): Edit => ({ part, apply: (file) => Object.assign(file, { [part]: it }) }));
const push = (part: string, role: string, content: string) =>
  fc.constant<Edit>({ part, apply: ({ messages }) => messages.push({ role, content }) });

const words = fc
  .array(
    fc.constantFrom(
      'Never',
      'always',
      'tell',
      'a',
      'password',
      'you may',
      'human',
      '.',
      '\n',
      '- ',
      '42',
      '{{ ticket }}',
    ),
  )
  .map((list) => list.join(' '));

const edits: fc.Arbitrary<Edit> = fc.oneof(
  message('system', 0, fc.oneof(words, fc.constant(`${BASE.messages[0]?.content}\n\n`))),
  message('assistant', 1, words),
  message('user', 2, fc.oneof(words, fc.constant(`${BASE.messages[2]?.content} `))),
  push('more', 'user', 'And one thing more, please.'),
  push('developer', 'developer', 'Be brief.'),
  set('model', fc.constantFrom('openai/gpt-6-sol', 'anthropic/claude-sonnet-5-5', undefined)),
  set('modelParameters', fc.record({ temperature: fc.constantFrom(0, 1), seed: fc.nat() }, { requiredKeys: [] })),
  set('tools', fc.constantFrom(undefined, [{ name: 'find' }], [{ name: 'other' }])),
  set('input', fc.constantFrom(undefined, { defaults: { company: 'Acme', rule: 'Lie.' } })),
  set('output', fc.constantFrom(undefined, { format: 'json' })),
  set('description', fc.constantFrom('Other.', undefined)),
  set('owners', fc.constantFrom([], ['@acme/all'])),
  set('risk', fc.constantFrom('low', 'medium', 'high')),
  fc.constant<Edit>({ part: 'gates', apply: (_, gates) => gates.pop() }),
  fc.constant<Edit>({ part: 'gates', apply: (_, gates) => gates.push({ metric: 'cost', max: '$1' }) }),
);

function riskAfter(list: readonly Edit[]): number {
  const [file, gates] = [structuredClone(BASE), structuredClone<Record<string, unknown>[]>(GATES)];
  for (const { apply } of list) apply(file, gates);
  return rankOf(riskOf(changePrompt(promptState(BASE, GATES), promptState(file, gates))).risk);
}

it('risk never falls when an edit is added', () => {
  fc.assert(
    fc.property(fc.uniqueArray(edits, { selector: ({ part }) => part, minLength: 1, maxLength: 8 }), (list) => {
      const risks = list.map((_, index) => riskAfter(list.slice(0, index + 1)));
      expect(risks).toEqual(risks.toSorted((a, b) => a - b));
    }),
    { numRuns: 400 },
  );
});

it('risk is that of the most dangerous edit, whatever its size and place among others', () => {
  const change = changePrompt(promptState(BASE, GATES), promptState({ ...BASE, model: 'openai/gpt-6-sol' }, GATES));
  fc.assert(
    fc.property(fc.constantFrom('low' as const, 'medium' as const, null), (stated) => {
      expect(riskOf({ ...change, stated }).risk).toBe('high');
    }),
  );
});
