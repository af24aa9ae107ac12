import { expect, it } from 'vitest';
import { Story } from '../../../test/helpers/ledger.js';
import type { RolloutPlan } from '../../model/environment.js';
import { describeLine } from './describe-line.js';

it.each([
  ['canary', 0.1, 'began a canary rollout of reply@2 at 10%'],
  ['shadow', 0, 'began a shadow rollout of reply@2, with copies of calls'],
  ['blue-green', 0, 'began a blue-green rollout of reply@2, with copies of calls'],
  ['blue-green', 1, 'began a blue-green rollout of reply@2 at 100%'],
] as const)('says what the candidate of a %s rollout gets at a share of %s', (strategy, weight, told) => {
  const story = new Story().promote(1);
  const plan: RolloutPlan = { strategy, steps: [{ weight: 0.1, calls: 50 }] };
  story.add({ action: 'rollout', releases: [story.moved(2)], plan, weight });
  const line = story.lines().at(-1);
  expect(line && describeLine(line)).toBe(told);
});
