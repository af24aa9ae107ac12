import type { StepCounts, StreamCounts, Sums } from '../../model/live-counts.js';
import { type JudgedGate, measureQuantity } from './measured-quantity.js';
import { addSums, NO_SUMS } from './sums.js';
import { judgeQuantity } from './verdict.js';

/** Beyond this many calls of the candidate nobody waits for a gate. */
const MOST = 10_000_000;

/** What one expects of a stream: the control's mean, the standard deviation of a value, and that of a pair's difference. */
export interface Assumed {
  readonly control: number;
  readonly candidate: number;
  readonly deviation: number;
  /** Given under shadow only. */
  readonly ofPairs?: number;
}

/**
 * Calls of the candidate until a gate would decide, if the counts came just as assumed: about half of the rollouts take
 * longer. Of a log-mean all figures are those of the logarithms. Null when it would never decide, as for a candidate that is just on the margin.
 */
export function callsNeeded(gate: JudgedGate, assumed: Assumed, weight: number, alpha: number): number | null {
  const each = (mean: number, deviation: number): Sums => ({ n: 1, sum: mean, squares: mean ** 2 + deviation ** 2 });
  const difference = assumed.candidate - assumed.control;
  const share = weight > 0 && weight < 1 ? (1 - weight) / weight : 1;
  const growth: StreamCounts = {
    control: times(each(assumed.control, assumed.deviation), assumed.ofPairs === undefined ? share : 1),
    candidate: each(assumed.candidate, assumed.deviation),
    paired: assumed.ofPairs === undefined ? NO_SUMS : each(difference, assumed.ofPairs),
  };
  return firstDecision(gate, [], { weight, growth }, alpha);
}

/** Further calls of the candidate until a gate decides when the last step goes on as all went so far; null when that is not known. */
export function callsUntil(gate: JudgedGate, steps: readonly StepCounts[], alpha: number): number | null {
  const last = steps.at(-1);
  const counted =
    last !== undefined && Object.hasOwn(last.streams, gate.stream) ? last.streams[gate.stream] : undefined;
  if (last === undefined || counted === undefined || counted.candidate.n === 0) return null;
  const growth = {
    control: times(counted.control, 1 / counted.candidate.n),
    candidate: times(counted.candidate, 1 / counted.candidate.n),
    paired: times(counted.paired, 1 / counted.candidate.n),
  };
  return firstDecision(gate, steps, { weight: last.weight, growth }, alpha);
}

interface Growth {
  readonly weight: number;
  /** What comes with each call of the candidate. */
  readonly growth: StreamCounts;
}

/** The fewest calls after which it is decided: doubled until it is, then halved to within a hundredth. */
function firstDecision(
  gate: JudgedGate,
  steps: readonly StepCounts[],
  { weight, growth }: Growth,
  alpha: number,
): number | null {
  const isDecided = (calls: number): boolean => {
    const more = {
      control: times(growth.control, calls),
      candidate: times(growth.candidate, calls),
      paired: times(growth.paired, calls),
    };
    return judgeQuantity(gate, measureQuantity(gate, goOn(steps, gate.stream, weight, more)), alpha) !== 'wait';
  };
  let high = 16;
  while (!isDecided(high)) {
    high *= 2;
    if (high > MOST) return null;
  }
  let low = high === 16 ? 0 : high / 2;
  while (high - low > Math.max(1, high / 100)) {
    const middle = Math.floor((low + high) / 2);
    if (isDecided(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The steps with more in the last one, which is a new one where there is none. */
function goOn(steps: readonly StepCounts[], stream: string, weight: number, more: StreamCounts): StepCounts[] {
  const last = steps.at(-1);
  const counted = last?.streams[stream];
  const streams = {
    [stream]: {
      control: addSums(counted?.control ?? NO_SUMS, more.control),
      candidate: addSums(counted?.candidate ?? NO_SUMS, more.candidate),
      paired: addSums(counted?.paired ?? NO_SUMS, more.paired),
    },
  };
  const calls = { control: 0, candidate: 0 };
  return [...steps.slice(0, -1), { weight, since: last?.since ?? '', calls, streams }];
}

/** So many times these: not whole numbers, as what is expected seldom is. */
function times({ n, sum, squares }: Sums, factor: number): Sums {
  return { n: n * factor, sum: sum * factor, squares: squares * factor };
}
