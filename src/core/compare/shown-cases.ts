import type { Result } from '../../model/run-record.js';
import { nameOfSample } from '../scores/sample-name.js';
import type { ComparedCase, ComparedColumn, Comparison } from './comparison.js';

type Results = AsyncIterable<Result> | Iterable<Result>;

/**
 * The comparison with the samples of the first `shown` improved and of the first `shown` regressed cases of each column.
 * The results of both sides are looked through once, one at a time: all of them would not fit into memory.
 */
export async function attachResults(
  comparison: Comparison,
  results: { readonly before: Results; readonly now: Results },
  shown: number,
): Promise<Comparison> {
  const find = async (side: 'before' | 'now') => {
    const wanted = new Map<string, Result | null>();
    for (const column of comparison.columns) {
      const { improved, regressed } = column.cases;
      for (const each of [...improved.slice(0, shown), ...regressed.slice(0, shown)]) {
        wanted.set(keyOf(column, side, each), null);
      }
    }
    for await (const result of results[side]) {
      const key = nameOfSample(result);
      if (wanted.has(key)) wanted.set(key, result);
    }
    return wanted;
  };
  const found = { before: await find('before'), now: await find('now') };
  const attachTo = (column: ComparedColumn) => (each: ComparedCase, index: number) => {
    if (index >= shown) return each;
    const resultOf = (side: 'before' | 'now') => found[side].get(keyOf(column, side, each)) ?? null;
    return { ...each, results: { before: resultOf('before'), now: resultOf('now') } };
  };
  const columns = comparison.columns.map((column) => {
    const { improved, regressed } = column.cases;
    const attach = attachTo(column);
    return { ...column, cases: { ...column.cases, improved: improved.map(attach), regressed: regressed.map(attach) } };
  });
  return { ...comparison, columns };
}

function keyOf(column: ComparedColumn, side: 'before' | 'now', each: ComparedCase): string {
  return nameOfSample({ ...column[side], case: each.case, trial: each.trials[side] });
}
