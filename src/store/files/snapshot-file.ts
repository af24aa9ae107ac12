import { readFile } from 'node:fs/promises';
import { LlmciError } from '../../core/text/errors.js';
import { readJson } from '../../core/text/read-json.js';
import { writeJson } from '../../core/text/write-json.js';
import { type Snapshot, snapshotSchema } from '../../model/snapshot.js';
import { writeAtomic } from './atomic.js';

/** The state of an environment that a file holds; null when there is no such file. Throws `bad-snapshot`. */
export async function readSnapshotFile(path: string): Promise<Snapshot | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new LlmciError('bad-snapshot', { path, why: message });
  }
  try {
    return snapshotSchema.parse(readJson(text));
  } catch (error) {
    throw new LlmciError('bad-snapshot', {
      path,
      why: error instanceof SyntaxError ? error.message : 'it holds something else',
    });
  }
}

/** Keeps the state of an environment in a file, whole or not at all. */
export async function keepSnapshot(path: string, snapshot: Snapshot): Promise<void> {
  await writeAtomic(path, `${writeJson(snapshot)}\n`);
}
