import { requireCount } from './checks.js';
import { mean } from './mean.js';

/** Trials of one case: how many there were and how many passed. */
export type CaseTrials = { readonly trials: number; readonly passed: number };

/**
 * pass@k: the chance that at least one of k trials passes, estimated without bias from n >= k trials with c passed:
 * 1 - C(n - c, k) / C(n, k) (Chen et al., "Evaluating large language models trained on code", arXiv:2107.03374, eq. 1).
 * Null when there are fewer than k trials.
 */
export function passAtK(trials: number, passed: number, k: number): number | null {
  requireTrials(trials, passed, k);
  return k > trials ? null : 1 - chooseRatio(trials - passed, trials, k);
}

/**
 * pass^k: the chance that all of k trials pass, estimated without bias: C(c, k) / C(n, k) (Yao et al., "tau-bench",
 * arXiv:2406.12045, section 3). Null when there are fewer than k trials.
 */
export function passHatK(trials: number, passed: number, k: number): number | null {
  requireTrials(trials, passed, k);
  return k > trials ? null : chooseRatio(passed, trials, k);
}

/**
 * The mean of `estimate` (`passAtK` or `passHatK`) over cases. Null without a case, and when any case has fewer than k
 * trials: leaving it out would change what is measured.
 */
export function averageOverCases(
  cases: readonly CaseTrials[],
  k: number,
  estimate: (trials: number, passed: number, k: number) => number | null,
): number | null {
  const values: number[] = [];
  for (const { trials, passed } of cases) {
    const value = estimate(trials, passed, k);
    if (value === null) return null;
    values.push(value);
  }
  return mean(values);
}

/** C(m, k) / C(n, k) for m <= n, as a product that neither overflows nor cancels. */
function chooseRatio(m: number, n: number, k: number): number {
  let ratio = 1;
  for (let index = 0; index < k && ratio > 0; index += 1) ratio *= Math.max(0, m - index) / (n - index);
  return ratio;
}

function requireTrials(trials: number, passed: number, k: number): void {
  requireCount(trials, 'trials');
  requireCount(passed, 'passed');
  requireCount(k, 'k', 1);
  if (passed > trials) throw new RangeError(`passed must be at most trials, got ${passed} of ${trials}`);
}
