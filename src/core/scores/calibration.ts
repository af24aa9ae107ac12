import { cohensKappa, type KappaWeights } from '../stats/agreement.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import { type ClusterName, effectiveSize, groupByCluster } from '../stats/clusters.js';
import { pearson, spearman } from '../stats/correlation.js';
import type { Interval } from '../stats/interval.js';
import { wilson, wilsonOfSize } from '../stats/proportion.js';
import { midranks } from '../stats/ranks.js';

/** The confidence of every interval of a calibration. */
const CONFIDENCE = 0.95;
const SEED = 'calibration';
const RESAMPLES = 2000;

/** What a row shows to be judged: rows that show the same are one piece of evidence, whatever people said of each. */
export interface Labelled {
  readonly item: ClusterName;
}

/** A share of some rows, with Wilson's interval; null over nothing. */
export interface Share {
  readonly hits: number;
  readonly n: number;
  /** How many rows that show different things would tell as much. */
  readonly size: number;
  readonly rate: number | null;
  readonly interval: Interval | null;
}

/** What two raters say about the same items: `label` is the one to be believed. */
export interface LabelPair extends Labelled {
  readonly label: string;
  readonly predicted: string;
}

/** How well two raters agree. `table[i][j]` items have label i and were predicted j. */
export interface LabelAgreement {
  readonly categories: readonly string[];
  readonly table: readonly (readonly number[])[];
  readonly agreement: Share;
  /** Cohen's; null when chance alone agrees always. */
  readonly kappa: number | null;
  readonly kappaInterval: Interval | null;
  /** With near misses as partial agreement, in the order of the categories. */
  readonly weighted: { readonly linear: number | null; readonly quadratic: number | null };
}

/**
 * Agreement of the labels of two raters. Categories are ordered as numbers where all are, else by name. The interval of
 * kappa is a percentile bootstrap over the items with a fixed seed.
 */
export function agreementOf(pairs: readonly LabelPair[]): LabelAgreement {
  const categories = categoriesOf(pairs);
  const places = new Map(categories.map((category, index) => [category, index]));
  const cells = pairs.map(({ label, predicted, item }) => ({
    item,
    cell: [places.get(label) ?? 0, places.get(predicted) ?? 0] as const,
  }));
  const table = tableOf(cells, categories.length);
  const kappaOf = (weights: KappaWeights) => cohensKappa(table, weights)?.kappa ?? null;
  return {
    categories,
    table,
    agreement: share(pairs, ({ label, predicted }) => label === predicted),
    kappa: kappaOf('none'),
    kappaInterval: interval(cells, (resampled) => cohensKappa(tableOf(resampled, categories.length))?.kappa ?? null),
    weighted: { linear: kappaOf('linear'), quadratic: kappaOf('quadratic') },
  };
}

/** What people say of an output, and whether the rater passes it. */
export interface JudgedLabel extends Labelled {
  readonly good: boolean;
  readonly passed: boolean;
}

/** What a yes-or-no rater is worth: of the good items it passes a share, of the bad ones it fails a share. */
export interface Accuracy {
  readonly sensitivity: Share;
  readonly specificity: Share;
  readonly kappa: number | null;
  readonly kappaInterval: Interval | null;
}

export function accuracyOf(pairs: readonly JudgedLabel[]): Accuracy {
  const good = pairs.filter((pair) => pair.good);
  const bad = pairs.filter((pair) => !pair.good);
  const { kappa, kappaInterval } = agreementOf(
    pairs.map(({ item, good, passed }) => ({ item, label: String(good), predicted: String(passed) })),
  );
  return {
    sensitivity: share(good, ({ passed }) => passed),
    specificity: share(bad, ({ passed }) => !passed),
    kappa,
    kappaInterval,
  };
}

/** A score with what people say of its output. */
export interface ScoredLabel extends Labelled {
  readonly value: number;
  readonly good: boolean;
}

/** How well scores separate good from bad, and the mark that does it best. */
export interface Separation {
  /** The chance that a good item scores higher than a bad one, ties counting half (Hanley and McNeil 1982). */
  readonly auc: number;
  readonly aucInterval: Interval | null;
  /** Where sensitivity + specificity is greatest (Youden 1950), midway between two scores; null when all are equal. */
  readonly mark: number | null;
  readonly markInterval: Interval | null;
}

