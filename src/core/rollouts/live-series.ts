import type { RolloutCounts } from '../../model/live-counts.js';

/** What a gate or a score is of. */
export interface MeasuredBy {
  readonly prompt: string;
  readonly metric: string;
}

/** What a metric's series is known by in counts. */
export function seriesKey({ prompt, metric }: MeasuredBy): string {
  return `${prompt} ${metric}`;
}

/**
 * The name of a stream in one series of its metric. Scores of another judge, rubric or revision are no scores of one metric:
 * they are counted under another name, and never added to those before.
 */
export function streamInSeries(stream: string, series: string): string {
  return `${stream} #${series}`;
}

/** Whether a score is not of the series that its metric was counted in so far. */
export function endsSeries(
  { series = {} }: Pick<RolloutCounts, 'series'>,
  score: MeasuredBy & { readonly series: string },
): boolean {
  const key = seriesKey(score);
  return Object.hasOwn(series, key) && series[key] !== score.series;
}

/** The stream that a gate is judged by now: that of the newest series of its metric. What gateways measure by themselves has none. */
export function currentStream(
  gate: MeasuredBy & { readonly stream: string },
  { series = {} }: Pick<RolloutCounts, 'series'>,
): string {
  const key = seriesKey(gate);
  const own = Object.hasOwn(series, key) ? series[key] : undefined;
  return own === undefined ? gate.stream : streamInSeries(gate.stream, own);
}

/** What gates call a stream that counts name so: a score's without its series. That of a series which is over stays as it is. */
export function streamOfGates(name: string, { series = {} }: Pick<RolloutCounts, 'series'>): string {
  const ending = Object.values(series)
    .map((own) => streamInSeries('', own))
    .find((each) => name.endsWith(each));
  return ending === undefined ? name : name.slice(0, -ending.length);
}
