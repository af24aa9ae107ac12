const MAX_STEPS = 400;

/**
 * The zero of an increasing or decreasing function in [low, high], to the precision of the numbers. The signs at the
 * ends must differ (or one be 0); otherwise a RangeError. Method: Brent, "Algorithms for minimization without
 * derivatives" (1973), chapter 4.
 */
export function findZero(f: (x: number) => number, low: number, high: number): number {
  let previous = low;
  let fPrevious = f(low);
  let best = high;
  let fBest = f(high);
  if (fPrevious === 0) return low;
  if (fBest === 0) return high;
  if (!(fPrevious < 0 !== fBest < 0)) throw new RangeError(`no sign change in [${low}, ${high}]`);
  let opposite = previous;
  let fOpposite = fPrevious;
  let step = best - previous;
  let lastStep = step;
  for (let count = 0; count < MAX_STEPS; count += 1) {
    if (Math.abs(fOpposite) < Math.abs(fBest)) {
      [previous, best, opposite] = [best, opposite, best];
      [fPrevious, fBest, fOpposite] = [fBest, fOpposite, fBest];
    }
    const tolerance = 2 * Number.EPSILON * Math.abs(best) + Number.MIN_VALUE;
    const middle = 0.5 * (opposite - best);
    if (Math.abs(middle) <= tolerance || fBest === 0) return best;
    const guess =
      Math.abs(lastStep) >= tolerance && Math.abs(fPrevious) > Math.abs(fBest)
        ? interpolate(previous, fPrevious, best, fBest, opposite, fOpposite)
        : null;
    const isUseful =
      guess !== null && guess / middle > 0 && 2 * Math.abs(guess) < Math.min(3 * Math.abs(middle), Math.abs(lastStep));
    lastStep = isUseful ? step : middle;
    step = isUseful ? guess : middle;
    previous = best;
    fPrevious = fBest;
    best += Math.abs(step) > tolerance ? step : Math.sign(middle) * tolerance;
    fBest = f(best);
    if (fBest < 0 === fOpposite < 0) {
      opposite = previous;
      fOpposite = fPrevious;
      step = best - previous;
      lastStep = step;
    }
  }
  return best;
}

/** The step from `best` by inverse quadratic interpolation, or by the secant when only two points differ. */
function interpolate(a: number, fa: number, b: number, fb: number, c: number, fc: number): number | null {
  const s = fb / fa;
  const step =
    a === c
      ? ((c - b) * s) / (s - 1)
      : (s * ((c - b) * (fa / fc) * (fa / fc - fb / fc) - (b - a) * (fb / fc - 1))) /
        ((fa / fc - 1) * (fb / fc - 1) * (s - 1));
  return Number.isFinite(step) ? step : null;
}

/**
 * The zero of an increasing or decreasing function on the whole line: doubles a bracket around `start`, then solves.
 * Throws a RangeError when no sign change is found.
 */
export function findZeroFrom(f: (x: number) => number, start: number, width: number): number {
  let reach = width;
  for (let count = 0; count < 60; count += 1) {
    const low = f(start - reach);
    const high = f(start + reach);
    if (low === 0 || high === 0 || low < 0 !== high < 0) return findZero(f, start - reach, start + reach);
    reach *= 2;
  }
  throw new RangeError(`no sign change around ${start}`);
}
