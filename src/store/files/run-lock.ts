import { execFile } from 'node:child_process';
import { link, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { writeJson } from '../../core/text/write-json.js';
import { cannotWrite } from './atomic.js';
import { removeLeftovers, temporaryFor } from './leftovers.js';
import { readFileText } from './read-file.js';

const run = promisify(execFile);

/** How often a holder says that it is alive, and after how long a silence it is taken to be dead. */
const BEAT_MS = 15_000;
const SILENCE_MS = 60_000;

/**
 * Who has a run folder. Process ids are used again, so the time at which the process started belongs to it; and they mean
 * something among the processes of one machine or container only, which is its `space`.
 */
// What later versions write beside it is no matter: their locks hold too
const holderSchema = z.object({
  pid: z.int().positive(),
  started: z.string().nullable(),
  host: z.string(),
  space: z.string().nullable().default(null),
  beats: z.boolean().default(false).describe('Whether its lock is written anew again and again, as long as it lives.'),
});

/** A process that has a run folder. */
export type Holder = z.infer<typeof holderSchema> & {
  /** How long ago it was heard of, in milliseconds; null for one of this machine, which can be asked. */
  readonly silentMs: number | null;
};

/** A run folder that no other process may go on with. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a run folder, over from a process that is dead if need be. Returns the holder when there is one.
 * Locks have numbers, so that none is ever taken away to be replaced, which two could do to each other: whoever makes
 * the next one has it, unless there is another whose holder is alive.
 */
export async function lockRun(folder: string): Promise<RunLock | Holder> {
  const own = writeJson({ ...(await whoAmI()), beats: true });
  for (;;) {
    const holder = await holderOf(folder);
    if (holder !== null) return holder;
    const number = Math.max(0, ...(await locksIn(folder))) + 1;
    if (!(await create(lockPath(folder, number), own))) continue;
    const other = await holderOf(folder, number);
    if (other === null) {
      await removeLeftovers(folder, (file) => LOCK.test(file));
      return hold(folder, number, own);
    }
    await rm(lockPath(folder, number), { force: true });
    return other;
  }
}

/** Who has the run folder now, but for the lock with the number `own`; null when nobody has. */
export async function holderOf(folder: string, own = 0): Promise<Holder | null> {
  for (const number of await locksIn(folder)) {
    const holder = number === own ? null : await aliveHolder(lockPath(folder, number));
    if (holder !== null) return holder;
  }
  return null;
}

const LOCK = /^lock-(\d{1,9})$/;

function lockPath(folder: string, number: number): string {
  return join(folder, `lock-${number}`);
}

async function locksIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => Number(LOCK.exec(name)?.[1] ?? 0) || []);
}

/** Says that its holder is alive until the lock is let go. */
function hold(folder: string, number: number, own: string): RunLock {
  const path = lockPath(folder, number);
  let beating: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // `r+`, so that a lock which somebody took away does not come back
    beating = writeFile(path, own, { flag: 'r+' }).catch(() => undefined);
  }, BEAT_MS).unref();
  return {
    release: async () => {
      clearInterval(timer);
      await beating;
      await release(folder, number);
    },
  };
}

/** Who is alive and has this lock. Null for one that says nothing: it was written by halves, before a crash. */
async function aliveHolder(path: string): Promise<Holder | null> {
  let written: z.infer<typeof holderSchema>;
  try {
    written = holderSchema.parse(JSON.parse(await readFileText(() => path, path)));
  } catch {
    return null;
  }
  if (await isHere(written)) return (await isRunning(written)) ? { ...written, silentMs: null } : null;
  const silentMs = await silenceOf(path);
  return written.beats && silentMs > SILENCE_MS ? null : { ...written, silentMs };
}

/** How long ago a file was written, by the clock of the disk that it is on: that of its writer may be another. */
async function silenceOf(path: string): Promise<number> {
  const probe = temporaryFor(path);
  try {
    await writeFile(probe, '');
    return Math.max(0, (await stat(probe)).mtimeMs - (await stat(path)).mtimeMs);
  } catch {
    // Nothing is known: it may be alive
    return 0;
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** Makes a file with its content in one step. Returns false when it is there already. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = temporaryFor(path);
  try {
    await writeFile(temporary, content);
    await link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems know no links
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw cannotWrite(path, error);
    return await writeFile(path, content, { flag: 'wx' }).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Takes the lock away, and those of the dead below it. */
async function release(folder: string, number: number): Promise<void> {
  for (const each of await locksIn(folder)) {
    if (each <= number) await rm(lockPath(folder, each), { force: true }).catch(() => undefined);
  }
}

async function whoAmI() {
  return { pid: process.pid, started: await startOf(process.pid), host: hostname(), space: await spaceOfProcesses() };
}

/** Whether a process is one of this machine or container, and so can be asked. Old locks do not say of which container. */
async function isHere({ host, space }: Pick<Holder, 'host' | 'space'>): Promise<boolean> {
  if (host !== hostname()) return false;
  const own = await spaceOfProcesses();
  return space === null || own === null || space === own;
}

/** What the ids of processes belong to, as Linux calls it: containers of one name may have one each. Null elsewhere. */
async function spaceOfProcesses(): Promise<string | null> {
  return readlink('/proc/self/ns/pid').catch(() => null);
}

async function isRunning({ pid, started }: Pick<Holder, 'pid' | 'started'>): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = await startOf(pid);
  return started === null || now === null || started === now;
}

/** When a process started, in the system's own words; null when it cannot be told. */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name, in brackets, may hold anything; the start is the 20th field behind it. Ticks since the boot, so with its id
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    return ticks === undefined ? null : `${boot.trim()} ${ticks}`;
  }
  if (process.platform === 'win32') return null;
  const listed = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 5000 }).catch(() => null);
  return listed?.stdout.trim() || null;
}
