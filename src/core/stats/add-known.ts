/** The sum of two amounts; null, which is unknown, when one of them is. */
export function addKnown(sum: number | null, part: number | null): number | null {
  return sum === null || part === null ? null : sum + part;
}

/** The sum of amounts, 0 for none; null, which is unknown, when one of them is. */
export function sumKnown(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>(addKnown, 0);
}
