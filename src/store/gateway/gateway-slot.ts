import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { readJson } from '../../core/text/read-json.js';
import { writeJson } from '../../core/text/write-json.js';
import { NO_TALLY, type Tally, tallySchema } from '../../model/tally.js';
import { makeFolder, writeAtomic } from '../files/atomic.js';
import { type Holder, lockRun, type RunLock } from '../files/run-lock.js';

const FILE = 'counts.json';
/** The places of gateways that run beside the first, by number. */
const BESIDE = 'beside';

/** The place of one gateway in the folder that those of a machine share: what was counted in it goes on after a restart. */
export class GatewaySlot {
  /** What it is known by elsewhere: the same after a restart. */
  readonly gateway: string;
  /** The same for people, of the process that has it now. */
  readonly name = `process ${process.pid} on ${hostname()}`;
  /** What was kept in it before. */
  readonly earlier: Tally;
  readonly #folder: string;
  readonly #own: string;
  readonly #lock: RunLock;
  /** The lock of the folder itself: who has it leads the gateways here. */
  #lead: RunLock | null;
  #kept = '';

  /** Takes the first place that nobody has. Throws `bad-counts` where what was kept in it cannot be read: counts are not guessed. */
  static async take(folder: string): Promise<GatewaySlot> {
    for (let number = 1; ; number++) {
      const own = number === 1 ? folder : join(folder, BESIDE, String(number));
      await makeFolder(own);
      const lock = await lockRun(own);
      if (!('release' in lock)) continue;
      try {
        return new GatewaySlot(folder, own, lock, (await readTally(own)) ?? NO_TALLY);
      } catch (error) {
        await lock.release();
        throw error;
      }
    }
  }

  private constructor(folder: string, own: string, lock: RunLock, earlier: Tally) {
    this.#folder = folder;
    this.#own = own;
    this.#lock = lock;
    this.#lead = own === folder ? lock : null;
    this.earlier = earlier;
    this.gateway = earlier.gateway ?? randomUUID();
  }

  /** Keeps it, whole or not at all. */
  async keep(tally: Tally): Promise<void> {
    const text = writeJson({ ...tally, gateway: this.gateway });
    if (text === this.#kept) return;
    await writeAtomic(join(this.#own, FILE), `${text}\n`);
    this.#kept = text;
  }

  /** Null when this gateway leads those of the folder, else who does. A leader that has died is followed at once. */
  async lead(): Promise<Holder | null> {
    if (this.#lead !== null) return null;
    const taken = await lockRun(this.#folder);
    if (!('release' in taken)) return taken;
    this.#lead = taken;
    return null;
  }

  /** What all others in the folder have kept, those that have ended too. */
  async others(): Promise<readonly Tally[]> {
    return readTallies(this.#folder, this.#own);
  }

  async release(): Promise<void> {
    await this.#lock.release();
    if (this.#lead !== this.#lock) await this.#lead?.release();
  }
}

/** What gateways have kept in a folder, but for that in the place `own`. Throws `bad-counts`. */
export async function readTallies(folder: string, own: string | null = null): Promise<readonly Tally[]> {
  const beside = await readdir(join(folder, BESIDE)).catch(() => []);
  const places = [folder, ...beside.sort().map((name) => join(folder, BESIDE, name))];
  const read = await Promise.all(places.filter((place) => place !== own).map(readTally));
  return read.filter((tally) => tally !== null);
}

async function readTally(folder: string): Promise<Tally | null> {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return tallySchema.parse(readJson(text));
  } catch {
    throw new LlmciError('bad-counts', { path });
  }
}
