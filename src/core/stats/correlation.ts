import { requireFinite, requireSameLength } from './checks.js';
import { mean, sum } from './mean.js';
import { midranks } from './ranks.js';

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
