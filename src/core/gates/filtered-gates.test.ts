import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { Suite } from '../../model/suite.js';
import { gatesLeft } from './filtered-gates.js';

const all = gateRule();
const safety = gateRule({ where: ['safety'], threshold: 1 });
const warned = gateRule({ level: 'warn' });
const whole = suiteOf(4, { tagged: 2 });
const only = (suite: Suite, ...places: number[]): Suite => ({
  ...suite,
  cases: [...suite.cases].filter((_, index) => places.includes(index)),
});

it('leaves out a gate whose cases the filter took away', () => {
  expect(gatesLeft([all, safety], whole, only(whole, 2, 3))).toEqual([all]);
  expect(gatesLeft([all, safety], whole, only(whole, 0, 3))).toEqual([all, safety]);
});

it('leaves out a gate on a metric that no case that is left has', () => {
  const limited = suiteOf(4, { tagged: 2, metrics: [metricEntry(), metricEntry({ id: 'tone', where: ['safety'] })] });
  const tone = gateRule({ metric: 'tone' });
  expect(gatesLeft([all, tone], limited, only(limited, 3))).toEqual([all]);
});

it('keeps all when no other would be left, or none that can fail the run', () => {
  expect(gatesLeft([safety], whole, only(whole, 3))).toEqual([safety]);
  expect(gatesLeft([safety, warned], whole, only(whole, 3))).toEqual([safety, warned]);
  expect(gatesLeft([{ ...safety, level: 'warn' }, warned], whole, only(whole, 3))).toEqual([warned]);
});

it('keeps a gate that judges nothing without a filter too', () => {
  const nobody = gateRule({ where: ['nobody'] });
  expect(gatesLeft([all, nobody], whole, only(whole, 3))).toEqual([all, nobody]);
});

it('never leaves a run without a gate that can fail it, if it had one', () => {
  const gates = fc.array(fc.constantFrom(all, safety, warned, { ...safety, level: 'warn' as const }), { minLength: 1 });
  fc.assert(
    fc.property(gates, fc.subarray([0, 1, 2, 3], { minLength: 1 }), (some, places) => {
      const left = gatesLeft(some, whole, only(whole, ...places));
      expect(left.length).toBeGreaterThan(0);
      expect(left.some(({ level }) => level === 'error')).toBe(some.some(({ level }) => level === 'error'));
    }),
  );
});
