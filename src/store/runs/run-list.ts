import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../model/manifest.js';
import { type RunSummary, runSummarySchema } from '../../model/run-record.js';
import { ownPlace } from '../files/places.js';
import { holderOf } from '../files/run-lock.js';
import { hasPending } from './pending-reports.js';
import { isRunId, readManifest } from './run-folder.js';
import { SUMMARY } from './runs.js';

/**
 * How far a run has got: `running` while a process has it; `unfinished` when it was killed, some of its samples have no
 * result or an error, or its reports are not all written; `unreadable` when its summary is damaged, or of a newer llmci.
 */
export type RunState = 'running' | 'finished' | 'interrupted' | 'unfinished' | 'unreadable';

/** A run in the folder for runs. */
export interface ListedRun {
  readonly id: string;
  readonly folder: string;
  readonly state: RunState;
  /** Null when it was made by a version that wrote none, or cannot be read. */
  readonly manifest: Manifest | null;
  /** Null while it is not finished. */
  readonly summary: RunSummary | null;
  /** On disk. */
  readonly bytes: number;
}

/** The runs in the folder for runs, the newest first, or the one with an id. What is no folder of a run is left out. */
export async function listRuns(out: string, only?: string): Promise<readonly ListedRun[]> {
  const runs = ownPlace(out, 'runs');
  const names = (await listRunIds(out)).filter((name) => only === undefined || name === only);
  const listed: ListedRun[] = [];
  for (const id of names) {
    const folder = join(runs, id);
    // A link may lead anywhere
    if (!(await lstat(folder)).isDirectory()) continue;
    const summary = await readSummary(folder);
    const manifest = await readManifest(out, id).catch(() => null);
    const state = (await holderOf(folder)) ? 'running' : stateOf(summary, folder);
    listed.push({ id, folder, state, manifest, summary, bytes: await sizeOf(folder) });
  }
  return listed;
}

/** The ids of the runs in the folder for runs, the newest first. */
export async function listRunIds(out: string): Promise<readonly string[]> {
  return (await readdir(ownPlace(out, 'runs')).catch(() => [])).filter(isRunId).sort().reverse();
}

/** Whether every sample of a run has what it can have, and the run was in time to be judged. */
export function isWhole({ interrupted, late, samples }: Pick<RunSummary, 'interrupted' | 'late' | 'samples'>): boolean {
  const { planned, finished, errors, unscored = 0 } = samples;
  return !interrupted && !late && finished >= planned && errors === 0 && unscored === 0;
}

function stateOf(summary: RunSummary | null, folder: string): RunState {
  if (summary === null) return existsSync(join(folder, SUMMARY)) ? 'unreadable' : 'unfinished';
  if (summary.interrupted) return 'interrupted';
  return isWhole(summary) && !hasPending(folder) ? 'finished' : 'unfinished';
}

async function readSummary(folder: string): Promise<RunSummary | null> {
  try {
    return runSummarySchema.parse(JSON.parse(await readFile(ownPlace(folder, SUMMARY), 'utf8')));
  } catch {
    return null;
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await lstat(join(folder, name)).catch(() => null))?.size ?? 0;
  return bytes;
}
