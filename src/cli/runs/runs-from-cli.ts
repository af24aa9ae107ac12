import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { count, formatBytes, formatNumber, formatUsd } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { RunSummary } from '../../model/run-record.js';
import { findRoot } from '../../project/source/files.js';
import type { TableColumn } from '../../reporters/layout/layout.js';
import { layOutTable } from '../../reporters/layout/table.js';
import { openOut } from '../../store/git/out-folder.js';
import { BatchLog } from '../../store/runs/batch-log.js';
import { removeRun, runsToPrune, startOfRun } from '../../store/runs/prune-runs.js';
import { type ListedRun, listRuns } from '../../store/runs/run-list.js';
import { commandToGoOn } from '../resume.js';
import type { Terminal } from '../terminal.js';
import { describeShare, describeTrends, passedOf, trendsOf } from './trends.js';

/** The flags of runs as commander parses them. */
export interface RunsFlags {
  readonly keep?: number;
  /** Milliseconds. */
  readonly olderThan?: number;
  readonly dryRun?: boolean;
  readonly out: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

const KEPT = 20;
/** Where the terminal's is not known, as in logs. */
const DEFAULT_WIDTH = 120;

/** `llmci runs`: what is kept, the newest first. */
export async function listFromCli(flags: RunsFlags, terminal: Terminal): Promise<number> {
  const out = await outOf(flags, terminal);
  const runs = await listRuns(out);
  const { stdout } = terminal;
  if (flags.json) stdout.write(`${printableJson(runs.map(toJson), 2)}\n`);
  else if (runs.length === 0) stdout.write(`There are no runs in ${out}/runs.\n`);
  else stdout.write(describeRuns(runs, stdout.columns ?? DEFAULT_WIDTH));
  return 0;
}

/** `llmci runs prune`: removes old runs, and says which. Those with a batch that may still be answered stay: it is paid for. */
export async function pruneFromCli(flags: RunsFlags, terminal: Terminal): Promise<number> {
  const runs = await listRuns(await outOf(flags, terminal));
  const before = flags.olderThan === undefined ? null : new Date(realWorld().date().getTime() - flags.olderThan);
  const removed: ListedRun[] = [];
  const awaited: ListedRun[] = [];
  for (const run of runsToPrune(runs, { keep: flags.keep ?? KEPT, before })) {
    if (await BatchLog.hasOpen(run.folder)) awaited.push(run);
    else if (flags.dryRun || (await removeRun(run))) removed.push(run);
  }
  if (flags.json) {
    terminal.stdout.write(
      `${printableJson({ removed: removed.map(toJson), awaited: awaited.map(toJson), dryRun: flags.dryRun ?? false }, 2)}\n`,
    );
    return 0;
  }
  const bytes = removed.reduce((sum, run) => sum + run.bytes, 0);
  const verb = flags.dryRun ? 'Would remove' : 'Removed';
  const lines = removed.map(({ id, bytes: size }) => `${id}  ${formatBytes(size)}`);
  for (const { id } of awaited)
    lines.push(`${id}  stays: a batch of it is open, and paid for. To go on with it: ${commandToGoOn(id, flags)}`);
  const left = runs.length - removed.length;
  const stay = `${count(left, 'run')} ${flags.dryRun ? 'would stay' : left === 1 ? 'stays' : 'stay'}`;
  lines.push(`${verb} ${count(removed.length, 'run')} (${formatBytes(bytes)}); ${stay}.`);
  terminal.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function outOf({ out, cwd }: RunsFlags, terminal: Terminal): Promise<string> {
  return openOut(findRoot(resolve(cwd ?? terminal.cwd())), out);
}

interface RunsColumn extends TableColumn {
  readonly cell: (run: ListedRun) => string;
}

/** The name of a run says when it began (UTC); `prune` tells its size. */
const COLUMNS: readonly RunsColumn[] = [
  { title: 'run', cell: ({ id }) => id },
  {
    title: 'verdict',
    cell: (run) => verdictOf(run) + (run.manifest?.shard ? ' (part)' : ''),
  },
  { title: 'samples', align: 'end', cell: ({ summary }) => (summary ? samplesOf(summary) : '') },
  { title: 'commit', cell: commitOf },
  { title: 'suites', cell: (run) => namesOf(suitesOf(run)) },
  { title: 'cost', align: 'end', cell: costOf },
];

function describeRuns(runs: readonly ListedRun[], width: number): string {
  const rows = runs.map((run) => COLUMNS.map(({ cell }) => cell(run)));
  const { head, rows: lines } = layOutTable(COLUMNS, rows, width);
  const table = [...head, ...lines.flat()];
  const trends = trendsOf(runs.flatMap(({ summary }) => summary ?? []).reverse());
  return `${[...table, ...(trends.length > 0 ? ['', 'passed, from the oldest run to the newest', ...describeTrends(trends, width)] : [])].join('\n')}\n`;
}

function toJson(run: ListedRun): object {
  const { id, state, manifest, summary, bytes } = run;
  return {
    id,
    startedAt: startOfRun(run),
    state,
    suites: suitesOf(run),
    shard: manifest?.shard ?? null,
    samples: summary?.samples ?? null,
    verdict: summary?.verdict ?? null,
    exitCode: summary?.exitCode ?? null,
    git: summary?.git ?? null,
    passed: summary?.suites.map(({ id: suite, passed = null }) => ({ suite, passed })) ?? null,
    usd: summary?.usage.usd ?? null,
    bytes,
  };
}

function suitesOf({ summary, manifest }: ListedRun): readonly string[] {
  return summary?.suites.map(({ id }) => id) ?? manifest?.asked.suites ?? [];
}

/** `pass`, or `pass, unfinished` where there is still something to do, as of a run whose reports were not written. */
function verdictOf({ summary, state }: ListedRun): string {
  if (!summary) return state;
  return state === 'finished' ? summary.verdict : `${summary.verdict}, ${state}`;
}

/** The first name, and how many more there are. */
function namesOf([first = '', ...others]: readonly string[]): string {
  return printableLine(first, 24) + (others.length === 0 ? '' : ` +${others.length}`);
}

/** `74, 93% pass`, or `20 of 74` of a run that did not get to its end and has no pass marks. */
function samplesOf({ samples: { planned, finished }, suites }: RunSummary): string {
  const many = finished === planned ? formatNumber(planned) : `${formatNumber(finished)} of ${formatNumber(planned)}`;
  const share = describeShare(passedOf(suites));
  return share === '' ? many : `${many}, ${share} pass`;
}

function costOf({ summary }: ListedRun): string {
  if (summary === null) return '';
  return summary.usage.usd === null ? 'unknown' : formatUsd(summary.usage.usd);
}

/** `0123456 main`, with a `*` where files had been changed. */
function commitOf({ summary }: ListedRun): string {
  if (!summary?.git) return '';
  const { commit, branch, dirty } = summary.git;
  return printableLine(`${commit.slice(0, 7)}${dirty ? '*' : ''}${branch === null ? '' : ` ${branch}`}`, 24);
}
