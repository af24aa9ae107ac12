import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GateResult } from '../../model/run-record.js';
import { exitCodeOf, type Judged, verdictOf } from './exit-code.js';

type Gate = Pick<GateResult, 'verdict' | 'blocks'>;

function judged(gates: readonly Gate[], changes: Partial<Judged> = {}): Judged {
  // The code looks at nothing else of a gate
  return {
    gates: gates as GateResult[],
    samples: { planned: 10, finished: 10, errors: 0 },
    interrupted: false,
    ...changes,
  };
}
const pass: Gate = { verdict: 'pass', blocks: false };
const fail: Gate = { verdict: 'fail', blocks: true };
const warned: Gate = { verdict: 'fail', blocks: false };
const inconclusive: Gate = { verdict: 'inconclusive', blocks: true };
const error: Gate = { verdict: 'error', blocks: true };

it.each<[string, Judged, number]>([
  ['all gates pass', judged([pass, pass]), 0],
  ['a gate at level warn fails', judged([pass, warned]), 0],
  ['a gate fails', judged([pass, fail]), 1],
  ['a gate fails and another cannot be judged', judged([error, fail, inconclusive]), 1],
  ['a gate is inconclusive', judged([pass, inconclusive]), 3],
  ['a gate cannot be judged', judged([pass, error]), 3],
  [
    'a sample has an error that no gate looks at',
    judged([pass], { samples: { planned: 10, finished: 10, errors: 1 } }),
    3,
  ],
  ['a sample was not run', judged([pass], { samples: { planned: 10, finished: 9, errors: 0 } }), 3],
  ['nothing was planned', judged([pass], { samples: { planned: 0, finished: 0, errors: 0 } }), 3],
  ['its deadline had passed', judged([pass], { late: true }), 3],
  ['its deadline had passed, and a gate fails', judged([fail], { late: true }), 1],
  ['interrupted', judged([pass], { interrupted: true }), 130],
  ['interrupted with a failed gate', judged([fail], { interrupted: true }), 130],
  ['interrupted by Ctrl-C', judged([pass], { interrupted: true, signal: 'SIGINT' }), 130],
  ['terminated', judged([pass], { interrupted: true, signal: 'SIGTERM' }), 143],
])('%s: exit code', (_, run, code) => {
  expect(exitCodeOf(run)).toBe(code);
});

it('is 0 only when everything planned was evaluated and no gate blocks', () => {
  const gates = fc.array(fc.constantFrom(pass, fail, warned, inconclusive, error));
  const samples = fc.record({ planned: fc.nat(3), finished: fc.nat(3), errors: fc.nat(3) });
  fc.assert(
    fc.property(gates, samples, fc.boolean(), (some, counts, interrupted) => {
      const run = judged(some, { samples: counts, interrupted });
      if (exitCodeOf(run) !== 0) return;
      expect(verdictOf(run)).toBe('pass');
      expect(some.some((gate) => gate.blocks)).toBe(false);
      expect(counts.planned).toBeGreaterThan(0);
      expect(counts.finished).toBeGreaterThanOrEqual(counts.planned);
      expect(counts.errors + Number(interrupted)).toBe(0);
    }),
  );
});
