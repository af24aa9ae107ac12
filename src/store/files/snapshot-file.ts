import { readFile } from 'node:fs/promises';
import { sealedText, unsealSnapshot } from '../../core/releases/snapshot.js';
import { LlmciError } from '../../core/text/errors.js';
import { readJson } from '../../core/text/read-json.js';
import type { Snapshot } from '../../model/snapshot.js';
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
  const snapshot = readState(text);
  if (typeof snapshot === 'string') throw new LlmciError('bad-snapshot', { path, why: snapshot });
  return snapshot;
}

function readState(text: string): Snapshot | string {
  try {
    return unsealSnapshot(readJson(text));
  } catch (error) {
    return (error as Error).message;
  }
}

/** Keeps the state of an environment in a file, whole or not at all. */
export async function keepSnapshot(path: string, snapshot: Snapshot): Promise<void> {
  await writeAtomic(path, `${sealedText(snapshot)}\n`);
}
