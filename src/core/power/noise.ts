import type { BaselineColumn } from '../../model/baseline.js';
import type { Case, Cases } from '../../model/case.js';
import type { GateRule } from '../../model/gate.js';
import type { Suite } from '../../model/suite.js';
import type { CasePair } from '../gates/change-methods.js';
import { meetsIn, own } from '../gates/pairing.js';
import { caseDigest, changeOfMetric, knownValues, summariseMetrics } from '../scores/baseline.js';
import type { CaseScores } from '../scores/case-statistic.js';
import { filterCases } from '../scores/cases.js';
import { PASS } from '../scores/composites.js';
import { hasScore } from '../scores/score-table.js';
import { covers } from '../scores/tags.js';
import { unite } from '../scores/unite.js';
import { clusteredStandardError } from '../stats/clusters.js';
import { mean, sum, sumOfSquares, variance } from '../stats/mean.js';
import { canonicalJson } from '../text/canonical.js';
import { count } from '../text/format.js';

/** How much the scores that a gate judges vary, one number a cause. Variances are of single scores, in unit². */
export interface Noise {
  /** Whether every score is 0 or 1. */
  readonly yesOrNo: boolean;
  /** The mean score; null when it is not known. */
  readonly level: number | null;
  /** Between the trials of a case. */
  readonly trials: number;
  /** Between the true scores of the cases. */
  readonly cases: number;
  /** Between cases, of how their true scores change from one run to the next. */
  readonly change: number;
  /** Whether the noise of trials is known apart from that of cases, so that further trials can be reckoned with. */
  readonly apart: boolean;
  /** What the figures are taken from, or what was assumed: completes "noise: ...". */
  readonly source: string;
}

/** The cases that a gate judges. */
export function casesOf(suite: Suite, { metric, where }: Pick<GateRule, 'metric' | 'where'>): Cases {
  return filterCases(suite.cases, (testCase) => covers(where, testCase.tags) && hasScore(suite, testCase, metric));
}

/**
 * How many of some cases are independent: those with the same value of the suite's group are one, and those that share an
 * answer. `answers` tells by the id of a case which answer that is; those that are not in it have their own.
 */
export function countClusters(
  { group }: Pick<Suite, 'group'>,
  cases: Cases,
  answers: ReadonlyMap<string, number> | null = null,
): number {
  if (group === null && answers === null) return cases.length;
  const groups: (string | undefined)[] = [];
  const shared: (number | undefined)[] = [];
  for (const { id, vars } of cases) {
    const value = group === null ? undefined : vars[group];
    groups.push(value === undefined ? undefined : canonicalJson(value));
    shared.push(answers?.get(id));
  }
  const clusters = unite(
    groups.length,
    (index) => groups[index],
    (index) => shared[index],
  );
  return new Set(clusters).size;
}

/** Among how many gates the first failure of a gate's family has to share the chance of a false alarm. */
export function gatesInFamily({ family }: GateRule, gates: readonly GateRule[]): number {
  return family === null ? 1 : gates.filter((other) => other.family === family).length;
}

/** Without a baseline: the standard deviation of a graded fraction between the trials of a case. */
const ASSUMED_DEVIATION = 0.25;

/**
 * The scores of the baseline that a run with this suite would be compared with: those of cases that both have. Empty when
 * the metric was another one then.
 */
export function scoresBefore(
  suite: Suite,
  baseline: BaselineColumn,
  { metric, where }: Pick<GateRule, 'metric' | 'where'>,
): readonly { readonly case: Case; readonly scores: CaseScores }[] {
  if (own(baseline.metrics, metric) === undefined) return [];
  if (changeOfMetric(baseline.metrics, summariseMetrics(suite), metric) !== null) return [];
  return [...casesOf(suite, { metric, where })].flatMap((testCase) => {
    const old = own(baseline.cases, testCase.id);
    if (!old || old.digest !== caseDigest(testCase)) return [];
    const values = knownValues(own(old.scores, metric));
    if (values.length === 0) return [];
    return [{ case: testCase, scores: { values, passed: values.map(meetsIn(suite, testCase, metric)) } }];
  });
}

/**
 * The noise that one run shows. Several trials a case tell what is chance and what is the case. One trial does not: then
 * all of the spread is taken for chance, which is the worst that fits it. Null below two cases.
 */
export function noiseOfRun(cases: readonly CaseScores[], stat: GateRule['stat']): Noise | null {
  const scores = cases.map((own) => samplesOf(own, stat));
  const values = scores.flat();
  const means = scores.map((trials) => mean(trials) ?? Number.NaN);
  const level = mean(means);
  const spread = variance(means);
  if (level === null || spread === null) return null;
  const yesOrNo = values.every((value) => value === 0 || value === 1);
  const source = `${count(cases.length, 'case')} of the baseline`;
  const within = varianceOfTrials(scores);
  if (within !== null) {
    const trials = atLeastHalfOne(within, values.length, yesOrNo);
    const perCase = mean(scores.map((trials) => 1 / trials.length)) ?? 1;
    const cases = yesOrNo ? level * (1 - level) - trials : spread - trials * perCase;
    const told = `${source} with ${Math.round(1 / perCase)} trials each`;
    return { yesOrNo, level, trials, cases: Math.max(0, cases), change: 0, apart: true, source: told };
  }
  const trials = atLeastHalfOne(yesOrNo ? level * (1 - level) : spread, values.length, yesOrNo);
  const doubt = `${source} with one trial each, all of whose spread is taken for chance`;
  return { yesOrNo, level, trials, cases: 0, change: 0, apart: false, source: doubt };
}

