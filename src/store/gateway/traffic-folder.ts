import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrafficPolicy } from '../../model/traffic.js';
import { APPEND, makeFolder } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';

/** How large and how old a file becomes, as a share of what all may be: so much is removed at once. */
const SHARE = 10;
const MOST_FILE_BYTES = 8 << 20;
const DAY_MS = 86_400_000;
/** The time at which a file was begun, and by whom: several gateways may write to one folder. */
const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{8}\.jsonl$/;

interface OpenTrafficFile {
  readonly handle: FileHandle;
  readonly begun: number;
  bytes: number;
}

/** The files that live calls are kept in: appended to, of bounded size and age, and readable by their owner only. */
export class TrafficFolder {
  readonly #path: string;
  readonly #policy: Pick<TrafficPolicy, 'maxAge' | 'maxMegabytes'>;
  readonly #now: () => number;
  #file: OpenTrafficFile | null = null;

  /** `path` is absolute; `now` gives milliseconds since 1970. */
  constructor(path: string, policy: Pick<TrafficPolicy, 'maxAge' | 'maxMegabytes'>, now: () => number) {
    this.#path = path;
    this.#policy = policy;
    this.#now = now;
  }

  /** Appends whole lines. Rejects with the system's error, or LlmciError `bad-link`. */
  async append(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const file = await this.#fileFor(bytes.length);
    file.bytes += bytes.length;
    try {
      await file.handle.appendFile(bytes);
    } catch (error) {
      // Half a line may stand there, as on a full disk: the next one would go on with it
      await this.close();
      throw error;
    }
  }

  /** Removes files that began too long ago, and the oldest while all together are too large. */
  async prune(): Promise<void> {
    const { maxAge, maxMegabytes } = this.#policy;
    const found = await Promise.all(
      (await trafficFiles(this.#path)).map(async (name) => ({
        name,
        begun: begunAt(name),
        bytes: (await stat(join(this.#path, name)).catch(() => null))?.size ?? 0,
      })),
    );
    // What is being written on may still become this large
    let bytes = this.#mostBytes;
    for (const { name, begun, bytes: own } of found.reverse()) {
      bytes += own;
      if (begun + maxAge < this.#now() || bytes > maxMegabytes * 1e6)
        await rm(ownPlace(this.#path, name), { force: true });
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.handle.close();
  }

  get #mostBytes(): number {
    return Math.min(MOST_FILE_BYTES, (this.#policy.maxMegabytes * 1e6) / SHARE);
  }

  async #fileFor(more: number): Promise<OpenTrafficFile> {
    const { maxAge } = this.#policy;
    const now = this.#now();
    const file = this.#file;
    const old = file !== null && now - file.begun > Math.min(DAY_MS, maxAge / SHARE);
    if (file !== null && !old && (file.bytes === 0 || file.bytes + more <= this.#mostBytes)) return file;
    await this.close();
    await makeFolder(this.#path);
    const time = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(':', '');
    const place = ownPlace(this.#path, `${time}-${randomUUID().slice(0, 8)}.jsonl`);
    this.#file = { handle: await open(place, APPEND, 0o600), begun: now, bytes: 0 };
    await this.prune();
    return this.#file;
  }
}

/** The names of the files of kept traffic in a folder, the oldest first; none when there is no such folder. */
export async function trafficFiles(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch(() => []);
  return names.filter((name) => NAME.test(name)).sort();
}

function begunAt(name: string): number {
  return Date.parse(name.replace(NAME, '$1T$2:$3:$4Z'));
}
