import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADA, hour, releaseAt } from '../../../test/helpers/ledger.js';
import type { LiveGate } from '../../model/live.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import type { Rollout } from '../releases/state.js';
import { decideNext, type JudgedCounts, lineOf, next } from './next.js';
import { NO_SUMS } from './sums.js';

const HOUR = 3_600_000;
const START = Date.parse(hour(0));
const ERRORS: LiveGate = {
  ...{ prompt: 'reply', metric: 'errors', stat: 'rate', stream: 'reply errors', values: 'rate', better: 'lower' },
  bound: { kind: 'change', margin: 0.01, relative: false },
  level: 'error',
};
const STEPS = [
  { weight: 0.1, calls: 20, for: HOUR },
  { weight: 0.5, calls: 100 },
];

function rolloutWith(plan: Partial<Rollout['plan']> = {}, other: Partial<Rollout> = {}): Rollout {
  const live = { reply: { sample: 0.1, metrics: [], gates: [ERRORS] } };
  return {
    line: 2,
    releases: [{ ...releaseAt(2), replaces: releaseAt(1).digest, risk: 'low' }],
    plan: { strategy: 'canary', steps: STEPS, live, ...plan },
    ...{ weight: 0.1, paused: false, since: hour(0), weightSince: hour(0), by: ADA },
    ...other,
  };
}

function counted(candidate: number, { errors = 0, weight = 0.1, since = hour(0) } = {}): RolloutCounts {
  const rate = (n: number, sum: number) => ({ n, sum, squares: sum });
  const control = Math.round((candidate * (1 - weight)) / weight);
  const streams = {
    'reply errors': { control: rate(control, 0), candidate: rate(candidate, errors), paired: NO_SUMS },
  };
  return { rollout: 'dev-2', steps: [{ weight, since, calls: { control, candidate }, streams }] };
}

const NOTHING: RolloutCounts = { rollout: 'dev-2', steps: [] };

describe('a canary', () => {
  it('goes on when its calls and its time are over', () => {
    const rollout = rolloutWith();
    expect(next(rollout, counted(19), START + HOUR)).toMatchObject({ actions: [], waits: /19 of 20/ });
    expect(next(rollout, counted(20), START + HOUR - 1)).toMatchObject({ actions: [], waits: /this step goes on/ });
    expect(next(rollout, counted(20), START + HOUR).actions).toEqual([{ action: 'step', weight: 0.5 }]);
  });

  it('counts the calls of a step for that step', () => {
    const rollout = rolloutWith({}, { weight: 0.5, weightSince: hour(1) });
    expect(next(rollout, counted(5000), START + 9 * HOUR).actions).toEqual([]);
  });

  it('goes by no counts of an earlier rollout of its name, as a ledger that was made anew has them', () => {
    const rollout = rolloutWith({}, { weight: 0.5, since: hour(2), weightSince: hour(2) });
    const found = next(rollout, counted(5000, { weight: 0.5, since: hour(1) }), START + 9 * HOUR);
    expect(found).toMatchObject({ actions: [], waits: 'rate of errors (reply) has no values yet' });
  });

  it('is complete when every gate that can end it has passed', () => {
    const rollout = rolloutWith({}, { weight: 0.5 });
    const early = next(rollout, counted(100, { weight: 0.5 }), START + HOUR);
    expect(early).toMatchObject({ actions: [], waits: 'rate of errors (reply) is not decided yet' });
    expect(next(rollout, counted(5000, { weight: 0.5 }), START + HOUR).actions).toEqual([{ action: 'complete' }]);
  });

  it('gives no candidate all calls whose gates have not passed', () => {
    const rollout = rolloutWith({
      steps: [
        { weight: 0.1, calls: 20 },
        { weight: 1, for: HOUR },
      ],
    });
    const early = next(rollout, counted(100), START + HOUR);
    expect(early).toMatchObject({ actions: [], waits: 'rate of errors (reply) is not decided yet' });
    expect(next(rollout, counted(5000), START + HOUR).actions).toEqual([{ action: 'step', weight: 1 }]);
  });

  it.each(['rollback', 'pause'] as const)('with a failed gate does what its plan says: %s', (onFail) => {
    const found = next(rolloutWith({ onFail }), counted(200, { errors: 60 }), START);
    expect(found.actions).toEqual([{ action: onFail, reason: 'rate of errors (reply) failed' }]);
  });

  it('pauses when the arms do not get what they should', () => {
    const wrong = counted(500);
    const steps = wrong.steps.map((step) => ({ ...step, calls: { control: 500, candidate: 500 } }));
    expect(next(rolloutWith(), { ...wrong, steps }, START).actions).toMatchObject([{ action: 'pause' }]);
  });

  it('goes back at its deadline, also when nothing was counted', () => {
    const rollout = rolloutWith({ deadline: 2 * HOUR });
    expect(next(rollout, NOTHING, START + 2 * HOUR - 1).actions).toEqual([]);
    expect(next(rollout, NOTHING, START + 2 * HOUR).actions).toMatchObject([{ action: 'rollback' }]);
    expect(next({ ...rollout, paused: true }, NOTHING, START + 9 * HOUR).actions).toEqual([]);
  });

  it('without live gates goes on by hand only', () => {
    const { live: _, ...plan } = rolloutWith().plan;
    const found = next({ ...rolloutWith(), plan }, counted(5000), START + 9 * HOUR);
    expect(found).toMatchObject({ actions: [], waits: /goes on by hand/ });
  });
});

