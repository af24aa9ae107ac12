import { closeSync, fsync, fsyncSync, openSync, writeSync } from 'node:fs';
import { writeJson } from '../../core/text/write-json.js';
import type { AsideUsage } from '../../model/journal.js';
import type { RecordedAnswer } from '../../model/output.js';
import type { Result } from '../../model/run-record.js';
import { APPEND, cannotWrite } from '../files/atomic.js';
import { LONGEST_LINE } from '../files/lines.js';

const SYNC_MS = 100;
const MOST_LINES = 100;

/**
 * The append-only file of a run's results, one JSON line each (`model/journal.ts`), in the order they came. A line is
 * handed to the system before anything else can happen (lines of one turn of the event loop together), so that a killed
 * process loses nothing; it is on the disk 100 ms later, so that a power cut loses little.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  #timer: NodeJS.Timeout | null = null;
  #syncing: Promise<void> | null = null;
  #failure: Error | null = null;
  /** Lines of this turn of the event loop. */
  #lines: string[] = [];
  /** Lines were written since the last sync began. */
  #dirty = false;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, APPEND);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Keeps a finished sample. Throws `cannot-write` when an earlier line could not be kept: it may be cut in two, and nothing goes behind it. */
  append(index: number, result: Result): void {
    this.#write({ index, result });
  }

  /** Keeps an output whose scores are not there yet, so that it need not be paid for again. Throws `cannot-write`. */
  appendUnscored(index: number, result: Result): void {
    this.#write({ unscored: index, result });
  }

  /** Keeps an answer in the middle of a conversation, so that it need not be paid for again. Throws `cannot-write`. */
  appendStep(index: number, step: number, key: string, answer: RecordedAnswer): void {
    this.#write({ step: [index, step], key, answer });
  }

  /** A result of this sample that was kept counts no longer. Throws `cannot-write`. */
  drop(index: number): void {
    this.#write({ dropped: index });
  }

  /** Keeps what calls besides those of samples have used so far; the last one counts. Throws `cannot-write`. */
  appendAside(aside: AsideUsage): void {
    this.#write({ aside });
  }

  /** Brings everything so far to the disk. Throws `cannot-write` when that, or an earlier line, failed. */
  sync(): void {
    this.#flush();
    if (this.#failure) throw this.#failure;
    try {
      fsyncSync(this.#file);
    } catch (error) {
      this.#failure = cannotWrite(this.#path, error);
      throw this.#failure;
    }
  }

  /** Brings everything to the disk, and lets go of it. Throws `cannot-write` when that, or an earlier line, failed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#syncing;
    try {
      fsyncSync(this.#file);
    } catch (error) {
      this.#failure ??= cannotWrite(this.#path, error);
    } finally {
      closeSync(this.#file);
    }
    if (this.#failure) throw this.#failure;
  }

  #write(line: object): void {
    if (this.#failure) throw this.#failure;
    const text = `${writeJson(line)}\n`;
    // Who reads it again would leave it out, and the run would stand on what nobody can look at
    if (text.length > LONGEST_LINE / 3 && Buffer.byteLength(text) > LONGEST_LINE)
      throw cannotWrite(this.#path, `a result is longer than ${LONGEST_LINE / 2 ** 20} MB`);
    this.#lines.push(text);
    // Behind the promises that are settled already, before any timer, answer or signal
    if (this.#lines.length === 1) process.nextTick(() => this.#flush());
    else if (this.#lines.length >= MOST_LINES) this.#flush();
  }

  #flush(): void {
    if (this.#lines.length === 0 || this.#failure) return;
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      // Whoever appends next is told
      this.#failure = cannotWrite(this.#path, error);
    }
    this.#dirty = true;
    this.#scheduleSync();
  }

  #scheduleSync(): void {
    if (this.#dirty && !this.#closed && this.#syncing === null)
      this.#timer ??= setTimeout(() => this.#sync(), SYNC_MS).unref();
  }

  /** Runs beside the event loop. A timer has no caller to throw to: the next line reports what went wrong. */
  #sync(): void {
    this.#timer = null;
    this.#dirty = false;
    this.#syncing = new Promise((resolve) => {
      fsync(this.#file, (error) => {
        if (error) this.#failure ??= cannotWrite(this.#path, error);
        this.#syncing = null;
        this.#scheduleSync();
        resolve();
      });
    });
  }
}
