/** `a, b and 3 more`: so many ids at the most. Not cleaned. */
export function namesOf(ids: readonly string[], most: number): string {
  const rest = ids.length - most;
  return `${ids.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
