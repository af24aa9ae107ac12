import { describe, expect, it } from 'vitest';
import { judgeLive } from '../../core/rollouts/judge-live.js';
import { addValue, NO_SUMS } from '../../core/rollouts/sums.js';
import { type GateNow, rolloutVerdict } from './board.js';
import { gateNow, type ShownGate } from './gate-now.js';

const GATE: ShownGate = {
  ...{ prompt: 'p', metric: 'errors', stat: 'rate', stream: 'p errors', level: 'error' },
  ...({ values: 'rate', better: 'lower', bound: { kind: 'change', margin: 0.01, relative: false } } as const),
};

/** Both arms with as many calls, of which these shares failed. */
function shown(gate: ShownGate, control: number, candidate: number, calls = 4000): GateNow {
  const sumsOf = (share: number) => {
    let sums = NO_SUMS;
    for (let n = 0; n < calls; n++) sums = addValue(sums, n % 100 < 100 * share ? 1 : 0);
    return sums;
  };
  const counts = { control: sumsOf(control), candidate: sumsOf(candidate), paired: NO_SUMS };
  const step = {
    ...{ weight: 0.5, since: '2026-11-28T12:00:00.000Z', calls: { control: calls, candidate: calls } },
    streams: { [gate.stream]: counts },
  };
  return gateNow(judgeLive(gate, [step], 0.05));
}

/** What the picture says: where the whole interval lies. */
function side({ low, high, margin, harm }: GateNow): string {
  const [least, most] = [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY];
  if (harm === 'above') return least > margin ? 'fail' : most < margin ? 'pass' : 'wait';
  return most < margin ? 'fail' : least > margin ? 'pass' : 'wait';
}

describe('a decision as people read it', () => {
  it('more errors are a positive change, and harm lies above', () => {
    const gate = shown(GATE, 0.05, 0.15);
    expect(gate).toMatchObject({ verdict: 'fail', unit: 'share', margin: 0.01, harm: 'above' });
    expect(gate.estimate).toBeCloseTo(0.1, 6);
    expect(gate.low).toBeGreaterThan(0.01);
  });

  it.each<readonly [string, ShownGate, number, number]>([
    ['fewer errors', GATE, 0.15, 0.05],
    ['more errors', GATE, 0.05, 0.15],
    ['fewer passes', { ...GATE, better: 'higher' }, 0.9, 0.7],
    ['more passes', { ...GATE, better: 'higher' }, 0.7, 0.9],
    ['a share above its limit', { ...GATE, bound: { kind: 'value', side: 'max', threshold: 0.1 } }, 0.1, 0.2],
    ['a share below its limit', { ...GATE, bound: { kind: 'value', side: 'max', threshold: 0.3 } }, 0.1, 0.2],
    [
      'a share that is high enough',
      { ...GATE, better: 'higher', bound: { kind: 'value', side: 'min', threshold: 0.7 } },
      0.9,
      0.9,
    ],
    ['no difference, a few calls', GATE, 0.1, 0.1],
  ])('the picture says what the verdict says: %s', (_, gate, control, candidate) => {
    const now = shown(gate, control, candidate);
    expect(side(now)).toBe(now.verdict);
  });

  it('what nobody called is not known', () => {
    expect(shown(GATE, 0, 0, 0)).toMatchObject({ verdict: 'wait', estimate: null, low: null, high: null });
  });
});

it('gates that only warn decide nothing, and none is no verdict', () => {
  const gate = (level: 'error' | 'warn', verdict: GateNow['verdict']) => ({ level, verdict });
  expect(rolloutVerdict([])).toBe(null);
  expect(rolloutVerdict([gate('warn', 'pass')])).toBe(null);
  expect(rolloutVerdict([gate('error', 'pass'), gate('warn', 'fail')])).toBe('pass');
  expect(rolloutVerdict([gate('error', 'pass'), gate('error', 'wait')])).toBe('wait');
  expect(rolloutVerdict([gate('error', 'wait'), gate('error', 'fail')])).toBe('fail');
});
