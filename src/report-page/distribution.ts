import type { PageMetric } from './data.js';
import type { MetricScores, RunData } from './run-data.js';

const BINS = 32;

/** The scores of a metric in one column, counted in bins of equal width. */
export interface Distribution {
  readonly column: number;
  readonly bins: readonly Bin[];
  readonly values: number;
  readonly mean: number;
  readonly failed: number;
  readonly missing: number;
  readonly notApplicable: number;
}

export interface Bin {
  readonly failed: number;
  /** Those that pass, and those without a mark. */
  readonly others: number;
}

/** How a metric is spread, in every column, on one scale. */
export interface Spread {
  readonly low: number;
  readonly high: number;
  /** The height of the highest bin. */
  readonly most: number;
  /** The value nearest to the mark that still passes, where values tell; null where they do not. */
  readonly mark: number | null;
  readonly columns: readonly Distribution[];
}

/** Counts the scores of a metric. Shares lie from 0 to 1, whatever they are. */
export function spreadOf(data: RunData, metric: PageMetric, scores: MetricScores): Spread {
  const { low, high } = metric.unit === 'fraction' ? { low: 0, high: 1 } : rangeOf(data, metric, scores);
  const columns = data.columns.map(({ index }) => count(data, scores, index, low, high)).filter(isThere);
  const most = Math.max(1, ...columns.flatMap(({ bins }) => bins.map(({ failed, others }) => failed + others)));
  return { low, high, most, mark: markOf(data, metric, scores), columns };
}

function isThere({ values, missing, notApplicable }: Distribution): boolean {
  return values + missing + notApplicable > 0;
}

function rangeOf(data: RunData, { bounds }: PageMetric, { values }: MetricScores): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let sample = 0; sample < data.size; sample++) {
    const value = values[sample] ?? Number.NaN;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // A threshold far away would press all values into one bin
  for (const { value } of bounds) {
    if (value > high && value < high + 2 * (high - low)) high = value;
    if (value < low && value > low - 2 * (high - low)) low = value;
  }
  return low < high ? { low, high } : { low: low - 0.5, high: low + 0.5 };
}

function count(data: RunData, scores: MetricScores, column: number, low: number, high: number): Distribution {
  const failedIn = new Uint32Array(BINS);
  const othersIn = new Uint32Array(BINS);
  let [values, sum, failed, missing, notApplicable] = [0, 0, 0, 0, 0];
  for (let sample = 0; sample < data.size; sample++) {
    if (data.column[sample] !== column) continue;
    const mark = data.mark(scores, sample);
    if (mark === 'missing') missing++;
    if (mark === 'not-applicable') notApplicable++;
    const value = scores.values[sample] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * BINS)));
    values++;
    sum += value;
    if (mark === 'failed') failed++;
    const bins = mark === 'failed' ? failedIn : othersIn;
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const bins = Array.from(failedIn, (n, bin) => ({ failed: n, others: othersIn[bin] ?? 0 }));
  return { column, bins, values, mean: sum / values, failed, missing, notApplicable };
}

/** Where scores begin to pass, when all that fail lie on one side of it. */
function markOf(data: RunData, { better }: PageMetric, scores: MetricScores): number | null {
  const sign = better === 'higher' ? 1 : -1;
  let [best, worst] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let sample = 0; sample < data.size; sample++) {
    const mark = data.mark(scores, sample);
    const value = sign * (scores.values[sample] ?? Number.NaN);
    if (mark === 'failed' && value > best) best = value;
    if (mark === 'passed' && value < worst) worst = value;
  }
  return best < worst && Number.isFinite(best) && Number.isFinite(worst) ? sign * worst : null;
}

/** What one column took and cost. */
export interface ColumnTotals {
  readonly column: number;
  readonly samples: number;
  readonly passed: number;
  readonly errors: number;
  /** Rising, of the samples whose time is known. */
  readonly latencies: Float64Array;
  readonly usd: number;
  /** Samples whose price is known. */
  readonly priced: number;
}

export function totalsOf(data: RunData): readonly ColumnTotals[] {
  return data.columns.map(({ index }) => {
    const latencies: number[] = [];
    let [samples, passed, errors, usd, priced] = [0, 0, 0, 0, 0];
    for (let sample = 0; sample < data.size; sample++) {
      if (data.column[sample] !== index) continue;
      samples++;
      const outcome = data.outcome(sample);
      if (outcome === 'passed') passed++;
      if (outcome === 'error') errors++;
      const [latency, price] = [data.latencyMs[sample] ?? Number.NaN, data.usd[sample] ?? Number.NaN];
      if (!Number.isNaN(latency)) latencies.push(latency);
      if (Number.isNaN(price)) continue;
      usd += price;
      priced++;
    }
    return { column: index, samples, passed, errors, latencies: Float64Array.from(latencies).sort(), usd, priced };
  });
}
