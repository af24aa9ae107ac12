import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import type { RunReader } from '../model/run-record.js';
import { ownPlace } from '../store/files/places.js';
import { RESULTS, readRun } from '../store/runs/runs.js';

/** A run that was kept; null for one that is not there, is under way, or cannot be read. */
export async function readKeptRun(out: string, id: string): Promise<RunReader | null> {
  try {
    return await readRun(out, id);
  } catch (error) {
    if (error instanceof LlmciError) return null;
    throw error;
  }
}

/** How many bytes its results take; 0 for none. */
export function sizeOfResults(out: string, id: string): number {
  const path = join(ownPlace(out, 'runs'), id, RESULTS);
  return existsSync(path) ? statSync(path).size : 0;
}
