import { expect, it } from 'vitest';
import { wordsOfShare } from './copied-share.js';

const steps = [{ weight: 0.2 }, { weight: 1 }];

it.each([
  ['10%', { strategy: 'canary', weight: 0.1, steps }],
  ['0%', { strategy: 'canary', weight: 0, steps }],
  ['copies of 20% of calls', { strategy: 'shadow', weight: 0, steps }],
  ['copies of 100% of calls', { strategy: 'shadow', weight: 0, steps: [{ weight: 0 }] }],
  ['copies of 20% of calls', { strategy: 'blue-green', weight: 0, steps }],
  ['100%', { strategy: 'blue-green', weight: 1, steps }],
])('says %s', (words, rollout) => {
  expect(wordsOfShare(rollout)).toBe(words);
});