describe('the line of a move', () => {
  const move = { action: 'rollback', reason: 'errors' } as const;

  it('takes every candidate back to what is live, with what it rests on', () => {
    const live = new Map([['reply', { release: releaseAt(1) }]]);
    expect(lineOf(rolloutWith(), move, live, { n: 1 })).toEqual({
      ...{ action: 'rollback', reason: 'errors', figures: { n: 1 } },
      releases: [{ removed: releaseAt(2), to: releaseAt(1) }],
    });
    expect(lineOf(rolloutWith(), { action: 'complete' }, live, undefined)).toEqual({ action: 'complete', rollout: 2 });
  });

  it('is none where nothing is live to go back to', () => {
    expect(lineOf(rolloutWith(), move, new Map(), {})).toBeNull();
  });
});

describe('other strategies', () => {
  it('blue-green gives all calls to the candidate when its gates have passed in the shadow', () => {
    const rollout = rolloutWith({ strategy: 'blue-green', steps: [{ weight: 0, calls: 10 }] }, { weight: 0 });
    const step = { ...counted(3000, { weight: 0.5 }).steps[0], weight: 0 } as RolloutCounts['steps'][number];
    const pass: JudgedCounts = {
      decisions: [{ gate: ERRORS, verdict: 'pass', n: { control: 9, candidate: 9 } }],
      ratio: { off: false, why: null },
    };
    expect(decideNext(rollout, { ...NOTHING, steps: [step] }, pass, START)).toEqual({ action: 'step', weight: 1 });
  });
});

const someVerdict = fc.constantFrom('pass' as const, 'fail' as const, 'wait' as const);
const someRollout = fc
  .record({
    strategy: fc.constantFrom('canary' as const, 'blue-green' as const, 'shadow' as const, 'direct' as const),
    steps: fc.option(
      fc.array(
        fc.record(
          { weight: fc.constantFrom(0, 0.1, 0.5, 1), calls: fc.integer({ min: 1, max: 50 }), for: fc.nat(HOUR) },
          { requiredKeys: ['weight'] },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      { nil: undefined },
    ),
    weight: fc.constantFrom(0, 0.05, 0.1, 0.5, 1),
    paused: fc.boolean(),
    onFail: fc.constantFrom('rollback' as const, 'pause' as const),
  })
  .map(({ weight, paused, ...plan }) => rolloutWith(plan, { weight, paused }));

describe('for any rollout', () => {
  it('nothing goes on without data, and what is paused stays', () => {
    fc.assert(
      fc.property(
        someRollout,
        someVerdict,
        fc.nat(20),
        fc.nat(20),
        fc.nat(9 * HOUR),
        (rollout, verdict, a, b, later) => {
          const judged: JudgedCounts = {
            decisions: [{ gate: ERRORS, verdict, n: { control: a, candidate: b } }],
            ratio: { off: false, why: null },
          };
          const move = decideNext(rollout, counted(b, { weight: 0.5 }), judged, START + later);
          const goesOn = typeof move !== 'string' && (move.action === 'step' || move.action === 'complete');
          if (rollout.paused) expect(typeof move).toBe('string');
          if (a === 0 || b === 0 || verdict === 'fail') expect(goesOn).toBe(false);
          if (typeof move !== 'string' && move.action === 'complete') expect(verdict).toBe('pass');
          if (typeof move !== 'string' && move.action === 'step') expect(move.weight).toBeGreaterThan(rollout.weight);
          expect(decideNext(rollout, counted(b, { weight: 0.5 }), judged, START + later)).toEqual(move);
        },
      ),
    );
  });

  it('a step is not taken twice by the counts that led to it', () => {
    const taken = rolloutWith({}, { weight: 0.5, weightSince: hour(1) });
    expect(next(taken, counted(20), START + HOUR).actions).toEqual([]);
  });
});
