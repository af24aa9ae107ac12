import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../files/atomic.js';
import { CountedOnce, type NumberedCall, REPORTABLE, type Reported } from './counted-once.js';

const HOUR_MS = 60 * 60 * 1000;
const LINE = /^([0-9a-f]{16})([0-9a-f]{8}) (outcome|feedback|outcome,feedback) ([0-9a-f]{8})$/;

/** A call that something is reported of. */
export interface ReportedCall extends NumberedCall {
  readonly id: string;
  /** When it came in, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * What was reported of calls, each once, whichever gateway of a machine is told and however often they start anew. Every hour of
 * calls has a file that all add lines to; of two lines that say the same the first counts, which all see alike.
 */
export class ReportLog {
  readonly #folder: string;
  readonly #keepMs: number;
  readonly #counted: CountedOnce;
  readonly #writer = randomBytes(4).toString('hex');
  readonly #files = new Map<number, HourFile>();
  #turn: Promise<unknown> = Promise.resolve();

  /** `keepMs`: a call older than this is never asked for. */
  constructor(folder: string, keepMs: number) {
    this.#folder = folder;
    this.#keepMs = keepMs;
    this.#counted = new CountedOnce(keepMs);
  }

  /** Whether none of this was reported before; then it is now. Rejects with the system's error where it cannot be written. */
  claim(call: ReportedCall, reported: readonly Reported[], now: number): Promise<boolean> {
    const claimed = this.#turn.then(() => this.#claim(call, reported, now));
    this.#turn = claimed.catch(() => undefined);
    return claimed;
  }

  async close(): Promise<void> {
    await this.#turn;
    for (const { handle } of this.#files.values()) await handle.close();
    this.#files.clear();
  }

  async #claim(call: ReportedCall, reported: readonly Reported[], now: number): Promise<boolean> {
    const hour = Math.floor(call.at / HOUR_MS);
    const file = this.#files.get(hour) ?? (await this.#open(hour, now));
    await this.#catchUp(file, hour, now);
    if (reported.some((what) => this.#counted.has(call, what))) return false;
    const names = REPORTABLE.filter((what) => reported.includes(what)).join();
    // The line break before it ends what somebody could not write whole
    await file.handle.appendFile(`\n${call.id} ${names} ${this.#writer}\n`);
    return this.#catchUp(file, hour, now);
  }

  /** Reads what is new. Whether a line of this gateway was, and counts. */
  async #catchUp(file: HourFile, hour: number, now: number): Promise<boolean> {
    const { size } = await file.handle.stat();
    const piece = Buffer.alloc(size - file.read);
    const { bytesRead } = await file.handle.read(piece, 0, piece.length, file.read);
    const end = piece.subarray(0, bytesRead).lastIndexOf('\n') + 1;
    file.read += end;
    let isFirst = false;
    for (const line of piece.toString('latin1', 0, end).split('\n')) {
      const [, process, number, names = '', writer] = LINE.exec(line) ?? [];
      if (process === undefined || number === undefined) continue;
      const call = { process, number: Number.parseInt(number, 16), at: (hour + 1) * HOUR_MS };
      const reported = REPORTABLE.filter((what) => names.includes(what));
      if (reported.some((what) => this.#counted.has(call, what))) continue;
      for (const what of reported) this.#counted.add(call, what, now);
      isFirst ||= writer === this.#writer;
    }
    return isFirst;
  }

  async #open(hour: number, now: number): Promise<HourFile> {
    await makeFolder(this.#folder);
    await this.#removeOld(now);
    const file = { handle: await open(join(this.#folder, String(hour)), 'a+', 0o600), read: 0 };
    this.#files.set(hour, file);
    return file;
  }

  async #removeOld(now: number): Promise<void> {
    const oldest = Math.floor((now - this.#keepMs) / HOUR_MS) - 1;
    for (const name of await readdir(this.#folder)) {
      const hour = Number(name);
      if (!(hour < oldest)) continue;
      await this.#files.get(hour)?.handle.close();
      this.#files.delete(hour);
      await rm(join(this.#folder, name), { force: true });
    }
  }
}

interface HourFile {
  readonly handle: FileHandle;
  /** How far it was read. */
  read: number;
}
