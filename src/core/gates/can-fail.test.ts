import { describe, expect, it } from 'vitest';
import { gateRule, metricEntry, suiteOf } from '../../../test/helpers/suite.js';
import type { GateRule } from '../../model/gate.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import { canFail } from './can-fail.js';

const suite = (cases: number, ...metrics: Partial<MetricEntry>[]) =>
  suiteOf(cases, { metrics: metrics.map(metricEntry) });
const tone: Partial<MetricEntry> = { id: 'tone' };
const time: Partial<MetricEntry> = { id: 'time', unit: 'ms', better: 'lower', mark: null };

describe('canFail', () => {
  it.each<[string, Partial<GateRule>, boolean]>([
    ['a rate', { metric: 'pass', stat: 'rate', threshold: 0.9 }, true],
    ['a warning', { metric: 'pass', stat: 'rate', threshold: 0.9, level: 'warn' }, false],
    ['a rate of at least nothing', { metric: 'pass', stat: 'rate', threshold: 0 }, false],
    ['a rate of at most everything', { metric: 'pass', stat: 'rate', bound: 'max', threshold: 1 }, false],
    ['a mean of at least nothing', { metric: 'tone', stat: 'mean', threshold: 0 }, false],
    ['a mean of at most 1', { metric: 'tone', stat: 'mean', bound: 'max', threshold: 1 }, false],
    ['a sum of at most 1', { metric: 'tone', stat: 'sum', bound: 'max', threshold: 1 }, true],
    ['a proof of at least nothing', { metric: 'tone', stat: 'mean', threshold: 0, decide: 'proof' }, false],
    ['a time of at least nothing', { metric: 'time', stat: 'mean', unit: 'ms', threshold: 0 }, false],
    ['a long time', { metric: 'time', stat: 'mean', unit: 'ms', bound: 'max', threshold: 1e9 }, true],
    ['a change', { metric: 'tone', stat: 'mean', threshold: -0.5, change: { relative: false } }, true],
    ['a gate over nothing', { metric: 'tone', stat: 'mean', threshold: 0, where: ['nobody'] }, true],
    ['an inconclusive pass over many', { metric: 'pass', stat: 'rate', threshold: 0.9, onInconclusive: 'pass' }, true],
  ])('%s: %j is %s', (_, changes, expected) => {
    expect(canFail(gateRule(changes), suite(20, tone, time))).toBe(expected);
  });

  it('is not when so few samples leave everything open, and that passes', () => {
    const rule = gateRule({ metric: 'pass', stat: 'rate', threshold: 0.9, onInconclusive: 'pass' });
    expect(canFail(rule, suite(1, tone))).toBe(false);
    expect(canFail({ ...rule, onInconclusive: 'warn' }, suite(1, tone))).toBe(false);
    expect(canFail({ ...rule, onInconclusive: 'fail' }, suite(1, tone))).toBe(true);
    expect(canFail({ ...rule, decide: 'point' }, suite(1, tone))).toBe(true);
  });

  it('is not when every score meets the mark', () => {
    const rule = gateRule({ metric: 'pass', stat: 'rate', threshold: 1 });
    expect(canFail(rule, suite(20, { ...tone, mark: { min: 0 } }))).toBe(false);
    expect(canFail(rule, suite(20, { ...tone, mark: { max: 1 } }))).toBe(false);
    expect(canFail(rule, suite(20, { ...tone, mark: { min: 0 } }, { id: 'other', mark: { min: 0.1 } }))).toBe(true);
    expect(
      canFail(gateRule({ metric: 'tone', stat: 'rate', threshold: 1 }), suite(20, { ...tone, mark: { min: 0 } })),
    ).toBe(false);
  });
});
