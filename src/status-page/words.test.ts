import { expect, it } from 'vitest';
import { verdictWords } from './words.js';

it.each([
  ['pass', [], 'All gates pass'],
  ['pass', ['fail'], 'All gates that decide pass; 1 warning'],
  ['wait', ['pass', 'wait'], 'Not decided yet'],
  ['fail', ['fail', 'fail'], 'A gate fails; 2 warnings'],
  [null, ['fail'], 'Not judged; 1 warning'],
] as const)('a rollout that says %s with gates that only warn: %j', (verdict, warning, words) => {
  const gates = warning.map((each) => ({ level: 'warn', verdict: each }) as const);
  const deciding = verdict === null ? [] : [{ level: 'error', verdict } as const];
  expect(verdictWords(verdict, [...deciding, ...gates])).toBe(words);
});