/** The noise of two runs that were compared case by case: what really changed differently from case to case included. */
export function noiseOfPairs(pairs: readonly CasePair[], stat: GateRule['stat']): Noise | null {
  const before = pairs.map((pair) => samplesOf(pair.before, stat));
  const now = pairs.map((pair) => samplesOf(pair.now, stat));
  const values = [...before, ...now].flat();
  const level = mean(before.map((own) => mean(own) ?? Number.NaN));
  const differences = pairs.map((_, i) => (mean(now[i] ?? []) ?? Number.NaN) - (mean(before[i] ?? []) ?? Number.NaN));
  const spread = variance(differences);
  const shift = mean(differences);
  if (level === null || spread === null || shift === null) return null;
  const yesOrNo = values.every((value) => value === 0 || value === 1);
  const source = `${count(pairs.length, 'case')} of this run and of the baseline`;
  const clusters = pairs.map(({ cluster }) => cluster);
  const groups = new Set(clusters).size;
  if (groups < pairs.length) {
    const error = clusteredStandardError(differences, clusters);
    if (error === null) return null;
    return { yesOrNo: false, level, trials: 0, cases: 0, change: error ** 2 * groups, apart: false, source };
  }
  const within = [varianceOfTrials(before), varianceOfTrials(now)];
  const [first, second] = within;
  if (first !== null && first !== undefined && second !== null && second !== undefined) {
    const trials = atLeastHalfOne((first + second) / 2, values.length, yesOrNo);
    const share = (sides: readonly (readonly number[])[]) => mean(sides.map((own) => 1 / own.length)) ?? 1;
    const chance = trials * (share(before) + share(now));
    const cases = yesOrNo ? Math.max(0, level * (1 - level) - trials) : 0;
    return { yesOrNo, level, trials, cases, change: Math.max(0, spread - chance), apart: true, source };
  }
  const single = values.length === 2 * pairs.length;
  if (yesOrNo && single) {
    // Of the pairs that differ, those beyond the change itself are chance: twice the variance between trials
    const differing = mean(differences.map(Math.abs)) ?? 0;
    const limit = level * (1 - level);
    const chance = Math.min(limit, (differing - Math.abs(shift)) / 2);
    const trials = Math.min(Math.max(limit, 0.25 / pairs.length), Math.max(chance, 0.25 / pairs.length));
    return { yesOrNo, level, trials, cases: Math.max(0, limit - trials), change: 0, apart: true, source };
  }
  return { yesOrNo: false, level, trials: 0, cases: 0, change: spread, apart: false, source };
}

/**
 * The noise where nothing was measured. Yes or no: the most that a rate of `rate` allows, as though every answer were
 * chance. Graded fractions: a standard deviation of 0.25. Null for all else, of which nothing is known.
 */
export function assumeNoise(rule: Pick<GateRule, 'stat' | 'metric' | 'unit'>, rate: number | null): Noise | null {
  if (rule.stat === 'rate' || rule.metric === PASS) {
    const level = rate ?? 0.5;
    const source =
      rate === null
        ? 'assumed: half of the answers pass, and which ones is chance'
        : `assumed: a rate of ${rate}, and which answers pass is chance`;
    return { yesOrNo: true, level, trials: level * (1 - level), cases: 0, change: 0, apart: false, source };
  }
  if (rule.unit !== 'fraction') return null;
  const source = `assumed: a standard deviation of ${ASSUMED_DEVIATION}`;
  return { yesOrNo: false, level: null, trials: ASSUMED_DEVIATION ** 2, cases: 0, change: 0, apart: false, source };
}

function samplesOf({ values, passed }: CaseScores, stat: GateRule['stat']): readonly number[] {
  return stat === 'rate' ? passed.map(Number) : values;
}

/** The mean variance between the trials of a case; null when some case has one trial only. */
function varianceOfTrials(scores: readonly (readonly number[])[]): number | null {
  if (scores.some((own) => own.length < 2)) return null;
  const own = scores.map((values) => sumOfSquares(values, mean(values) ?? Number.NaN) / (values.length - 1));
  return scores.length === 0 ? null : sum(own) / scores.length;
}

/** No disagreement at all is no proof that there is none: yes and no disagree in half an answer at least. */
function atLeastHalfOne(trials: number, values: number, yesOrNo: boolean): number {
  return yesOrNo ? Math.max(trials, 0.5 / values) : trials;
}
