import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Output } from '../../model/output.js';
import type { ModelRequest } from '../../model/request.js';
import { Conversation, type ToolLoop } from './conversation.js';

const request: ModelRequest = {
  model: 'm',
  parameters: {},
  messages: [{ role: 'user', content: 'hello' }],
  tools: [],
  output: { format: 'text' },
  vars: {},
};
const tools: ToolLoop = { known: new Set(['look', 'send']), answered: new Set(['look']), maxSteps: 3 };

function answer(text: string, ...calls: readonly string[]): Output {
  return {
    text,
    toolCalls: calls.map((name) => ({ name, arguments: {} })),
    usage: { inputTokens: 2, outputTokens: 1 },
    finishReason: calls.length > 0 ? 'tool-calls' : 'stop',
    servedModel: null,
    latencyMs: 10,
    usd: 0.5,
    source: 'live',
  };
}

/** Holds a conversation whose model answers so, one after the other; tools say their names. */
function hold(conversation: Conversation, answers: readonly Output[]): Output | null {
  const left = [...answers];
  for (;;) {
    const next = conversation.next();
    if (next.kind === 'done') return conversation.output;
    if (next.kind === 'call') conversation.give(next.calls.map(({ name }) => `result of ${name}`));
    else {
      const given = left.shift();
      if (!given) return null;
      conversation.take(given);
    }
  }
}

it('what could not be read of any answer is told', () => {
  const answers = [{ ...answer('', 'look'), unread: ['x', 'audio'] }, { ...answer('a'), unread: ['x'] }, answer('b')];
  expect(hold(new Conversation(request, ['more'], tools), answers)).toMatchObject({
    text: 'b',
    unread: ['audio', 'x'],
  });
  expect(hold(new Conversation(request, ['more'], tools), [answer('a'), answer('b')])).not.toHaveProperty('unread');
});

it('calls of answered tools go on until the model answers without', () => {
  const held = hold(new Conversation(request, [], tools), [answer('', 'look', 'look'), answer('done')]);
  expect(held?.conversation).toEqual([
    {
      role: 'assistant',
      content: '',
      toolCalls: [
        { id: 'call_1', name: 'look', arguments: {} },
        { id: 'call_2', name: 'look', arguments: {} },
      ],
    },
    { role: 'tool', toolCallId: 'call_1', content: 'result of look' },
    { role: 'tool', toolCallId: 'call_2', content: 'result of look' },
    { role: 'assistant', content: 'done' },
  ]);
  expect(held).toMatchObject({ text: 'done', finishReason: 'stop', usd: 1, latencyMs: 20 });
});

it('the call of a tool without answers is an answer, also among others', () => {
  expect(hold(new Conversation(request, [], tools), [answer('', 'look', 'send')])?.finishReason).toBe('tool-calls');
  const held = hold(new Conversation(request, ['and?'], tools), [answer('', 'send'), answer('sent')]);
  expect(held?.conversation?.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user', 'assistant']);
});

it('a tool that there is not is no answer: the model is told', () => {
  const conversation = new Conversation(request, [], tools);
  conversation.take(answer('', 'lok'));
  expect(conversation.next().kind).toBe('call');
});

it('the most steps of a turn end it with a finish of its own, and the next turn is asked', () => {
  const loop = [answer('', 'look'), answer('', 'look'), answer('', 'look')];
  expect(hold(new Conversation(request, [], tools), loop)?.finishReason).toBe('max-steps');
  const held = hold(new Conversation(request, ['and?'], tools), [...loop, answer('well')]);
  expect(held).toMatchObject({ text: 'well', finishReason: 'max-steps' });
  expect(held?.steps).toHaveLength(4);
});

it('ids go on from those of the messages that the prompt begins with', () => {
  const call = { id: 'call_1', name: 'look', arguments: {} };
  const before: ModelRequest['messages'] = [
    { role: 'assistant', content: '', toolCalls: [call] },
    { role: 'tool', toolCallId: 'call_1', content: 'x' },
  ];
  const conversation = new Conversation({ ...request, messages: before }, [], tools);
  conversation.take(answer('', 'look'));
  expect(conversation.next()).toMatchObject({ kind: 'call', calls: [{ id: 'call_2' }] });
});

it('whatever is answered: every call has its result before the user speaks, and sums are those of the steps', () => {
  const someAnswer = fc
    .tuple(fc.string(), fc.array(fc.constantFrom('look', 'send', 'lok'), { maxLength: 3 }))
    .map(([text, calls]) => answer(text, ...calls));
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.array(someAnswer, { maxLength: 20 }), (lines, answers) => {
      const held = hold(new Conversation(request, lines, tools), answers);
      if (held === null) return;
      const open = new Set<string>();
      for (const message of held.conversation ?? []) {
        if (message.role === 'user') expect(open.size).toBe(0);
        if (message.role === 'tool') expect(open.delete(message.toolCallId)).toBe(true);
        if (message.role === 'assistant') for (const { id } of message.toolCalls ?? []) open.add(id);
      }
      const steps = held.steps ?? [];
      expect(held.conversation?.filter(({ role }) => role === 'assistant')).toHaveLength(steps.length);
      expect(held.conversation?.filter(({ role }) => role === 'user')).toHaveLength(lines.length);
      expect(held.usd).toBe(0.5 * steps.length);
      expect(steps.length).toBeLessThanOrEqual(3 * (lines.length + 1));
    }),
  );
});

it('what the service wants to see again goes back with its answer; the first token is that of the first call', () => {
  const conversation = new Conversation(request, ['and?'], tools);
  conversation.take({ ...answer('one'), continuation: ['signed'], firstTokenMs: 5 });
  const next = conversation.next();
  expect(next.kind === 'ask' && next.request.messages.at(-2)).toEqual({
    role: 'assistant',
    content: 'one',
    continuation: ['signed'],
  });
  conversation.take({ ...answer('two'), firstTokenMs: 9 });
  expect(conversation.output.firstTokenMs).toBe(5);
});
