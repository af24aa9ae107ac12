import { logMeanExp } from './betting-difference.js';

/** Shares of the largest stake, each run on its own and then averaged: bold ones for few pairs, timid ones for many. */
const STAKES = [0.9, 0.6, 0.35, 0.2, 0.1, 0.05, 0.02];

/**
 * The log e-value that the mean of differences of -1, 0 and 1 is above (`direction` 1) or below (-1) `mean`, in (-1, 1).
 * Sums are enough: they tell how many differences there were of each.
 *
 * Method: betting with fixed stakes, Π (1 + λ direction (d - mean)) averaged over λ (Waudby-Smith and Ramdas, "Estimating
 * means of bounded random variables by betting", JRSS B 86 (2024), section 4). Valid at every look for any number of
 * pairs that are independent of each other, also when the mean drifts on the other side. The pair itself may be as
 * dependent as it likes: that is what it is for.
 */
export function bettingPairsLogE(
  pairs: { readonly n: number; readonly sum: number; readonly squares: number },
  mean: number,
  direction: 1 | -1,
): number {
  const { n, sum, squares } = pairs;
  const [above, below, same] = [(squares + sum) / 2, (squares - sum) / 2, n - squares];
  const most = 1 / (1 + direction * mean);
  return logMeanExp(
    STAKES.map((share) => {
      const stake = share * most * direction;
      const log = (count: number, value: number) => (count === 0 ? 0 : count * Math.log1p(stake * (value - mean)));
      return log(above, 1) + log(below, -1) + log(same, 0);
    }),
  );
}
