import { expect, it } from 'vitest';
import { describeHistory } from './history-words.js';

it.each([
  [undefined, ''],
  [{ stability: 'new', passed: 1, trials: 1 }, ''],
  [{ stability: 'flaky', passed: 7, trials: 9 }, 'flaky before (7 of 9 trials passed)'],
  [{ stability: 'stable', passed: 9, trials: 9 }, 'stable before (9 of 9 trials passed)'],
  [{ stability: 'stable', passed: 6, trials: 9 }, 'stable before (6 of 9 trials passed, those of each run alike)'],
] as const)('%j', (history, words) => {
  expect(describeHistory(history)).toBe(words);
});
