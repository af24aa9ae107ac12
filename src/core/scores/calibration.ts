import { cohensKappa, type KappaWeights } from '../stats/agreement.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import { pearson, spearman } from '../stats/correlation.js';
import type { Interval } from '../stats/interval.js';
import { wilson } from '../stats/proportion.js';
import { midranks } from '../stats/ranks.js';

/** The confidence of every interval of a calibration. */
const CONFIDENCE = 0.95;
const SEED = 'calibration';
const RESAMPLES = 2000;

/** A share of some items, with Wilson's interval; null over nothing. */
export interface Share {
  readonly hits: number;
  readonly n: number;
  readonly rate: number | null;
  readonly interval: Interval | null;
}

/** What two raters say about the same items: `label` is the one to be believed. */
export interface LabelPair {
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
  const cells = pairs.map(({ label, predicted }) => [places.get(label) ?? 0, places.get(predicted) ?? 0] as const);
  const table = tableOf(cells, categories.length);
  const kappaOf = (weights: KappaWeights) => cohensKappa(table, weights)?.kappa ?? null;
  const hits = pairs.filter(({ label, predicted }) => label === predicted).length;
  return {
    categories,
    table,
    agreement: share(hits, pairs.length),
    kappa: kappaOf('none'),
    kappaInterval: interval(cells, (resampled) => cohensKappa(tableOf(resampled, categories.length))?.kappa ?? null),
    weighted: { linear: kappaOf('linear'), quadratic: kappaOf('quadratic') },
  };
}

/** What a yes-or-no rater is worth: of the good items it passes a share, of the bad ones it fails a share. */
export interface Accuracy {
  readonly sensitivity: Share;
  readonly specificity: Share;
  readonly kappa: number | null;
  readonly kappaInterval: Interval | null;
}

export function accuracyOf(pairs: readonly { readonly good: boolean; readonly passed: boolean }[]): Accuracy {
  const good = pairs.filter((pair) => pair.good);
  const bad = pairs.filter((pair) => !pair.good);
  const { kappa, kappaInterval } = agreementOf(
    pairs.map((pair) => ({ label: String(pair.good), predicted: String(pair.passed) })),
  );
  return {
    sensitivity: share(good.filter(({ passed }) => passed).length, good.length),
    specificity: share(bad.filter(({ passed }) => !passed).length, bad.length),
    kappa,
    kappaInterval,
  };
}

/** A score with what people say of its output. */
export interface ScoredLabel {
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
  const turned = scores.map(({ value, good }) => ({ good, value: better === 'higher' ? value : -value }));
  const auc = areaUnderCurve(turned);
  const mark = bestMark(turned);
  if (auc === null) return null;
  const back = better === 'higher' ? 1 : -1;
  return {
    auc,
    aucInterval: interval(turned, areaUnderCurve),
    mark: mark === null ? null : back * mark,
    markInterval: interval(scores, (resampled) => {
      const found = bestMark(resampled.map(({ value, good }) => ({ good, value: back * value })));
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

function share(hits: number, n: number): Share {
  return { hits, n, rate: n === 0 ? null : hits / n, interval: n === 0 ? null : wilson(hits, n, CONFIDENCE) };
}

function interval<T>(items: readonly T[], statistic: (items: readonly T[]) => number | null): Interval | null {
  if (items.length < 2) return null;
  return bootstrapInterval(
    items.map((item) => [item]),
    // A resample without one of the classes has no such figure
    (resampled) => statistic(resampled) ?? Number.NaN,
    { confidence: CONFIDENCE, method: 'percentile', seed: SEED, resamples: RESAMPLES },
  );
}

function tableOf(cells: readonly (readonly [number, number])[], size: number): number[][] {
  const table = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const [row, column] of cells) {
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
