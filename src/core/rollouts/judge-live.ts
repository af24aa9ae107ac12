import type { LiveVerdict } from '../../model/gateway-status.js';
import type { RolloutCounts, StepCounts } from '../../model/live-counts.js';
import { findZero } from '../stats/find-zero.js';
import { callsUntil } from './calls-needed.js';
import { type Lacking, lackingOf } from './lacking.js';
import { currentStream, type MeasuredBy } from './live-series.js';
import { type JudgedGate, type MeasuredQuantity, measureQuantity } from './measured-quantity.js';
import { judgeQuantity } from './verdict.js';

/** What all gates of one level may be wrong in together, however often a rollout is looked at. */
const SHARED = 0.05;

/** What is known of a gate by now. */
export interface LiveDecision<Gate extends JudgedGate = JudgedGate> {
  readonly gate: Gate;
  readonly verdict: LiveVerdict;
  /** The change, where better is positive, or the value; in the gate's own unit. Null without values. */
  readonly estimate: number | null;
  /** Each end holds at every look at once at this gate's share of the error. Null: nothing is known on that side. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: { readonly control: number; readonly candidate: number };
  readonly method: string;
  /** Further calls of the candidate until it could decide, if all goes on as it is; null when that is not known. */
  readonly needed: number | null;
  /** Which values are missing, where that alone keeps the gate from passing. */
  readonly lacking?: Lacking;
}

/**
 * Judges a gate by all that was counted. `alpha` is its share of the error: the chance that it ever fails although the
 * candidate is within the margin, and the chance that it ever passes although the candidate is beyond it, looked at as often as one likes.
 * Depends on nothing but its arguments, so a decision can be computed again from the ledger.
 */
export function judgeLive<Gate extends JudgedGate>(
  gate: Gate,
  steps: readonly StepCounts[],
  alpha: number,
): LiveDecision<Gate> {
  const quantity = measureQuantity(gate, steps);
  const proven = judgeQuantity(gate, quantity, alpha);
  // What is left of one arm proves nothing good of the whole of it
  const lacking = proven === 'pass' ? lackingOf(gate.stream, steps) : null;
  const verdict = lacking === null ? proven : 'wait';
  const goal = -Math.log(alpha);
  return {
    gate,
    verdict,
    estimate: quantity.estimate,
    low: findEnd(quantity, quantity.above, quantity.reach[0], goal),
    high: findEnd(quantity, quantity.below, quantity.reach[1], goal),
    n: countValues(gate, steps),
    method: quantity.method,
    needed: proven === 'wait' ? callsUntil(gate, steps, alpha) : lacking === null ? 0 : null,
    ...(lacking !== null && { lacking }),
  };
}

/** Judges all gates of a rollout. Those of a level share 5 % evenly: warnings take nothing from what rolls back. */
export function judgeAll<Gate extends JudgedGate & MeasuredBy>(
  gates: readonly Gate[],
  counts: RolloutCounts,
): LiveDecision<Gate>[] {
  return gates.map((gate) => {
    const stream = currentStream(gate, counts);
    return { ...judgeLive({ ...gate, stream }, counts.steps, shareOf(gate, gates)), gate };
  });
}

/** A gate's share of the 5 %. */
export function shareOf(gate: JudgedGate, gates: readonly JudgedGate[]): number {
  return SHARED / Math.max(1, gates.filter(({ level }) => level === gate.level).length);
}

/** Where the evidence reaches the goal between the estimate and the end of what is possible. */
function findEnd(
  { estimate }: MeasuredQuantity,
  evidence: (limit: number) => number,
  end: number,
  goal: number,
): number | null {
  if (estimate === null) return null;
  const excess = (limit: number) => evidence(limit) - goal;
  if (!(excess(estimate) < 0)) return estimate;
  const far = Number.isFinite(end)
    ? estimate + (end - estimate) * (1 - 1e-9)
    : reachOut(excess, estimate, Math.sign(end));
  return far === null || !(excess(far) > 0) ? null : findZero(excess, Math.min(estimate, far), Math.max(estimate, far));
}

/** A limit in this direction that is proven to be too far. */
function reachOut(excess: (limit: number) => number, start: number, direction: number): number | null {
  for (let width = Math.max(Math.abs(start), 1e-6) / 16; width < 1e12; width *= 2) {
    if (excess(start + direction * width) > 0) return start + direction * width;
  }
  return null;
}

function countValues(gate: JudgedGate, steps: readonly StepCounts[]): LiveDecision['n'] {
  let [control, candidate] = [0, 0];
  for (const { streams } of steps) {
    if (!Object.hasOwn(streams, gate.stream)) continue;
    control += streams[gate.stream]?.control.n ?? 0;
    candidate += streams[gate.stream]?.candidate.n ?? 0;
  }
  return { control, candidate };
}
