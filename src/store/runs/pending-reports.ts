import { existsSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJson } from '../../core/text/write-json.js';
import { cannotWrite } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';

/** Beside the results of a run until its reports are written: which these are, so that going on with it can write them. */
const PENDING = 'reports.json';

const pendingSchema = z.strictObject({
  reports: z.array(z.strictObject({ name: z.string(), file: z.string() })),
});

/** A report that a run is to write to a file, by its path from the root of the project. */
export type PendingReport = z.infer<typeof pendingSchema>['reports'][number];

/** Notes which reports a run has to write before it is finished. Throws `cannot-write`. */
export function notePending(folder: string, reports: readonly PendingReport[]): void {
  try {
    writeFileSync(ownPlace(folder, PENDING), `${writeJson({ reports })}\n`);
  } catch (error) {
    throw cannotWrite(join(folder, PENDING), error);
  }
}

export function hasPending(folder: string): boolean {
  return existsSync(join(folder, PENDING));
}

/** The reports that a run has not written yet; none when that cannot be read. */
export async function readPending(folder: string): Promise<readonly PendingReport[]> {
  try {
    return pendingSchema.parse(JSON.parse(await readFile(ownPlace(folder, PENDING), 'utf8'))).reports;
  } catch {
    return [];
  }
}

/** The reports of a run are written. */
export async function clearPending(folder: string): Promise<void> {
  await rm(join(folder, PENDING), { force: true });
}
