import { requireProbability } from './checks.js';

/**
 * The p values of several tests, adjusted so that the chance of any false alarm among them is at most alpha when each
 * rejects at alpha (Holm 1979; adjusted as in Wright 1992), in the order given. Throws a RangeError for a p outside of
 * [0, 1].
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  for (const p of pValues) requireProbability(p, 'p');
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, place) => {
    largest = Math.max(largest, (pValues[index] ?? 0) * (order.length - place));
    adjusted[index] = Math.min(1, largest);
  });
  return adjusted;
}
