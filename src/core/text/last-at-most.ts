/** The place of the last of some rising numbers that is at most `limit`; -1 when none is. */
export function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [-1, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
