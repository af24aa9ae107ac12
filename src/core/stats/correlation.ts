import { requireFinite, requireSameLength } from './checks.js';
import { mean, sum } from './mean.js';
import { midranks, tieSizes } from './ranks.js';

/** Pearson's correlation of paired values; null below two pairs, or when either side is constant. */
export function pearson(x: readonly number[], y: readonly number[]): number | null {
  requireSameLength(x, y, 'x and y');
  const centreX = mean(x);
  const centreY = mean(y);
  if (centreX === null || centreY === null) return null;
  const dx = x.map((value) => value - centreX);
  const dy = y.map((value) => value - centreY);
  const scale = Math.sqrt(sum(dx.map((value) => value ** 2))) * Math.sqrt(sum(dy.map((value) => value ** 2)));
  if (scale === 0) return null;
  const product = sum(dx.map((value, index) => value * (dy[index] ?? 0)));
  return Math.min(1, Math.max(-1, product / scale));
}

/** Spearman's rank correlation: Pearson's of the mid-ranks; null as `pearson`. */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  requireFinite(x, 'x');
  requireFinite(y, 'y');
  return pearson(midranks(x), midranks(y));
}

/**
 * Kendall's tau-b, which allows for ties (Kendall 1945); null when either side is constant. Pairs are counted by merge
 * sort in n log n steps (Knight 1966).
 */
export function kendallTauB(x: readonly number[], y: readonly number[]): number | null {
  requireSameLength(x, y, 'x and y');
  requireFinite(x, 'x');
  requireFinite(y, 'y');
  const pairs = x.map((value, index): readonly [number, number] => [value, y[index] ?? Number.NaN]);
  pairs.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
  const all = choose2(x.length);
  const tiedX = tiedPairs(midranks(x));
  const tiedY = tiedPairs(midranks(y));
  const tiedBoth = countTiedBoth(pairs);
  const discordant = countInversions(pairs.map((pair) => pair[1]));
  if (all === tiedX || all === tiedY) return null;
  const concordantMinusDiscordant = all - tiedX - tiedY + tiedBoth - 2 * discordant;
  return concordantMinusDiscordant / Math.sqrt(all - tiedX) / Math.sqrt(all - tiedY);
}

function choose2(n: number): number {
  return (n * (n - 1)) / 2;
}

function tiedPairs(values: readonly number[]): number {
  return sum(tieSizes(values).map(choose2));
}

/** Pairs of rows equal in both, in rows sorted by both. */
function countTiedBoth(sorted: readonly (readonly [number, number])[]): number {
  let tied = 0;
  let run = 0;
  for (let index = 1; index < sorted.length; index += 1) {
    run = sorted[index]?.[0] === sorted[index - 1]?.[0] && sorted[index]?.[1] === sorted[index - 1]?.[1] ? run + 1 : 0;
    tied += run;
  }
  return tied;
}

/** Pairs out of order, counted while merging ever longer sorted runs. */
function countInversions(values: readonly number[]): number {
  let from = [...values];
  let inversions = 0;
  for (let width = 1; width < from.length; width *= 2) {
    const to: number[] = [];
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let left = start;
      let right = middle;
      while (left < middle || right < end) {
        const a = left < middle ? (from[left] ?? 0) : Number.POSITIVE_INFINITY;
        const b = right < end ? (from[right] ?? 0) : Number.POSITIVE_INFINITY;
        if (left < middle && a <= b) {
          to.push(a);
          left += 1;
        } else {
          to.push(b);
          right += 1;
          inversions += middle - left;
        }
      }
    }
    from = to;
  }
  return inversions;
}
