import { formatWholeShare } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { RunSummary } from '../../model/run-record.js';
import { fitColumns, layOutRow, type TableColumn } from '../../reporters/layout/layout.js';

/** The shares of samples of a suite that passed, from the oldest run to the newest. */
export interface Trend {
  readonly suite: string;
  readonly shares: readonly number[];
}

type Passed = NonNullable<RunSummary['suites'][number]['passed']>;

const STEPS = [...'▁▂▃▄▅▆▇█'];
const SHOWN = 30;

/** The trend of each suite that was run twice at least, with samples that have pass marks. Runs of some cases do not count. */
export function trendsOf(runs: readonly RunSummary[]): readonly Trend[] {
  const suites = new Map<string, number[]>();
  for (const { filtered, shard, suites: own } of runs) {
    if (filtered || shard) continue;
    for (const { id, passed } of own) {
      if (!passed || passed.of === 0) continue;
      suites.set(id, [...(suites.get(id) ?? []), passed.samples / passed.of]);
    }
  }
  return [...suites]
    .filter(([, shares]) => shares.length > 1)
    .map(([suite, shares]) => ({ suite, shares: shares.slice(-SHOWN) }));
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'suite', minWidth: 12 },
  { title: 'trend' },
  { title: 'now', align: 'end' },
];

/** A line for each suite, with its shares as bars from 0 to all. */
export function describeTrends(trends: readonly Trend[], width: number): readonly string[] {
  const rows = trends.map(({ suite, shares }) => [
    `  ${printableLine(suite, 60)}`,
    shares.map((share) => STEPS[Math.min(STEPS.length - 1, Math.floor(share * STEPS.length))]).join(''),
    describeShare({ samples: shares.at(-1) ?? 0, of: 1 }),
  ]);
  const widths = fitColumns(COLUMNS, rows, width);
  return rows.map((row) => layOutRow(row, COLUMNS, widths).join('  ').trimEnd());
}

/** `93%`; nothing without pass marks. */
export function describeShare(passed: Passed | null): string {
  if (passed === null || passed.of === 0) return '';
  return formatWholeShare(passed.samples / passed.of);
}

/** Of all suites of a run together; null where its record does not tell. */
export function passedOf(suites: RunSummary['suites']): Passed | null {
  const known = suites.flatMap(({ passed }) => passed ?? []);
  if (known.length < suites.length) return null;
  return known.reduce((sum, { samples, of }) => ({ samples: sum.samples + samples, of: sum.of + of }), {
    samples: 0,
    of: 0,
  });
}
