import { rmdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LlmciError } from '../../core/text/errors.js';
import { cannotWrite, makeFolder } from './atomic.js';
import { ownPlace } from './places.js';
import { lockRun } from './run-lock.js';

const WAIT_MS = 20;

/** Longer than a dead holder on another machine is silent before its lock is taken over. */
const PATIENCE_MS = 120_000;

/**
 * Does something with a file that no other process does at the same time. The lock is a folder beside the file, which is
 * there only meanwhile; that of a process which was killed is known as such, after a minute if it was on another machine. A
 * lock that nobody gives back, such as one that was committed, is not waited for without end.
 * Rejects as `work` does, or with `cannot-write`, or `bad-link` when the lock is a link: it would be written where that leads.
 */
export async function inTurn<T>(path: string, work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const folder = lockFolderOf(path);
  const end = performance.now() + patienceMs;
  for (let failures = 0; ; await sleep(WAIT_MS * (1 + Math.random()))) {
    const lock = await take(folder).catch((error: unknown) => {
      // Whoever was before may have just taken the folder away
      if (++failures === MOST_FAILURES || !MOVING.has((error as NodeJS.ErrnoException).code))
        throw error instanceof LlmciError ? error : cannotWrite(path, error);
      return null;
    });
    if (lock === null) continue;
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        await lock.release();
        // Another process may have put its lock in there
        await rmdir(folder).catch(() => undefined);
      }
    }
    if (performance.now() >= end) {
      const holder = `process ${lock.pid} on ${lock.host} holds ${folder}`;
      throw cannotWrite(path, new Error(`${holder}; delete that folder if there is no such process any more`));
    }
  }
}

/** Where the lock of a file is. Throws `bad-link`. */
export function lockFolderOf(path: string): string {
  return ownPlace(dirname(path), `${basename(path)}.lock`);
}

/** What comes of a folder that another process makes or takes away at the same moment. */
const MOVING: ReadonlySet<string | undefined> = new Set(['ENOENT', 'EEXIST', 'cannot-write']);
const MOST_FAILURES = 100;

async function take(folder: string) {
  await makeFolder(folder);
  return lockRun(folder);
}