/** Null when all items are good or all bad: nothing can be separated. `better` says which scores should be good. */
export function separationOf(scores: readonly ScoredLabel[], better: 'higher' | 'lower'): Separation | null {
  const turned = scores.map(({ item, value, good }) => ({ item, good, value: better === 'higher' ? value : -value }));
  const auc = areaUnderCurve(turned);
  const mark = bestMark(turned);
  if (auc === null) return null;
  const back = better === 'higher' ? 1 : -1;
  return {
    auc,
    aucInterval: interval(turned, areaUnderCurve),
    mark: mark === null ? null : back * mark,
    markInterval: interval(scores, (resampled) => {
      const found = bestMark(resampled.map(({ item, value, good }) => ({ item, good, value: back * value })));
      return found === null ? null : back * found;
    }),
  };
}

/** Correlation with labels that are numbers; null when one side is constant. */
export function correlationOf(values: readonly number[], labels: readonly number[]) {
  return { pearson: pearson(values, labels), spearman: spearman(values, labels) };
}

function areaUnderCurve(scores: readonly ScoredLabel[]): number | null {
  const good = scores.filter((score) => score.good).length;
  const bad = scores.length - good;
  if (good === 0 || bad === 0) return null;
  const ranks = midranks(scores.map(({ value }) => value));
  const sum = scores.reduce((total, score, index) => total + (score.good ? (ranks[index] ?? 0) : 0), 0);
  return (sum - (good * (good + 1)) / 2) / (good * bad);
}

function bestMark(scores: readonly ScoredLabel[]): number | null {
  const sorted = [...scores].sort((a, b) => a.value - b.value);
  const good = sorted.filter((score) => score.good).length;
  const bad = sorted.length - good;
  if (good === 0 || bad === 0) return null;
  let best = Number.NEGATIVE_INFINITY;
  let mark: number | null = null;
  let failedGood = 0;
  let failedBad = 0;
  for (const [index, score] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && before.value < score.value) {
      const youden = (good - failedGood) / good + failedBad / bad - 1;
      if (youden > best) [best, mark] = [youden, (before.value + score.value) / 2];
    }
    if (score.good) failedGood += 1;
    else failedBad += 1;
  }
  return mark;
}

function share<T extends Labelled>(rows: readonly T[], isHit: (row: T) => boolean): Share {
  const n = rows.length;
  const hits = rows.filter(isHit).length;
  if (n === 0) return { hits, n, size: 0, rate: null, interval: null };
  const rate = hits / n;
  const items = rows.map(({ item }) => item);
  const count = new Set(items).size;
  if (count === n) return { hits, n, size: n, rate, interval: wilson(hits, n, CONFIDENCE) };
  const told = effectiveSize(
    rows.map((row) => (isHit(row) ? 1 : 0)),
    items,
    CONFIDENCE,
    count,
  );
  const size = Math.max(1, told ?? 1);
  return { hits, n, size, rate, interval: wilsonOfSize(rate, size, CONFIDENCE) };
}

function interval<T extends Labelled>(
  rows: readonly T[],
  statistic: (rows: readonly T[]) => number | null,
): Interval | null {
  return bootstrapInterval(
    groupByCluster(
      rows,
      rows.map(({ item }) => item),
    ),
    // A resample without one of the classes has no such figure
    (resampled) => statistic(resampled) ?? Number.NaN,
    { confidence: CONFIDENCE, method: 'percentile', seed: SEED, resamples: RESAMPLES },
  );
}

function tableOf(cells: readonly { readonly cell: readonly [number, number] }[], size: number): number[][] {
  const table = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const { cell } of cells) {
    const [row, column] = cell;
    const counts = table[row];
    if (counts) counts[column] = (counts[column] ?? 0) + 1;
  }
  return table;
}

function categoriesOf(pairs: readonly LabelPair[]): readonly string[] {
  const names = [...new Set(pairs.flatMap(({ label, predicted }) => [label, predicted]))];
  const numeric = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return numeric ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
}
