import { describe, expect, it } from 'vitest';
import { contextOf, outputShown, questionOf } from './judging.js';

describe('what a judge is shown', () => {
  const input = {
    case: { vars: { ticket: 'May I?', parts: ['a', { b: 1 }], none: [] }, expected: undefined, tags: [] },
    messages: [
      { role: 'system', content: 'You answer.' },
      { role: 'user', content: 'Ticket: May I?' },
    ],
  } as const;

  it('is the last message of the user, or a variable', () => {
    expect(questionOf(input, undefined)).toBe('Ticket: May I?');
    expect(questionOf(input, 'ticket')).toBe('May I?');
    expect(questionOf({ ...input, messages: [] }, undefined)).toBeNull();
  });

  it('is the output with its tool calls', () => {
    const call = { name: 'close_ticket', arguments: { id: 4 } };
    const called = '[calls the tool close_ticket with {"id":4}]';
    expect(outputShown({ text: 'Done.', toolCalls: [] })).toBe('Done.');
    expect(outputShown({ text: 'Done.', toolCalls: [call] })).toBe(`Done.\n${called}`);
    expect(outputShown({ text: '', toolCalls: [call] })).toBe(called);
    expect(outputShown({ text: '', toolCalls: [] })).toBe('');
  });

  it('is a context in parts', () => {
    expect(contextOf(input, 'ticket')).toEqual(['May I?']);
    expect(contextOf(input, 'parts')).toEqual(['a', '{"b":1}']);
    expect([contextOf(input, 'none'), contextOf(input, 'other')]).toEqual([null, null]);
  });
});
