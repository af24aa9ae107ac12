import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LlmciError } from '../core/text/errors.js';
import { readJson } from '../core/text/read-json.js';
import { writeJson } from '../core/text/write-json.js';
import { figuresSchema } from '../model/ledger.js';
import { daySpendSchema, rolloutCountsSchema } from '../model/live-counts.js';
import { personSchema } from '../model/person.js';
import { writeAtomic } from './atomic.js';

/** What a gateway must not forget: what it has counted, and what it has taken back by itself. */
const countsJournalSchema = z.strictObject({
  counts: z.array(rolloutCountsSchema),
  /** Names of rollouts that were rolled back here, whether the store has heard of it or not. */
  withheld: z.array(
    z.strictObject({
      rollout: z.string(),
      reason: z.string(),
      figures: figuresSchema.optional(),
      /** Whoever did it by hand, when the store could not hear of it. */
      by: personSchema.optional(),
    }),
  ),
  /** What scores have cost today: a budget of a day holds across restarts. */
  spent: daySpendSchema.optional(),
});
export type CountsJournal = z.infer<typeof countsJournalSchema>;

/** Reads what a gateway kept in its folder; empty where there is nothing. Throws `cannot-read` for what is broken: counts are not guessed. */
export async function readCounts(folder: string): Promise<CountsJournal> {
  const path = pathIn(folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { counts: [], withheld: [] };
    throw error;
  }
  try {
    return countsJournalSchema.parse(readJson(text));
  } catch {
    throw new LlmciError('bad-counts', { path });
  }
}

/** Keeps it, whole or not at all. */
export async function keepCounts(folder: string, journal: CountsJournal): Promise<void> {
  await writeAtomic(pathIn(folder), `${writeJson(journal)}\n`);
}

function pathIn(folder: string): string {
  return join(folder, 'counts.json');
}
