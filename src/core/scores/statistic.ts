import type { Calibration } from '../../model/calibration.js';
import type { Inference, Stat } from '../../model/gate.js';
import type { Unit } from '../../model/quantity.js';
import { addVectors } from '../stats/add-vectors.js';
import { bootstrapSums } from '../stats/bootstrap.js';
import { clusteredProportion, effectiveSize, groupByCluster, stratifiedInterval } from '../stats/clusters.js';
import type { Interval } from '../stats/interval.js';
import { type Estimate, roganGladen } from '../stats/judge-correction.js';
import { mean, sum } from '../stats/mean.js';
import { averageOverCases, type CaseTrials, passAtK, passHatK } from '../stats/pass-at-k.js';
import { clopperPearson } from '../stats/proportion.js';
import { clusteredQuantileBounds, percentile, quantileBounds } from '../stats/quantile.js';
import { skewInterval } from '../stats/skewness.js';
import type { ScoreSelection } from './score-table.js';
import { leaveOutFurther } from './selection.js';

/** An interval whose ends may be unknown: few samples bound a p95 from below only. */
export type Bounds = { readonly [Key in keyof Interval]: Key extends 'low' | 'high' ? number | null : Interval[Key] };

/** How far noise is allowed for. */
export interface NoiseRules {
  /** Two-sided. */
  readonly confidence: number;
  /** What the cases stand for. */
  readonly inference: Inference;
  /** Of the scores: fractions lie in [0, 1], which times and costs that are small do not have to. */
  readonly unit: Unit;
  /** Of the bootstraps; the name of the statistic unless given. */
  readonly seed?: string;
}

/** A statistic of some scores, and its bounds; null where no sound ones are known. */
export interface Statistic {
  estimate(scores: ScoreSelection): number | null;
  bounds(scores: ScoreSelection, noise: NoiseRules): Bounds | null;
}

/** The statistic that a gate names. */
export function statisticOf(stat: Stat): Statistic {
  const [, which = '', k = ''] = /^pass([@^])(\d+)$/.exec(stat) ?? [];
  return k ? passOfK(which, Number(k)) : STATISTICS[stat as keyof typeof STATISTICS];
}

const STATISTICS = {
  rate: {
    estimate: (scores) => mean(evenOut(scores, rates(scores)).values),
    bounds: (scores, noise) => boundsOf(scores, rates(scores), noise),
  },
  mean: {
    estimate: (scores) => mean(evenOut(scores, scores.values).values),
    bounds: (scores, noise) => boundsOf(scores, scores.values, noise),
  },
  // Of the trials that every case gets: those beyond only say the same more surely
  sum: {
    estimate: (scores) => sum(leaveOutFurther(scores, 'all').values) * shareOfFirst(scores),
    bounds: (scores, noise) => {
      const even = leaveOutFurther(scores, 'all');
      const interval = meanBounds({ ...even, trials: yesOrNo(even.values) }, noise);
      const n = even.values.length * shareOfFirst(scores);
      return interval && { ...interval, low: interval.low * n, high: interval.high * n };
    },
  },
  median: quantile(0.5),
  p50: quantile(0.5),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
  // The extreme of a sample says nothing sound about the extreme of what it was drawn from, and grows with every trial
  min: { estimate: (scores) => extreme(leaveOutFurther(scores, 'first').values, Math.min), bounds: () => null },
  max: { estimate: (scores) => extreme(leaveOutFurther(scores, 'first').values, Math.max), bounds: () => null },
  corpus: {
    estimate: (scores) => {
      const { corpus } = leaveOutFurther(scores, 'all');
      const value = corpus && corpus.statistics.length > 0 ? corpus.value(addVectors(corpus.statistics)) : null;
      return value !== null && Number.isFinite(value) ? value : null;
    },
    bounds: corpusBounds,
  },
} satisfies Readonly<Record<string, Statistic>>;

/** Values with what they belong to. */
type Grouped = Pick<ScoreSelection, 'values' | 'cases' | 'clusters' | 'questions'> & {
  /** How many yes/no values they are made of; null when they are graded. */
  readonly trials: number | null;
};

/** What the trials that every case gets in any event are of those that all have got. */
function shareOfFirst({ further }: ScoreSelection): number {
  return further ? further.first / further.all : 1;
}

function rates({ passed }: ScoreSelection): number[] {
  return passed.map(Number);
}

