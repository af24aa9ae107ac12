import { requireCount } from './checks.js';

/** p values of Fisher's exact test; Greater tests that the first group passes more often. */
export type FisherTest = { readonly pTwoSided: number; readonly pGreater: number; readonly pLess: number };

/** Tables whose probabilities differ by less than this share count as equally likely. */
const TIE = 1e-7;

/**
 * Fisher's exact test of two independent pass rates (Fisher 1935). Two-sided: the total probability of the tables at most
 * as likely as the observed one. Takes at most min(margins) steps. An empty group or margin: p = 1.
 */
export function fisherExact(passed1: number, failed1: number, passed2: number, failed2: number): FisherTest {
  const counts = { passed1, failed1, passed2, failed2 };
  for (const [name, count] of Object.entries(counts)) requireCount(count, name);
  const n1 = passed1 + failed1;
  const n2 = passed2 + failed2;
  const passed = passed1 + passed2;
  const lowest = Math.max(0, passed - n2);
  const highest = Math.min(n1, passed);
  const weights = weighTables(lowest, highest, n1, n2, passed);
  const observed = weights[passed1 - lowest] ?? 0;
  let total = 0;
  let below = 0;
  let above = 0;
  let rare = 0;
  weights.forEach((weight, index) => {
    total += weight;
    if (index <= passed1 - lowest) below += weight;
    if (index >= passed1 - lowest) above += weight;
    if (weight <= observed * (1 + TIE)) rare += weight;
  });
  return { pTwoSided: rare / total, pGreater: above / total, pLess: below / total };
}

/** Hypergeometric weights relative to the mode, by the ratio of neighbours: no factorial is ever formed. */
function weighTables(lowest: number, highest: number, n1: number, n2: number, passed: number): Float64Array {
  const weights = new Float64Array(highest - lowest + 1);
  const mode = Math.min(highest, Math.max(lowest, Math.floor(((passed + 1) * (n1 + 1)) / (n1 + n2 + 2))));
  weights[mode - lowest] = 1;
  for (let k = mode; k < highest; k += 1) {
    weights[k + 1 - lowest] =
      ((weights[k - lowest] ?? 0) * (n1 - k) * (passed - k)) / ((k + 1) * (n2 - passed + k + 1));
  }
  for (let k = mode; k > lowest; k -= 1) {
    weights[k - 1 - lowest] = ((weights[k - lowest] ?? 0) * k * (n2 - passed + k)) / ((n1 - k + 1) * (passed - k + 1));
  }
  return weights;
}
