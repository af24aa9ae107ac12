import type { LiveGate } from '../../model/live.js';
import { describeChange } from '../text/change-words.js';
import { formatBeside } from '../text/format.js';
import type { LiveDecision } from './judge-live.js';
import { isLiveMetric, LIVE_METRICS } from './live-metrics.js';

/** What of a gate its words depend on. */
export type WordedGate = Pick<LiveGate, 'metric' | 'values' | 'better' | 'bound'>;

/** A live gate in words, the same for a terminal and a page: no sign that could be read either way. */
export interface LiveWords {
  /** `37% slower`; null while nothing is known. */
  readonly found: string | null;
  /** What is not ruled out: `31.8% slower to 43.2% slower`; a side of which nothing is known is `?`. Null while nothing is known. */
  readonly bounds: string | null;
  /** `at most 80% slower`, `at least 90%`. */
  readonly allowed: string;
}

/** How a gate stands, in words. */
export function liveWords({
  gate,
  estimate,
  low,
  high,
}: Pick<LiveDecision, 'estimate' | 'low' | 'high'> & { readonly gate: WordedGate }): LiveWords {
  const say = (value: number | null) => (value === null ? '?' : sayOf(gate, value));
  return {
    found: estimate === null ? null : say(estimate),
    bounds: low === null && high === null ? null : `${say(low)} to ${say(high)}`,
    allowed: allowedBy(gate),
  };
}

function allowedBy(gate: WordedGate): string {
  const { bound } = gate;
  if (bound.kind === 'change') return bound.margin === 0 ? 'nothing worse' : `at most ${sayOf(gate, -bound.margin)}`;
  return `at ${bound.side === 'max' ? 'most' : 'least'} ${sayOf(gate, bound.threshold)}`;
}

/** A value in its own unit, or a change, where better is positive, in words. */
function sayOf({ metric, values, better, bound }: WordedGate, value: number): string {
  const unit = isLiveMetric(metric) ? LIVE_METRICS[metric].unit : 'number';
  const isShare = values === 'rate' || (bound.kind === 'change' && bound.relative);
  if (bound.kind === 'value')
    return isShare ? `${figure(100 * value, 100 * bound.threshold)}%` : formatBeside(value, bound.threshold, unit);
  const scale = isShare ? 100 : 1;
  // What sums are off by is no change
  const size = Math.abs(value) < 1e-12 ? '0' : figure(scale * Math.abs(value), scale * bound.margin);
  // A rate that went from 1% to 2% is one point higher, and not "1%", which could be of what it was
  const amount = bound.relative ? `${size}%` : isShare ? `${size} ${size === '1' ? 'point' : 'points'}` : size;
  // How often something is beyond a bound is higher or lower, whatever it is that is beyond
  const words = values === 'rate' ? 'fraction' : unit;
  return describeChange({ size: amount, rises: value > 0 === (better === 'higher') }, words);
}

/** Three digits, or as many as tell it from the bound beside which it stands. */
function figure(value: number, bound: number): string {
  for (let digits = 3; digits < 15; digits++) {
    const shown = Number(value.toPrecision(digits));
    if (shown !== bound || Math.abs(value - bound) <= 1e-9 * Math.max(1, bound)) return String(shown);
  }
  return String(value);
}