/** Every case must count alike: when some had more trials than others, each gives the mean of its own. */
function evenOut(scores: Omit<Grouped, 'values' | 'trials'>, values: readonly number[]): Grouped {
  const { cases, clusters, questions } = scores;
  const trials = yesOrNo(values);
  if (new Set(countsBy(cases)).size <= 1)
    return { values, cases, clusters, ...(questions ? { questions } : {}), trials };
  const own = indicesBy(cases);
  const firsts = own.map(([first = 0]) => first);
  return {
    values: own.map((indices) => mean(indices.map((index) => values[index] ?? Number.NaN)) ?? Number.NaN),
    cases: firsts.map((index) => cases[index] ?? index),
    clusters: firsts.map((index) => clusters[index] ?? index),
    ...(questions ? { questions: firsts.map((index) => questions[index] ?? index) } : {}),
    trials,
  };
}

/** What is independent: of cases that stand for others the clusters, else the questions, with whose answers cases are scored. */
function namesOf(
  { cases, clusters, questions }: Omit<Grouped, 'values' | 'trials'>,
  inference: Inference,
): readonly number[] {
  return inference === 'suite' ? (questions ?? cases) : clusters;
}

/** How many yes/no values these are; null when one is neither. */
function yesOrNo(values: readonly number[]): number | null {
  return values.every((value) => value === 0 || value === 1) ? values.length : null;
}

/** A metric that breaks its own word on its unit is taken as it is. */
function areFractions(values: readonly number[], { unit }: NoiseRules): boolean {
  return unit === 'fraction' && values.every((value) => value >= 0 && value <= 1);
}

/**
 * Where only the trials are noise, that within cases, if all have several and answers of their own; else all that is
 * between clusters.
 */
function boundsOf(scores: ScoreSelection, values: readonly number[], noise: NoiseRules): Interval | null {
  const within =
    noise.inference === 'suite' && !scores.questions && areFractions(values, noise)
      ? stratifiedInterval(values, scores.cases, noise.confidence, 1)
      : null;
  return within ?? meanBounds(evenOut(scores, values), noise);
}

/** The places of a list by what stands there, in order of first appearance. */
function indicesBy(names: readonly number[]): readonly (readonly number[])[] {
  return groupByCluster([...names.keys()], names);
}

/** How often each name stands in a list. */
function countsBy(names: readonly number[]): Iterable<number> {
  const counts = new Map<number, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.values();
}

/** The rate behind the errors of the metric that saw it; null when the metric is no better than chance. */
export function correctedRate({
  sensitivity,
  specificity,
}: Pick<Calibration, 'sensitivity' | 'specificity'>): Statistic {
  const correct = (passRate: number, n: number, confidence: number): Estimate | null => {
    if (n === 0 || sensitivity.n === 0 || specificity.n === 0) return null;
    const judged = {
      passRate,
      n,
      sensitivity: sensitivity.hits / sensitivity.n,
      positives: sensitivity.size ?? sensitivity.n,
      specificity: specificity.hits / specificity.n,
      negatives: specificity.size ?? specificity.n,
    };
    return roganGladen(judged, confidence);
  };
  return {
    // The estimate is the same at any confidence, and of any number
    estimate: (scores) => {
      const rate = mean(evenOut(scores, rates(scores)).values);
      return rate === null ? null : (correct(rate, 1, 0.9)?.estimate ?? null);
    },
    bounds: (scores, { confidence, inference }) => {
      const { values, trials, ...places } = evenOut(scores, rates(scores));
      // Where only the trials are noise, each with an answer of its own tells as much as any
      const names = inference === 'suite' && !places.questions ? [...values.keys()] : namesOf(places, inference);
      const rate = mean(values);
      const count = new Set(names).size;
      const at = (passRate: number, n: number) => correct(passRate, n, confidence)?.interval ?? null;
      if (rate === null) return null;
      if (count === values.length) return at(rate, count);
      const size = effectiveSize(values, names, confidence, trials);
      if (size === null) return null;
      const [own, worst, best] = [at(rate, Math.max(1, Math.floor(size))), at(0, count), at(1, count)];
      // As of any rate: clusters never prove more than as many that all agree
      return own && worst && best && { ...own, low: Math.min(own.low, best.low), high: Math.max(own.high, worst.high) };
    },
  };
}

