import { isLiveMetric, LIVE_METRICS, type StreamReading, streamOf } from '../../core/rollouts/live-metrics.js';
import { didYouMean } from '../../core/text/suggest.js';
import type { LiveGate, LiveStat, WrittenLiveGate } from '../../model/live.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import type { Unit } from '../../model/quantity.js';
import type { WrittenQuantity } from '../../model/written-quantity.js';
import type { Source } from '../source/yaml-source.js';
import { thresholdIn } from './threshold.js';

/** What a gate can be about: a metric that the gateway has by itself, or one of `live.metrics`. */
interface Measured {
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
  /** Whether a score of it passes or not. */
  readonly marked: boolean;
  readonly isRate: boolean;
  readonly hasLog: boolean;
}

type Fault = { readonly key: 'metric' | 'stat' | 'min' | 'max' | 'maxDrop'; readonly message: string };

/** The gates under `live` of a thresholds file, each with the stream that it is judged by. */
export function resolveLiveGates(
  prompt: string,
  gates: readonly WrittenLiveGate[],
  entries: readonly MetricEntry[],
  source: Source,
): WithProblems<readonly LiveGate[]> {
  const problems: Problem[] = [];
  const value = gates.flatMap((gate, index): LiveGate[] => {
    const resolved = resolveGate(prompt, gate, entries);
    if (!('key' in resolved)) return [resolved];
    const { key, message } = resolved;
    problems.push({ ...source.at(['live', 'gates', index, key]), message });
    return [];
  });
  return { value, problems };
}

function resolveGate(prompt: string, gate: WrittenLiveGate, entries: readonly MetricEntry[]): LiveGate | Fault {
  const { metric, level, min, max, maxDrop } = gate;
  const measured = measure(metric, entries);
  if (measured === null) {
    const known = [...Object.keys(LIVE_METRICS), ...entries.map(({ id }) => id)];
    const guess = didYouMean(metric, known);
    return { key: 'metric', message: `there is no live metric ${metric}${guess || `: known are ${known.join(', ')}`}` };
  }
  const stat = gate.stat ?? (measured.isRate ? 'rate' : 'mean');
  const unfit = explainStat(stat, metric, measured, maxDrop !== undefined);
  if (unfit !== null) return { key: 'stat', message: unfit };
  const ofRate = stat === 'rate';
  const unit = ofRate ? 'fraction' : measured.unit;
  const better = ofRate && !measured.isRate ? 'higher' : measured.better;
  const common = { prompt, metric, stat, level };
  if (maxDrop !== undefined) {
    const relative = maxDrop.unit === 'percent' && !ofRate;
    if (relative && !measured.hasLog)
      return {
        key: 'maxDrop',
        message: `\`maxDrop\` of a mean of ${metric} is an amount: a share of it cannot be judged on live calls`,
      };
    const margin = relative ? maxDrop.value : thresholdIn(maxDrop, unit);
    if (typeof margin !== 'number') return { key: 'maxDrop', message: `\`maxDrop\` ${margin.problem}` };
    if (margin < 0) return { key: 'maxDrop', message: '`maxDrop` must not be negative' };
    if (unit === 'fraction' && margin >= 1)
      return { key: 'maxDrop', message: '`maxDrop` of all there is allows anything; write a smaller one' };
    const reading: StreamReading = { kind: ofRate ? kindOfRate(measured) : relative ? 'log' : 'value' };
    const values = ofRate ? 'rate' : relative ? 'log-mean' : 'mean';
    const bound = { kind: 'change', margin, relative } as const;
    return { ...common, stream: streamOf(prompt, metric, reading), values, better, bound };
  }
  const side = min === undefined ? 'max' : 'min';
  const threshold = thresholdIn(min ?? (max as WrittenQuantity), unit);
  if (typeof threshold !== 'number') return { key: side, message: `\`${side}\` ${threshold.problem}` };
  const quantile = quantileOf(stat);
  if (quantile === null) {
    const reading: StreamReading = { kind: ofRate ? kindOfRate(measured) : 'value' };
    const bound = { kind: 'value', side, threshold } as const;
    return { ...common, stream: streamOf(prompt, metric, reading), values: ofRate ? 'rate' : 'mean', better, bound };
  }
  // The 95th percentile is at most 4 s when at most 5 % are above it, and at least so when at most 95 % are below
  const reading: StreamReading = { kind: side === 'max' ? 'above' : 'below', bound: threshold };
  const share = Number((side === 'max' ? 1 - quantile : quantile).toFixed(4));
  const bound = { kind: 'value', side: 'max', threshold: share } as const;
  return { ...common, stream: streamOf(prompt, metric, reading), values: 'rate', better: 'lower', bound };
}

function measure(metric: string, entries: readonly MetricEntry[]): Measured | null {
  if (isLiveMetric(metric)) {
    const { unit, better, isRate, logFrom } = LIVE_METRICS[metric];
    return { unit, better, isRate, marked: isRate, hasLog: logFrom !== null };
  }
  const entry = entries.find(({ id }) => id === metric);
  if (!entry) return null;
  const { unit, better, mark } = entry;
  return { unit, better, isRate: false, marked: mark !== null, hasLog: false };
}

function kindOfRate({ isRate }: Measured): 'value' | 'passed' {
  return isRate ? 'value' : 'passed';
}

function explainStat(stat: LiveStat, metric: string, { marked, isRate }: Measured, compares: boolean): string | null {
  if (isRate && stat !== 'rate') return `${metric} is a share of calls: its stat is rate`;
  if (stat === 'rate' && !marked) return `${metric} has no pass mark, so it has no rate; give it a min or max`;
  if (compares && quantileOf(stat) !== null)
    return `the ${stat} is judged on live calls by how many lie beyond a bound; use min or max, or stat: mean`;
  return null;
}

function quantileOf(stat: LiveStat): number | null {
  if (stat === 'median') return 0.5;
  return stat.startsWith('p') ? Number(stat.slice(1)) / 100 : null;
}
