import type { Rollout } from '../../core/releases/state.js';
import type { LiveDecision } from '../../core/rollouts/judge-live.js';
import { liveWords } from '../../core/rollouts/live-words.js';
import type { JudgedGate } from '../../core/rollouts/measured-quantity.js';
import { next } from '../../core/rollouts/next.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import type { GateNow, RolloutStanding } from './board.js';

/** A gate that people can be told of. */
export interface ShownGate extends JudgedGate {
  readonly prompt: string;
  readonly metric: string;
  readonly stat: string;
}

/**
 * A decision as people read it: a change is candidate minus control, as it was measured, where the decision has it with
 * better as positive. So a latency that rose by 18 % stands there as 18 %, and harm lies above.
 */
export function gateNow(decision: LiveDecision<ShownGate>): GateNow {
  const { gate, verdict, estimate, low, high, n, method, needed } = decision;
  const { prompt, metric, stat, level, bound, better, values } = gate;
  const about = { prompt, metric, stat, level, verdict, words: liveWords(decision), calls: n, needed, method };
  const isShare = values === 'rate' || (bound.kind === 'change' && bound.relative);
  const unit = isShare ? 'share' : 'number';
  if (bound.kind === 'value') {
    const harm = bound.side === 'max' ? 'above' : 'below';
    return { ...about, unit, estimate, low, high, margin: bound.threshold, harm };
  }
  if (better === 'higher') return { ...about, unit, estimate, low, high, margin: -bound.margin, harm: 'below' };
  const [from, to] = [negated(high), negated(low)];
  return { ...about, unit, estimate: negated(estimate), low: from, high: to, margin: bound.margin, harm: 'above' };
}

/** A rollout by what was counted of it until `now`, in milliseconds. */
export function standingOf(rollout: Rollout, counts: RolloutCounts, now: number): RolloutStanding {
  const { decisions, waits } = next(rollout, counts, now);
  return { gates: decisions.map(gateNow), waits };
}

/** Without the -0 that people would read. */
function negated(value: number | null): number | null {
  return value === null || value === 0 ? value : -value;
}