/**
 * The bounds of a mean. Cases that stand for others are alike in clusters (trials of a case, cases of a group), so the
 * clusters are what is independent; of cases that stand for themselves, only the trials are noise.
 *
 * Scores that are all equal show no spread, yet that is no certainty. Values in [0, 1] never vary more than zeros and ones
 * with the same mean, so a proportion's interval, rounded outwards, is a safe one for fractions; nothing bounds the others.
 */
function meanBounds({ values, trials, ...places }: Grouped, noise: NoiseRules): Interval | null {
  const { confidence, inference } = noise;
  const names = namesOf(places, inference);
  const apart = new Set(names).size === values.length;
  if (!areFractions(values, noise)) {
    const interval = skewInterval(values, names, confidence);
    return interval && interval.low < interval.high ? interval : null;
  }
  if (values.every((value) => value === values[0]) || (apart && yesOrNo(values) !== null)) {
    return exact(values, names, confidence);
  }
  return clusteredProportion(values, names, confidence, trials);
}

/** The exact interval for so many yes/no values as there are clusters, rounded outwards. */
function exact(values: readonly number[], clusters: readonly number[], confidence: number): Interval | null {
  const n = new Set(clusters).size;
  const total = (mean(values) ?? 0) * n;
  const low = clopperPearson(Math.floor(total + 1e-9), n, confidence);
  const high = clopperPearson(Math.min(n, Math.ceil(total - 1e-9)), n, confidence);
  return low && high && { ...low, high: high.high };
}

/**
 * The value of the sums over cases drawn with replacement, a case with all its trials (Koehn, "Statistical significance
 * tests for machine translation evaluation", EMNLP 2004). Resamples that all give the same value, as of perfect answers,
 * show no spread, which is no certainty: they bound nothing.
 */
function corpusBounds(scores: ScoreSelection, { confidence, seed = 'corpus' }: NoiseRules): Interval | null {
  const { corpus, clusters } = leaveOutFurther(scores, 'all');
  if (!corpus) return null;
  const value = (sums: readonly number[]) => corpus.value(sums) ?? Number.NaN;
  const vectors = groupByCluster(corpus.statistics, clusters).map(addVectors);
  const options = { confidence, method: 'percentile', seed, resamples: 1_999 } as const;
  const interval = bootstrapSums(vectors, value, options);
  return interval && interval.low < interval.high ? interval : null;
}

function quantile(p: number): Statistic {
  return {
    estimate: (scores) => percentile(leaveOutFurther(scores, 'all').values, p),
    bounds: (scores, { confidence, inference }) => {
      const { values, ...places } = leaveOutFurther(scores, 'all');
      const names = namesOf(places, inference);
      const repeated = new Set(names).size < values.length;
      const bounds = repeated
        ? clusteredQuantileBounds(values, p, names, confidence)
        : quantileBounds(values, p, confidence);
      const method = repeated ? 'Woodruff, cluster-robust' : 'order statistics';
      return bounds.low === null && bounds.high === null ? null : { ...bounds, confidence, method };
    },
  };
}

/** pass@k and pass^k: the mean over cases of the chance that one of, or all of, k trials pass. */
function passOfK(which: string, k: number): Statistic {
  const estimate = which === '@' ? passAtK : passHatK;
  return {
    estimate: (scores) => averageOverCases(trialsOf(scores).trials, k, estimate),
    bounds: (scores, { confidence }) => {
      const { trials, clusters } = trialsOf(scores);
      const values = trials.map((own) => estimate(own.trials, own.passed, k));
      if (values.includes(null)) return null;
      const numbers = values.map(Number);
      const cases = [...numbers.keys()];
      // A case that fails whole is seen or not, as with yes and no: its trials are no further evidence
      const grouped = { values: numbers, cases, clusters, trials: numbers.length };
      return meanBounds(grouped, { confidence, inference: 'population', unit: 'fraction' });
    },
  };
}

function trialsOf({ passed, cases, clusters }: ScoreSelection): {
  readonly trials: readonly CaseTrials[];
  readonly clusters: readonly number[];
} {
  const own = indicesBy(cases);
  return {
    trials: own.map((indices) => ({
      trials: indices.length,
      passed: indices.filter((index) => passed[index] === true).length,
    })),
    clusters: own.map(([first = 0]) => clusters[first] ?? 0),
  };
}

function extreme(values: readonly number[], pick: (a: number, b: number) => number): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
}
