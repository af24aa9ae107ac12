/** What came of two arms while one share of the calls went to the candidate. Values lie in [0, 1]. */
export interface SplitStratum {
  /** The chance of a call to be the candidate's, in (0, 1). */
  readonly weight: number;
  readonly control: { readonly n: number; readonly sum: number };
  readonly candidate: { readonly n: number; readonly sum: number };
}

/** The claim that is bet against: candidate mean = ratio × control mean + shift, or what lies on the other side of it. */
export interface LinearClaim {
  readonly ratio: number;
  readonly shift: number;
}

/** Where the bets stand: the control's mean, as a share of the means that the claim allows. */
const LEVELS = [0.01, 0.06, 0.3];
/**
 * The size of the difference in standard deviations, and the share of the money. Most is on what has to be seen fast; the
 * small ones are for passing within a narrow margin, where a stake more than twice too bold only loses. Chosen by
 * simulation (`npm run bench:rollout`): finer grids cost more calls by the smaller shares than they save.
 */
const SIZES = [
  { size: 0.25, share: 0.6 },
  { size: 0.07, share: 0.26 },
  { size: 0.02, share: 0.1 },
  { size: 0.007, share: 0.04 },
];

/**
 * The log e-value that the candidate's mean is above (`direction` 1) or below (-1) what the claim says it is.
 *
 * Method: betting on the difference. A bet foresees p for the control and q = ratio p + shift for the candidate, and each
 * call multiplies its wealth by 1 + t Z with Z = direction × (y - q) / w for a call of the candidate, and
 * -direction × ratio × (y - p) / (1 - w) for one of the control. When a call is the candidate's with chance w, the mean of
 * Z is direction × (candidate mean - ratio × control mean - shift), whatever p is: at most 0 unless the candidate is on
 * the side that is bet on. So wealth is a supermartingale and passes 1 / alpha with probability alpha at most, however
 * often it is looked at (Ville). Z is the augmented inverse-probability score; for yes-or-no values the bets are those of
 * the e-variables of Turner, Ly, Grünwald, "Generic E-variables for exact sequential k-sample tests", JSPI 230 (2024),
 * with arms drawn by chance in place of blocks. t is near the growth-optimal stake for the size of the bet.
 *
 * Valid for any sample size and any weights that do not depend on the outcomes to come, also when the means drift
 * as long as the claim holds at each moment: strata multiply, since each bet is fair given all that came before. For graded
 * values in [0, 1] it is valid too, and errs on the safe side (log is concave). Needs calls that are independent given
 * the arm: many calls of few units make chance larger than it looks.
 *
 * When the shares of the calls are not what the weights say (a busy unit, values that only one arm has), Z is off. So the
 * smaller of two is returned: with the weights, and with the shares that were found. The latter is an e-value at any one
 * time whatever the assignment was, since log(1 + x) <= x and the stakes of the arms cancel.
 */
export function bettingDifferenceLogE(
  strata: readonly SplitStratum[],
  claim: LinearClaim,
  direction: 1 | -1,
  mirrored: boolean,
): number {
  const { ratio, shift } = claim;
  // the control's means for which the claim leaves the candidate's within [0, 1]
  const least = Math.max(0, -shift / ratio);
  const most = Math.min(1, (1 - shift) / ratio);
  const used = strata.filter(
    ({ weight, control, candidate }) => weight > 0 && weight < 1 && control.n + candidate.n > 0,
  );
  if (used.length === 0 || !(most > least)) return 0;
  const found = used.map((own) => ({ ...own, weight: own.candidate.n / (own.control.n + own.candidate.n) }));
  // of an arm without values nothing is known, and nothing is bet
  if (found.every(({ weight }) => weight === 0 || weight === 1)) return 0;
  const logE = (own: readonly SplitStratum[]) => mixedLogE(own, claim, { least, most }, direction, mirrored);
  return Math.min(logE(used), logE(found.filter(({ weight }) => weight > 0 && weight < 1)));
}

/** The log of the mean wealth of all bets. */
function mixedLogE(
  strata: readonly SplitStratum[],
  { ratio, shift }: LinearClaim,
  { least, most }: { readonly least: number; readonly most: number },
  direction: 1 | -1,
  mirrored: boolean,
): number {
  const logs: number[] = [];
  for (const level of LEVELS) {
    const p = least + (most - least) * (mirrored ? 1 - level : level);
    const q = ratio * p + shift;
    for (const { size, share } of SIZES) {
      const money = Math.log(share * SIZES.length);
      logs.push(strata.reduce((sum, own) => sum + logWealth(own, p, q, ratio, direction, size), money));
    }
  }
  return logMeanExp(logs);
}

/** The log of what one bet makes of one stratum. */
function logWealth(
  { weight, control, candidate }: SplitStratum,
  p: number,
  q: number,
  ratio: number,
  direction: 1 | -1,
  size: number,
): number {
  const [spreadP, spreadQ] = [p * (1 - p), q * (1 - q)];
  const gap = size * Math.sqrt((spreadP + spreadQ) / 2);
  const up = direction === 1;
  // beyond these the wealth could fall below 0
  const most = Math.min(weight / (up ? q : 1 - q), (1 - weight) / (ratio * (up ? 1 - p : p)));
  const stake = Math.min(gap / (spreadQ / weight + (ratio ** 2 * spreadP) / (1 - weight)), 0.95 * most);
  const forCandidate = (direction * stake) / weight;
  const forControl = (-direction * ratio * stake) / (1 - weight);
  return logOf(candidate, forCandidate, q) + logOf(control, forControl, p);
}

/** Σ log(1 + stake (y - mean)) of yes-or-no values; of graded ones a lower bound. */
function logOf({ n, sum }: { readonly n: number; readonly sum: number }, stake: number, mean: number): number {
  return sum * Math.log1p(stake * (1 - mean)) + (n - sum) * Math.log1p(-stake * mean);
}

/** log of the mean of the exponentials. */
export function logMeanExp(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}
