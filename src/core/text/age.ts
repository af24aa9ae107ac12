const UNITS: readonly (readonly [ms: number, letter: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
];

/** A length of time in its two largest units, rounded down, as ages are told: `3d 2h`, `2h`, `5m 20s`, `0s`. */
export function formatAge(ms: number): string {
  const first = UNITS.findIndex(([unit]) => Math.abs(ms) >= unit);
  if (first < 0) return '0s';
  let rest = Math.abs(ms);
  const parts: string[] = [];
  for (const [unit, letter] of UNITS.slice(first, first + 2)) {
    const many = Math.floor(rest / unit);
    rest -= many * unit;
    if (many > 0) parts.push(`${many}${letter}`);
  }
  return parts.join(' ');
}
