/** An estimate with its bounds. */
export type Bounded = { readonly estimate: number; readonly low: number; readonly high: number };

/**
 * The bounds of first - second from the bounds of each, "square and add": each end puts together what the one may be too
 * low with what the other may be too high, less what their `correlation` takes away (Zou and Donner, "Construction of
 * confidence limits about effect measures", Statistics in Medicine 27 (2008) 1693-1702; Newcombe's method for rates).
 */
export function boundDifference(first: Bounded, second: Bounded, correlation: number): Bounded {
  const estimate = first.estimate - second.estimate;
  const reach = (left: number, right: number): number =>
    Math.sqrt(Math.max(0, left ** 2 - 2 * correlation * left * right + right ** 2));
  return {
    estimate,
    low: estimate - reach(first.estimate - first.low, second.high - second.estimate),
    high: estimate + reach(first.high - first.estimate, second.estimate - second.low),
  };
}

/**
 * The bounds of first / second, likewise: the ratios r for which first - r * second may be 0 (Fieller, "Some problems in
 * interval estimation", JRSS B 16 (1954), with t bounds; Donner and Zou, Statistical Methods in Medical Research 21 (2012),
 * with any). Both ends are infinite when second may be 0, as then no ratio is ruled out. `second` has to be above 0.
 */
export function boundRatio(first: Bounded, second: Bounded, correlation: number): Bounded {
  const root = (reach1: number, reach2: number, sign: 1 | -1): number => {
    const a = second.estimate ** 2 - reach2 ** 2;
    const b = first.estimate * second.estimate - correlation * reach1 * reach2;
    const c = first.estimate ** 2 - reach1 ** 2;
    return a > 0 ? (b + sign * Math.sqrt(Math.max(0, b ** 2 - a * c))) / a : sign * Number.POSITIVE_INFINITY;
  };
  return {
    estimate: first.estimate / second.estimate,
    low: root(first.estimate - first.low, second.high - second.estimate, -1),
    high: root(first.high - first.estimate, second.estimate - second.low, 1),
  };
}
