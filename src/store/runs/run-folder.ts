import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { firstFault } from '../../core/text/explain-issues.js';
import { writeJson } from '../../core/text/write-json.js';
import { MANIFEST_VERSION, type Manifest, manifestSchema } from '../../model/manifest.js';
import type { RunReader, RunSummary } from '../../model/run-record.js';
import { cannotWrite, makeFolder, writeAtomic } from '../files/atomic.js';
import { newerVersion } from '../files/newer-version.js';
import { ownPlace } from '../files/places.js';
import { lockRun } from '../files/run-lock.js';
import { Journal } from './journal.js';
import { Results } from './results.js';
import { MANIFEST, RESULTS, readBeside, readResults, SUMMARY } from './runs.js';

/** The folder of a run that is under way. It is locked until it is closed. */
export interface RunFolder {
  readonly id: string;
  readonly folder: string;
  readonly journal: Journal;
  /** Lets go of it, finished or not. May be called again. */
  close(): Promise<void>;
}

/**
 * A name for a run that sorts behind those of all earlier runs, whatever the clock says: `20260301-142530-x7k2`. Its
 * time is that of the start, or a second after that of the newest run where that is later.
 */
export function newRunId(now: Date, random: () => number, newest: string | null): string {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(newest ?? '') ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const after = parts.length === 0 ? Number.NaN : Date.UTC(year, month - 1, day, hour, minute, second + 1);
  const start = Number.isNaN(after) ? now : new Date(Math.max(now.getTime(), after));
  const time = start.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}

/** Makes the folder of a new run, with its manifest. Throws `cannot-write`. */
export async function startRun(
  out: string,
  { manifest, now, random }: { manifest: (id: string) => Manifest; now: Date; random: () => number },
): Promise<RunFolder> {
  const runs = ownPlace(out, 'runs');
  for (;;) {
    const newest = (await readdir(runs).catch(() => [])).filter(isRunId).sort().at(-1) ?? null;
    const id = newRunId(now, random, newest);
    const folder = join(runs, id);
    await makeFolder(runs).catch((error: unknown) => {
      throw cannotWrite(folder, error);
    });
    try {
      await mkdir(folder);
    } catch (error) {
      // Another process has this name, against all odds
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw cannotWrite(folder, error);
    }
    const run = await openFolder(runs, id);
    await writeAtomic(join(folder, MANIFEST), `${writeJson(manifest(id), 2)}\n`);
    return run;
  }
}

/** The folder of a run that goes on, and what it has. */
export interface ResumedRun extends RunFolder {
  readonly results: Results;
  /** Bytes at the end of its results that a crash had left there; they are cut off. */
  readonly cut: number;
}

/** Opens the folder of a run that goes on. It has no summary until it is finished again. Throws `run-under-way`, `cannot-write`. */
export async function resumeRun(out: string, id: string): Promise<ResumedRun> {
  const runs = ownPlace(out, 'runs');
  const path = ownPlace(runs, id, RESULTS);
  const run = await openFolder(runs, id);
  try {
    const cut = await repairEnd(path);
    await rm(join(run.folder, SUMMARY), { force: true });
    const results = await Results.open([path]);
    return {
      ...run,
      results,
      cut,
      close: async () => {
        await results.close();
        await run.close();
      },
    };
  } catch (error) {
    await run.close();
    throw (error as NodeJS.ErrnoException).code === undefined || error instanceof LlmciError
      ? error
      : cannotWrite(run.folder, error);
  }
}

/** Writes the summary of a run, which makes it readable. Throws `cannot-write`. */
export async function finishRun(run: RunFolder, summary: RunSummary): Promise<RunReader> {
  await run.journal.close();
  await writeAtomic(join(run.folder, SUMMARY), `${writeJson(summary, 2)}\n`);
  return { summary, results: () => readResults(run.folder), beside: (id) => readBeside(run.folder, id) };
}

/** Where a run is, below the folder for runs and the cache. */
export function runFolder(out: string, id: string): string {
  return join(out, 'runs', id);
}

/** What a run was asked to do; null for a folder that says nothing of it. Throws `unreadable-run`. */
export async function readManifest(out: string, id: string): Promise<Manifest | null> {
  const path = ownPlace(out, 'runs', id, MANIFEST);
  if (!existsSync(path)) return null;
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new LlmciError('unreadable-run', { run: id, why: `${MANIFEST}: ${(error as Error).message}; start anew` });
  }
  const parsed = manifestSchema.safeParse(data);
  if (parsed.success && parsed.data.runId === id) return parsed.data;
  const newer = newerVersion(data, 'manifestVersion', MANIFEST_VERSION);
  if (newer !== null) throw new LlmciError('unreadable-run', { run: id, why: newer });
  const why = parsed.error ? firstFault(parsed.error, manifestSchema, data) : 'runId: it is that of another run';
  throw new LlmciError('unreadable-run', { run: id, why: `${MANIFEST}: ${why}` });
}

/** Whether a name is one that llmci gives to runs. */
export function isRunId(name: string): boolean {
  return /^\d{8}-\d{6}-[0-9a-z]{4,}$/.test(name);
}

async function openFolder(runs: string, id: string): Promise<RunFolder> {
  const folder = ownPlace(runs, id);
  const lock = await lockRun(folder);
  if (!('release' in lock)) {
    const { pid, host, silentMs } = lock;
    if (silentMs === null) throw new LlmciError('run-under-way', { run: id, pid: String(pid), folder });
    const ago = `${Math.round(silentMs / 1000)} s`;
    throw new LlmciError('run-under-way-elsewhere', { run: id, pid: String(pid), host, ago, folder });
  }
  try {
    const journal = new Journal(join(folder, RESULTS));
    let closed = false;
    const close = async () => {
      if (closed) return;
      closed = true;
      // What it could not write was told when it was written
      await journal.close().catch(() => undefined);
      await lock.release();
    };
    return { id, folder, journal, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Cuts off what stands behind the last line that can be read. Returns how many bytes that were. */
async function repairEnd(path: string): Promise<number> {
  const results = await Results.open([path]);
  try {
    const end = await results.readableEnd();
    const { size } = await stat(path);
    if (size > end) await truncate(path, end);
    return Math.max(0, size - end);
  } finally {
    await results.close();
  }
}
