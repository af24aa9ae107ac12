import { requireCount, requireFinite, requireLevel, requireProbability, requireSameLength } from './checks.js';
import type { Interval } from './interval.js';
import { mean, sumOfSquares } from './mean.js';
import { normalQuantile } from './normal.js';

/** An estimate with its interval. */
export type Estimate = { readonly estimate: number; readonly interval: Interval };

/**
 * What a judge said and how far it can be trusted: the share of `n` outputs it passed; and from outputs with human labels,
 * its specificity (of `negatives` bad ones it failed that share) and sensitivity (of `positives` good ones it passed that
 * share).
 */
export type JudgedRate = {
  readonly passRate: number;
  readonly n: number;
  readonly specificity: number;
  readonly negatives: number;
  readonly sensitivity: number;
  readonly positives: number;
};

/**
 * The true pass rate behind a fallible judge: (p + specificity - 1) / (specificity + sensitivity - 1) (Rogan and Gladen
 * 1978), cut to [0, 1]. The interval counts the doubt about the judge too (Lee et al., "How to correctly report
 * LLM-as-a-judge evaluations", arXiv:2511.21140: adjusted counts, and the delta method with a shift). Near 0 or 1 the
 * interval need not contain the estimate. Null when a count is 0, or when the judge is no better than chance
 * (specificity + sensitivity <= 1), as then nothing can be learned from it.
 */
export function roganGladen(judged: JudgedRate, confidence: number): Estimate | null {
  requireLevel(confidence, 'confidence');
  const { passRate, n, specificity, negatives, sensitivity, positives } = judged;
  for (const [name, rate] of Object.entries({ passRate, specificity, sensitivity })) requireProbability(rate, name);
  for (const [name, count] of Object.entries({ n, negatives, positives })) requireCount(count, name);
  const power = specificity + sensitivity - 1;
  if (n === 0 || negatives === 0 || positives === 0 || power <= 0) return null;
  const z = normalQuantile((1 + confidence) / 2);
  const rate = (n * passRate + (z * z) / 2) / (n + z * z);
  const q0 = (negatives * specificity + 1) / (negatives + 2);
  const q1 = (positives * sensitivity + 1) / (positives + 2);
  // the adjusted rates pull towards a half, which cannot lift a judge to chance, but may bring it down to it
  const adjustedPower = q0 + q1 - 1;
  if (adjustedPower <= 0) return null;
  const centre = (rate + q0 - 1) / adjustedPower;
  const noise0 = (q0 * (1 - q0)) / (negatives + 2);
  const noise1 = (q1 * (1 - q1)) / (positives + 2);
  const noise = (rate * (1 - rate)) / (n + z * z) + (1 - centre) ** 2 * noise0 + centre ** 2 * noise1;
  const shift = 2 * z * z * (centre * noise1 - (1 - centre) * noise0);
  const reach = (z * Math.sqrt(noise)) / adjustedPower;
  return {
    estimate: clamp((passRate + specificity - 1) / power),
    interval: {
      low: clamp(centre + shift - reach),
      high: clamp(centre + shift + reach),
      confidence,
      method: 'Rogan-Gladen',
    },
  };
}

/**
 * The prediction-powered mean: the judge's scores on many outputs, corrected by its errors on the few that people labelled
 * (Angelopoulos et al., "Prediction-powered inference", Science 382 (2023) 669-674; `trust` λ as in PPI++,
 * arXiv:2311.01453). trust = 1 takes the judge fully, 0 ignores it. `judgedOfLabels[i]` is the judge's score for the
 * output labelled `labels[i]`; `judged` are its scores for outputs without label. Normal interval, population variances.
 * Null below two of either.
 */
export function predictionPoweredMean(
  labels: readonly number[],
  judgedOfLabels: readonly number[],
  judged: readonly number[],
  confidence: number,
  trust = 1,
): Estimate | null {
  requireLevel(confidence, 'confidence');
  requireProbability(trust, 'trust');
  requireSameLength(labels, judgedOfLabels, 'labels and judgedOfLabels');
  requireFinite(labels, 'labels');
  requireFinite(judgedOfLabels, 'judgedOfLabels');
  const corrections = labels.map((label, index) => label - trust * (judgedOfLabels[index] ?? Number.NaN));
  const trusted = judged.map((score) => trust * score);
  const base = mean(trusted);
  const correction = mean(corrections);
  if (base === null || correction === null || labels.length < 2 || judged.length < 2) return null;
  const noise =
    sumOfSquares(trusted, base) / trusted.length ** 2 + sumOfSquares(corrections, correction) / corrections.length ** 2;
  const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(noise);
  const estimate = base + correction;
  return {
    estimate,
    interval: { low: estimate - reach, high: estimate + reach, confidence, method: 'prediction-powered' },
  };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
