import type { ReaderReport } from '../../model/reader-report.js';
import { formatAge } from '../text/age.js';
import { count } from '../text/format.js';
import type { Head } from './chain.js';

/** Three reports in a row that did not come. */
const SILENT_MS = 95_000;
/** After this nobody waits for it any more. */
const GONE_MS = 3_600_000;

/** Which of those who serve an environment go by its last line. */
export interface Seen {
  readonly seen: readonly ReaderReport[];
  /** They report, and have an earlier line. */
  readonly behind: readonly ReaderReport[];
  /** They have not reported for a while: what they serve is not known. */
  readonly silent: readonly ReaderReport[];
}

export function whoHasSeen(reports: readonly ReaderReport[], { n, hash }: Head, now: number): Seen {
  const aged = reports.map((report) => ({ report, age: now - Date.parse(report.at) }));
  const alive = aged.filter(({ age }) => age <= SILENT_MS).map(({ report }) => report);
  // One that was faster than this look is not behind
  const isThere = (report: ReaderReport) => report.line > n || report.hash === hash;
  return {
    seen: alive.filter(isThere),
    behind: alive.filter((report) => !isThere(report)),
    silent: aged.filter(({ age }) => age > SILENT_MS && age <= GONE_MS).map(({ report }) => report),
  };
}

/** In words; null where there is nothing to be said. `isBack`: whether something here was rolled back. */
export function describeSeen(seen: Seen | null, isBack: boolean, now: number): string | null {
  const all = seen ? seen.seen.length + seen.behind.length + seen.silent.length : 0;
  if (seen === null || all === 0)
    return isBack ? 'how many apps have seen the rollback is not known: none reports to this store' : null;
  const name = ({ reader, line }: ReaderReport) => `${reader} (line ${line})`;
  const behind = seen.behind.length > 0 ? [`not by ${seen.behind.map(name).join(', ')}`] : [];
  const silent = seen.silent.map((report) => `${name(report)} is silent for ${formatAge(now - Date.parse(report.at))}`);
  return [`seen by ${seen.seen.length} of ${count(all, 'resolver')}`, ...behind, ...silent].join('; ');
}
