/** The sum of each component over some vectors, as many as the first has; empty for no vector. */
export function addVectors(vectors: readonly ArrayLike<number>[]): number[] {
  const sums: number[] = Array.from(vectors[0] ?? [], () => 0);
  for (const vector of vectors) addTo(sums, vector);
  return sums;
}

/** Adds a vector to the sums in place. */
export function addTo(sums: number[], vector: ArrayLike<number>): void {
  for (let index = 0; index < sums.length; index += 1) sums[index] = (sums[index] ?? 0) + (vector[index] ?? 0);
}
