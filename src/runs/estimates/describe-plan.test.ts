import { expect, it } from 'vitest';
import { describePlan } from './describe-plan.js';

it('fits into a terminal, and is a line for each column where there is none', () => {
  const text = describePlan([], Number.POSITIVE_INFINITY);
  expect(text).toMatch(/^\n.{100,}\n$/);
  const narrow = describePlan([], 60);
  expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(narrow.replace(/\s+/g, ' ')).toBe(text.replace(/\s+/g, ' '));
});
