import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Result } from '../model/run-record.js';
import { cannotWrite } from './atomic.js';

const FLUSH_MS = 100;
const FLUSH_CHARACTERS = 1 << 18;

/**
 * The append-only file of a run's results: one JSON line a sample, `{ index, result }`, in the order they came. Lines
 * are written in groups at most 100 ms old, so that a killed run loses no more than that.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  #lines: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | null = null;
  #failure: Error | null = null;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'a');
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Throws `cannot-write` when an earlier group could not be written. */
  append(index: number, result: Result): void {
    if (this.#failure) throw this.#failure;
    const line = `${JSON.stringify({ index, result })}\n`;
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= FLUSH_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.#flushLater(), FLUSH_MS);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#lines.join('');
    this.#lines = [];
    this.#characters = 0;
    const bytes = Buffer.from(text);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  close(): void {
    this.flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  /** A timer has no caller to throw to: the next append reports it. */
  #flushLater(): void {
    try {
      this.flush();
    } catch (error) {
      this.#failure = error as Error;
    }
  }
}
