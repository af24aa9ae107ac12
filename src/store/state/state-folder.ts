import { existsSync, watch as watchFolder } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LlmciError } from '../../core/text/errors.js';
import { writeAtomic } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';
import { lockRun } from '../files/run-lock.js';
import { openReaderFolder } from './reader-reports.js';
import { type ReadFile, type StateFiles, storeOfFiles, textOfStateFile } from './state-files.js';
import type { StateStore } from './state-store.js';
import { watchByLooks } from './watch-by-looks.js';

/** How long others may have the ledger, and how often it is looked at again. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 15;
/** Where the system tells nothing of changes. */
const WATCH_MS = 250;

/** Releases and ledgers in a folder, which may be committed. `name` is how messages call it. */
export function openStateFolder(folder: string, name: string): StateStore {
  const read: ReadFile = (path) => readIfThere(ownPlace(folder, ...path.split('/')));
  const files: StateFiles = {
    name,
    read,
    list: (below) => pathsBelow(ownPlace(folder, below), below),
    absence: async () =>
      existsSync(folder)
        ? null
        : `there is no folder ${name} yet: llmci release makes it; see that \`state\` names the right one`,
    change: async (decide, makes) => {
      const lock = await waitForLock(folder, name);
      try {
        const changes = await decide(read);
        if (changes !== null && makes) await keepFromGit(folder);
        for (const [path, text] of changes ?? []) await writeAtomic(() => ownPlace(folder, ...path.split('/')), text);
        return changes !== null;
      } finally {
        await lock.release();
      }
    },
    watch: (changed) => watchState(folder, changed),
    reports: openReaderFolder(join(folder, '.readers')),
  };
  return storeOfFiles(files);
}

/** Git is not to write line breaks of Windows into what has hashes, as `core.autocrlf` would. What somebody has written there stays. */
async function keepFromGit(folder: string): Promise<void> {
  const place = () => ownPlace(folder, '.gitattributes');
  if (!existsSync(place())) await writeAtomic(place, '* -text\n');
}

async function waitForLock(folder: string, name: string): Promise<{ release(): Promise<void> }> {
  const place = ownPlace(folder, '.lock');
  const ignored = () => ownPlace(place, '.gitignore');
  // What a process that was killed leaves there is nothing to be committed
  if (!existsSync(ignored())) await writeAtomic(ignored, '*\n');
  for (let waited = 0; ; waited += LOOK_MS) {
    const lock = await lockRun(place);
    if ('release' in lock) return lock;
    if (waited > PATIENCE_MS) {
      const who = `process ${lock.pid} on ${lock.host}`;
      throw new LlmciError('state-busy', { store: name, who, lock: `${name}/.lock` });
    }
    // Two that look at the same moments would stand in each other's way for ever
    await sleep(LOOK_MS * (0.5 + Math.random()));
  }
}

/** By events of the system where it has any, and by a look at the heads in any case. */
function watchState(folder: string, changed: () => void): () => void {
  const environments = join(folder, 'environments');
  const stopEvents = watchEvents(environments, changed);
  const stopLooks = watchByLooks(() => headsIn(environments), WATCH_MS, changed);
  return () => {
    stopLooks();
    stopEvents();
  };
}

function watchEvents(folder: string, changed: () => void): () => void {
  try {
    const watcher = watchFolder(folder, { persistent: false }, changed);
    watcher.on('error', () => undefined);
    return () => watcher.close();
  } catch {
    return () => undefined; // no such folder yet, or a system that tells nothing
  }
}

async function headsIn(folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.head')).sort();
  const texts = names.map((name) => readIfThere(join(folder, name)).catch(() => null));
  return (await Promise.all(texts)).join('\n');
}

async function readIfThere(place: string): Promise<string | null> {
  try {
    // Whole and then as text: Node decodes a long file in pieces otherwise
    return textOfStateFile(await readFile(place));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The paths of all files in a folder, each with `path` before it. Node's own `recursive` takes three times as long. */
async function pathsBelow(folder: string, path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const paths = entries.map((entry) =>
      entry.isDirectory() ? pathsBelow(join(folder, entry.name), `${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
    return (await Promise.all(paths)).flat();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
