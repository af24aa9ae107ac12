import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import { cohensKappa, fleissKappa } from './agreement.js';
import { accelerate } from './bca.js';
import { binomialTest } from './binomial-test.js';
import { bootstrapInterval, bootstrapRatio } from './bootstrap.js';
import { clusteredStandardError } from './clusters.js';
import { kendallTauB, pearson, spearman } from './correlation.js';
import { bernoulliEProcess, mixtureLogE } from './e-process.js';
import { fisherExact } from './fisher.js';
import { twoSided } from './interval.js';
import { predictionPoweredMean, roganGladen } from './judge-correction.js';
import { mcnemar } from './mcnemar.js';
import { mean, standardError, tInterval } from './mean.js';
import { adjust, type Correction, findRejections } from './multiple-testing.js';
import { newcombeIndependent } from './newcombe.js';
import { normalQuantile } from './normal.js';
import { pairedDifference, pairedInterval, testNonInferiority } from './paired.js';
import { passAtK, passHatK } from './pass-at-k.js';
import {
  cohensH,
  pairedCasesNeeded,
  pairedDetectableEffect,
  pairedTCasesNeeded,
  proportionsGroupSizeNeeded,
} from './power.js';
import { agrestiCoull, clopperPearson, jeffreys, wilson, wilsonCorrected } from './proportion.js';
import { percentile } from './quantile.js';
import { signFlipTest } from './sign-flip.js';
import { decideSequentialTest, planSequentialTest } from './sprt.js';
import { studentCdf, studentQuantile } from './student-t.js';
import { wilcoxonSignedRank } from './wilcoxon.js';

const path = referencePath('stats-vectors.json');

// Rows are untyped data: each check below knows the shape of its own rows.
// biome-ignore lint/suspicious/noExplicitAny: the edge where the reference file enters
type Row = any;

