import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf, majorityOf, outputShown, questionOf } from './judging.js';

const votes = (...values: number[]) => values.map((value, index) => ({ verdict: value, value, reason: `r${index}` }));

describe('the majority of votes', () => {
  it.each([
    [[1, 0, 1], 1, 1],
    [[0, 1], 0, 0],
    [[1, 1, 0, 0, 0.5], 0, 0.5],
    [[0.2, 0.9, 0.6], 0.2, 0.6],
    [[0.2, 0.4, 0.6, 0.8], 0.2, 0.4],
    [[0.5], 0.5, 0.5],
  ])('of %j is %d for choices and %d on a scale', (values, lowest, median) => {
    expect(majorityOf(votes(...values), 'lowest').value).toBe(lowest);
    expect(majorityOf(votes(...values), 'median').value).toBe(median);
  });

  it('brings the first reason for it', () => {
    expect(majorityOf(votes(0, 1, 1), 'lowest').reason).toBe('r1');
  });

  it('is one of the votes, and does not depend on their order', () => {
    const cast = fc.array(
      fc.integer({ min: 0, max: 4 }).map((point) => point / 4),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(cast, fc.constantFrom('lowest' as const, 'median' as const), (values, tie) => {
        const { value } = majorityOf(votes(...values), tie);
        expect(values).toContain(value);
        expect(majorityOf(votes(...values.toReversed()), tie).value).toBe(value);
      }),
    );
  });
});

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
