/** The day of a moment in UTC, as prices, budgets and rules of lint name days: 2026-11-29. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