/** Every pair agrees to 1e-6, absolute for values up to 1 and relative beyond. */
function expectClose(pairs: readonly (readonly [actual: unknown, expected: unknown])[]): void {
  for (const [actual, expected] of pairs) {
    if (typeof expected !== 'number' || !Number.isFinite(expected)) throw new Error(`no reference value: ${expected}`);
    if (typeof actual !== 'number') throw new Error(`expected ${expected}, got ${actual}`);
    expect(Math.abs(actual - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-6);
  }
}

function ends(interval: { readonly low: number; readonly high: number } | null): [number, number] {
  if (interval === null) throw new Error('expected an interval');
  return [interval.low, interval.high];
}

/** A pair for each element of two arrays. */
function zip(actual: readonly unknown[], expected: readonly unknown[]): (readonly [unknown, unknown])[] {
  expect(actual).toHaveLength(expected.length);
  return actual.map((value, index) => [value, expected[index]] as const);
}

function millerArguments(row: Row) {
  return [
    { caseVariance: row.omega2, trialVariances: [row.sigmaA2, row.sigmaB2], trials: [row.KA, row.KB] } as const,
    { alpha: row.alpha, power: row.power, sides: 2 } as const,
  ] as const;
}

const CHECKS: Record<string, (row: Row) => void> = {
  proportion_ci: ({ k, n, confidence, ...row }) => {
    expectClose([
      ...zip(ends(wilson(k, n, confidence)), row.wilson),
      ...zip(ends(clopperPearson(k, n, confidence)), row.clopper_pearson),
      ...zip(ends(wilsonCorrected(k, n, confidence)), row.wilson_cc),
      ...zip(ends(agrestiCoull(k, n, confidence)), row.agresti_coull),
      ...zip(ends(jeffreys(k, n, confidence)), row.jeffreys),
      [clopperPearson(k, n, twoSided(0.95))?.low, row.clopper_pearson_lower_onesided95],
    ]);
  },
  binom_test: (row) => {
    const result = binomialTest(row.k, row.n, row.p0);
    expectClose([
      [result.pLess, row.less],
      [result.pGreater, row.greater],
      [result.pTwoSided, row.two_sided],
    ]);
  },
  mean_ci_t: (row) => {
    expectClose([
      [mean(row.x), row.mean],
      [standardError(row.x), row.stderr],
      [studentQuantile(0.975, row.x.length - 1), row.t_crit],
      ...zip(ends(tInterval(row.x, 0.95)), row.ci95),
    ]);
  },
  t_quantiles: (row) => {
    expectClose(
      Object.entries(row.values).map(([degrees, value]) => [studentQuantile(row.p, Number(degrees)), value] as const),
    );
  },
  normal_quantiles: (row) => {
    expectClose(Object.entries(row.values).map(([p, value]) => [normalQuantile(Number(p)), value] as const));
  },
  clustered_se: (row) => {
    expectClose([
      [mean(row.scores), row.mean],
      [standardError(row.scores), row.naive_stderr],
      [clusteredStandardError(row.scores, row.clusters, 'none'), row.miller_2411_00640_no_correction],
      [clusteredStandardError(row.scores, row.clusters, 'none'), row.statsmodels_cluster_use_correction_false],
      [clusteredStandardError(row.scores, row.clusters), row.inspect_ai_G_over_Gminus1],
      [clusteredStandardError(row.scores, row.clusters), row.statsmodels_cluster_use_correction_true],
    ]);
  },
  paired_difference: ({ a, b, ...row }) => {
    const paired = pairedDifference(a, b);
    const differences = a.map((value: number, index: number) => value - b[index]);
    const flips = signFlipTest(differences, { seed: 1 });
    const ranks = wilcoxonSignedRank(differences, 'normal');
    expectClose([
      [paired?.difference, row.mean_diff],
      [paired?.standardError, row.se_paired],
      [paired?.t, row.t],
      [paired?.pTwoSided, row.p_two_sided],
      ...zip(ends(pairedInterval(a, b, 0.95)), row.ci95_t),
      [unpairedP(a, b), row.p_unpaired_for_contrast],
      [pearson(a, b), row.corr],
      [flips.pTwoSided, row.signflip_exact_two_sided],
      [flips.pGreater, row.signflip_exact_one_sided_greater],
      [ranks.statistic, row.wilcoxon_stat],
      [ranks.pTwoSided, row.wilcoxon_p_normal_approx_no_cc],
    ]);
  },
  wilcoxon_exact: (row) => {
    const result = wilcoxonSignedRank(row.diffs);
    expect(result.method).toBe('exact');
    expectClose([
      [result.statistic, row.statistic],
      [result.pTwoSided, row.p_two_sided],
      [result.pGreater, row.p_greater],
    ]);
  },
  mcnemar: (row) => {
    const result = mcnemar(row.b, row.c);
    expectClose([
      [result.exact, row.exact_p],
      [result.midP, row.midp],
      [result.chiSquared.statistic, row.chi2],
      [result.chiSquared.p, row.chi2_p],
      [result.chiSquaredCorrected.statistic, row.chi2_cc],
      [result.chiSquaredCorrected.p, row.chi2_cc_p],
    ]);
  },
  multiple_testing: (row) => {
    const names: Record<string, Correction> = {
      bonferroni: 'bonferroni',
      holm: 'holm',
      hommel: 'hommel',
      'simes-hochberg': 'hochberg',
      fdr_bh: 'benjamini-hochberg',
      fdr_by: 'benjamini-yekutieli',
    };
    for (const [name, correction] of Object.entries(names)) {
      expectClose(zip(adjust(row.p, correction), row[name].adjusted));
      expect(findRejections(row.p, 0.05, correction)).toEqual(row[name].reject);
    }
  },
  pass_at_k: (row) => {
    for (const [k, value] of Object.entries(row.pass_at)) expectClose([[passAtK(row.n, row.c, Number(k)), value]]);
    for (const [k, value] of Object.entries(row.pass_hat)) expectClose([[passHatK(row.n, row.c, Number(k)), value]]);
  },
  bootstrap_exact_enumeration: (row) => {
    // with so many draws the quantiles of the resamples are those of all 27 equally likely ones
    const clusters = row.x.map((value: number) => [value]);
    const sorted = row.all_resample_means_sorted;
    for (const rank of [2, 6, 9]) {
      const confidence = 1 - (2 * (rank + 0.5)) / sorted.length;
      const interval = bootstrapInterval<number>(clusters, (sample) => mean(sample) ?? Number.NaN, {
        confidence,
        method: 'percentile',
        seed: 1,
        resamples: 20_000,
      });
      expectClose(zip(ends(interval), [sorted[rank], sorted[sorted.length - 1 - rank]]));
    }
    const scale = Math.sqrt((row.x.length - 1) / row.x.length);
    expectClose([[scale * (standardError(row.x) ?? Number.NaN), row.se_exact]]);
  },
  bootstrap_bca: (row) => {
    const clusters = row.x.map((value: number) => [value]);
    const statistic = (sample: readonly number[]) => mean(sample) ?? Number.NaN;
    const leftOut = clusters.map((_: unknown, left: number) =>
      statistic(row.x.filter((_value: number, index: number) => index !== left)),
    );
    expectClose([[accelerate(leftOut), row.acceleration]]);
    for (const [method, expected] of [
      ['BCa', row.bca95],
      ['percentile', row.percentile95],
    ] as const) {
      const options = { confidence: 0.95, method, seed: 1, resamples: row.n_resamples } as const;
      const terms = row.x.map((value: number) => ({ numerator: value, denominator: 1 }));
      for (const interval of [bootstrapInterval(clusters, statistic, options), bootstrapRatio(terms, options)]) {
        for (const [actual, value] of zip(ends(interval), expected)) {
          expect(Math.abs(Number(actual) - Number(value))).toBeLessThan(row.tolerance);
        }
      }
    }
  },
  power_miller_paired: (row) => {
    expectClose([[pairedCasesNeeded(row.delta, ...millerArguments(row)), row.n]]);
  },
  mde_miller_paired: (row) => {
    expectClose([[pairedDetectableEffect(row.n, ...millerArguments(row)), row.mde]]);
  },
  power_two_proportions: (row) => {
    const goal = { alpha: row.alpha, power: row.power, sides: 2 } as const;
    expectClose([
      [cohensH(row.p1, row.p2), row.effect_size_cohen_h],
      [proportionsGroupSizeNeeded(row.p1, row.p2, goal), row.n_per_group],
    ]);
  },
  power_paired_t: (row) => {
    expectClose([[pairedTCasesNeeded(row.d, { alpha: row.alpha, power: row.power, sides: 2 }), row.n]]);
  },
  sprt_bernoulli: (row) => {
    const plan = { nullRate: row.H0_p, alternativeRate: row.H1_p, alpha: row.alpha, beta: row.beta };
    const limits = planSequentialTest(plan);
    expectClose([
      [limits.upper, row.log_upper_A],
      [limits.lower, row.log_lower_B],
      [limits.perSuccess, row.llr_success],
      [limits.perFailure, row.llr_failure],
    ]);
    expect(decideSequentialTest(plan, row.successes_only_to_accept_H0 - 1, 0)).toBe('continue');
    expect(decideSequentialTest(plan, row.successes_only_to_accept_H0, 0)).toBe('accept');
    expect(decideSequentialTest(plan, 0, row.failures_only_to_reject - 1)).toBe('continue');
    expect(decideSequentialTest(plan, 0, row.failures_only_to_reject)).toBe('reject');
  },
  e_process_bernoulli: (row) => {
    const outcomes = row.sequence.map((value: number) => value === 1);
    expectClose(zip(bernoulliEProcess(outcomes, 0.95, row.alt), row.e_values));
  },
  e_value_mixture: (row) => {
    expectClose([[Math.exp(mixtureLogE(row.k, row.n, row.H0_p)), row.e]]);
  },
  cohens_kappa: (row) => {
    const result = cohensKappa(row.table);
    expectClose([
      [result?.kappa, row.kappa],
      [result?.observed, row.observed_agreement],
      [result?.expected, row.expected],
    ]);
  },
  weighted_kappa: (row) => {
    expectClose([
      [cohensKappa(row.table)?.kappa, row.unweighted],
      [cohensKappa(row.table, 'linear')?.kappa, row.linear],
      [cohensKappa(row.table, 'quadratic')?.kappa, row.quadratic],
    ]);
  },
  fleiss_kappa: (row) => {
    expectClose([[fleissKappa(row.counts)?.kappa, row.kappa]]);
  },
  rogan_gladen_ci: (row) => {
    const result = roganGladen(
      {
        passRate: row.p,
        n: row.n,
        specificity: row.specificity_q0,
        negatives: row.m0,
        sensitivity: row.sensitivity_q1,
        positives: row.m1,
      },
      0.95,
    );
    expectClose([[result?.estimate, row.theta], ...zip(ends(result?.interval ?? null), row.ci95)]);
  },
  ppi_mean: (row) => {
    const result = predictionPoweredMean(row.Y, row.Yhat, row.Yhat_unlabeled, 0.95, row.lam);
    expectClose([
      [result?.estimate, row.theta],
      ...zip(ends(result?.interval ?? null), row.ci95),
      [mean(row.Y), row.classical_mean],
    ]);
  },
  noninferiority_paired: (row) => {
    const result = testNonInferiority(row.a, row.b, row.margin, 0.95);
    expectClose([
      [result?.t, row.t],
      [result?.p, row.p_one_sided],
      [result?.low, row.lower_onesided95],
    ]);
  },
  newcombe_diff_independent: (row) => {
    expectClose(zip(ends(newcombeIndependent(row.k1, row.n1, row.k2, row.n2, 0.95)), row.ci95));
  },
  fisher_exact: ({ table: [first, second], p_two_sided }) => {
    expectClose([[fisherExact(first[0], first[1], second[0], second[1]).pTwoSided, p_two_sided]]);
  },
  correlations: (row) => {
    expectClose([
      [pearson(row.x, row.y), row.pearson],
      [spearman(row.x, row.y), row.spearman],
      [kendallTauB(row.x, row.y), row.kendall_tau_b],
    ]);
  },
  percentile_linear: (row) => {
    for (const p of [50, 90, 95, 99]) expectClose([[percentile(row.x, p / 100), row[`p${p}`]]]);
  },
};

/** The p value of the unpaired t test with equal sizes, which the vectors give for contrast; no gate may use it. */
function unpairedP(a: number[], b: number[]): number {
  const error = Math.hypot(standardError(a) ?? Number.NaN, standardError(b) ?? Number.NaN);
  const t = ((mean(a) ?? Number.NaN) - (mean(b) ?? Number.NaN)) / error;
  return 2 * studentCdf(-Math.abs(t), a.length + b.length - 2);
}

describe.skipIf(!hasReferenceData)('agrees with the reference vectors (skipped where ../shared/data is absent)', () => {
  const rows: Row[] = hasReferenceData ? JSON.parse(readFileSync(path, 'utf8')).vectors : [];

  test('has a check for every name, and no check without a row', () => {
    expect([...new Set(rows.map((row) => row.name))].sort()).toEqual(Object.keys(CHECKS).sort());
  });

  test.each(rows.map((row, index) => [`${index} ${row.name}`, row] as const))('%s', (_, row) => {
    const check = CHECKS[row.name];
    if (check === undefined) throw new Error(`no check for ${row.name}`);
    expect.hasAssertions();
    check(row);
  });
});
