import { expect, it } from 'vitest';
import { metricEntry } from '../../../test/helpers/suite.js';
import { scoreOf } from './composites.js';

const score = (id: string, value: number) => ({ id, value });

it('weighs with weights whose sum is no number', () => {
  const metrics = [metricEntry({ id: 'a', weight: 1e308 }), metricEntry({ id: 'b', weight: 1e308 })];
  const scores = [score('a', 1), score('b', 0.5)];
  expect(scoreOf(metrics, scores)).toBe(0.75);
  expect(scoreOf([...metrics, metricEntry({ id: 'c', weight: 1e-320 })], [...scores, score('c', 0)])).toBe(0.75);
  expect(scoreOf([metricEntry({ id: 'a', weight: 1e-320 })], scores)).toBe(1);
});
