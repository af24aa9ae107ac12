import { requireCount } from './checks.js';
import { sum } from './mean.js';

/** Agreement beyond chance: `kappa` is null when chance alone agrees always, as when only one category is used. */
export type Agreement = { readonly kappa: number | null; readonly observed: number; readonly expected: number };

/** `linear` and `quadratic` count a near miss as partial agreement, for categories that have an order. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/**
 * Cohen's kappa of two raters (Cohen 1960; weighted: Cohen 1968) from their square table of counts: `table[i][j]` items
 * got category i from the first and j from the second. Null for an empty table. Throws a RangeError for a table that is
 * not square or holds anything but counts.
 */
export function cohensKappa(table: readonly (readonly number[])[], weights: KappaWeights = 'none'): Agreement | null {
  const size = table.length;
  requireTable(table, size);
  const n = sum(table.flat());
  if (n === 0) return null;
  const rows = table.map((row) => sum(row));
  const columns = table.map((_, column) => sum(table.map((row) => row[column] ?? 0)));
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < size; j += 1) {
      const weight = agreementWeight(i, j, size, weights);
      observed += (weight * (table[i]?.[j] ?? 0)) / n;
      expected += ((weight * (rows[i] ?? 0)) / n) * ((columns[j] ?? 0) / n);
    }
  }
  return beyondChance(observed, expected);
}

function beyondChance(observed: number, expected: number): Agreement {
  const room = 1 - expected;
  return { kappa: room < 1e-12 ? null : (observed - expected) / room, observed, expected };
}

function agreementWeight(i: number, j: number, size: number, weights: KappaWeights): number {
  if (i === j) return 1;
  if (weights === 'none') return 0;
  const distance = Math.abs(i - j) / (size - 1);
  return 1 - (weights === 'linear' ? distance : distance ** 2);
}

function requireTable(table: readonly (readonly number[])[], columns: number): void {
  for (const row of table) {
    if (row.length !== columns) throw new RangeError(`every row must have ${columns} counts, got ${row.length}`);
    for (const count of row) requireCount(count, 'count');
  }
}
