import { rm } from 'node:fs/promises';
import { cannotWrite } from '../files/atomic.js';
import { lockRun } from '../files/run-lock.js';
import type { ListedRun } from './run-list.js';

/** Which runs go. */
export interface PruneRule {
  /** As many of the newest stay. */
  readonly keep: number;
  /** Those that began later stay too; null for no such limit. */
  readonly before: Date | null;
}

/** When a run began; null when nothing says so. */
export function startOfRun({ summary, manifest }: Pick<ListedRun, 'summary' | 'manifest'>): string | null {
  return summary?.startedAt ?? manifest?.startedAt ?? null;
}

/** The runs, of a list with the newest first, that a rule removes. One that is under way is never among them. */
export function runsToPrune(runs: readonly ListedRun[], { keep, before }: PruneRule): readonly ListedRun[] {
  return runs.slice(keep).filter((run) => {
    const start = startOfRun(run);
    return run.state !== 'running' && (before === null || (start !== null && Date.parse(start) < before.getTime()));
  });
}

/** Removes the folder of a run. Returns false when a process has taken it meanwhile. Throws `cannot-write`. */
export async function removeRun({ folder }: ListedRun): Promise<boolean> {
  // With the lock nobody can go on with it while it goes away
  const lock = await lockRun(folder);
  if (!('release' in lock)) return false;
  try {
    await rm(folder, { recursive: true, force: true });
    return true;
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}
