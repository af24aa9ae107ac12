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

/**
 * Fleiss' kappa of several raters (Fleiss 1971): `counts[i][j]` raters put item i into category j, with the same number
 * of raters, at least two, for each item. Null for no items. Throws a RangeError otherwise.
 */
export function fleissKappa(counts: readonly (readonly number[])[]): Agreement | null {
  const categories = counts[0]?.length ?? 0;
  requireTable(counts, categories);
  const raters = sum(counts[0] ?? []);
  if (counts.length === 0) return null;
  if (raters < 2 || counts.some((row) => sum(row) !== raters)) {
    throw new RangeError('every item needs the same number of raters, at least 2');
  }
  const total = counts.length * raters;
  const shares = (counts[0] ?? []).map((_, category) => sum(counts.map((row) => row[category] ?? 0)) / total);
  const agreements = counts.map((row) => sum(row.map((count) => count * (count - 1))) / (raters * (raters - 1)));
  return beyondChance(sum(agreements) / counts.length, sum(shares.map((share) => share ** 2)));
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
