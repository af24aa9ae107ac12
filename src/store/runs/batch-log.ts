import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { LlmciError } from '../../core/text/errors.js';
import { writeJson } from '../../core/text/write-json.js';
import { APPEND, cannotWrite } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';

const FILE = 'batches.jsonl';

const keySchema = z.string().regex(/^[0-9a-f]{64}$/, 'a key is a sha256 in hex');
const lineSchema = z.union([
  z.strictObject({ batch: z.string(), provider: z.string(), at: z.iso.datetime(), keys: z.array(keySchema) }),
  z.strictObject({ batch: z.string(), ids: z.array(z.string()).min(1), certain: z.boolean() }),
  z.strictObject({ batch: z.string(), ended: z.literal(true) }),
]);
type Line = z.infer<typeof lineSchema>;

/** A batch that was handed in, or was about to be. */
export interface LoggedBatch {
  /** Our own name for it. */
  readonly mark: string;
  /** By its name in llmci.yaml. */
  readonly provider: string;
  /** When it was about to be handed in. */
  readonly at: Date;
  /** The keys of the answers that it asks for. */
  readonly keys: ReadonlySet<string>;
  /**
   * The service's ids of it; null while it is not known whether the service has it. Not `certain` is what was found
   * by its size and time only: one of these may be it.
   */
  readonly handedIn: { readonly ids: readonly string[]; readonly certain: boolean } | null;
}

/**
 * The batches of a run, in `batches.jsonl` of its folder. Each step is on disk before the next is taken, so that a run
 * that goes on knows of every batch that may have been paid for.
 */
export class BatchLog {
  readonly #path: string;
  readonly #open = new Map<string, LoggedBatch>();
  /** All there ever were: a mark is given once. */
  readonly #marks = new Set<string>();
  #file: number | null = null;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Reads what is there; a last line that was cut short is taken away. Throws `unreadable-run`, `cannot-write`. */
  static async open(folder: string): Promise<BatchLog> {
    const { log, end, size } = await BatchLog.#read(folder);
    if (end < size)
      await truncate(log.#path, end).catch((error: unknown) => Promise.reject(cannotWrite(log.#path, error)));
    return log;
  }

  /** Whether the service may still have a batch of a run: also when its log is damaged. Changes nothing. */
  static async hasOpen(folder: string): Promise<boolean> {
    return await BatchLog.#read(folder).then(
      ({ log }) => log.#open.size > 0,
      () => true,
    );
  }

  /** Reads what is there, up to `end` of `size` bytes. Throws `unreadable-run`. */
  static async #read(folder: string): Promise<{ readonly log: BatchLog; readonly end: number; readonly size: number }> {
    const path = ownPlace(folder, FILE);
    const log = new BatchLog(path);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw new LlmciError('unreadable-run', { run: basename(folder), why: `${FILE}: ${error.message}` });
    });
    const end = bytes.lastIndexOf(10) + 1;
    for (const [index, line] of bytes.subarray(0, end).toString('utf8').split('\n').entries()) {
      if (line === '') continue;
      const parsed = parseLine(line);
      // To pass over it could mean to pay for a batch again
      if (!parsed || ('keys' in parsed && log.#marks.has(parsed.batch)))
        throw new LlmciError('unreadable-run', { run: basename(folder), why: `${FILE}: line ${index + 1} is damaged` });
      log.#apply(parsed);
    }
    return { log, end, size: bytes.length };
  }

  /** The batches that have not ended, the oldest first. */
  get open(): readonly LoggedBatch[] {
    return [...this.#open.values()];
  }

  /** A batch is about to be handed in. */
  intend(batch: Omit<LoggedBatch, 'handedIn'>): void {
    const { mark, provider, at, keys } = batch;
    this.#append({ batch: mark, provider, at: at.toISOString(), keys: [...keys] });
  }

  /** The service has it, under this id; or under one of these. */
  handIn(mark: string, ids: readonly string[], certain: boolean): void {
    this.#append({ batch: mark, ids: [...ids], certain });
  }

  /** All that came of it is in the journal, or the service never had it. */
  end(mark: string): void {
    this.#append({ batch: mark, ended: true });
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #append(line: Line): void {
    try {
      this.#file ??= openSync(this.#path, APPEND);
      const bytes = Buffer.from(`${writeJson(line)}\n`);
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
      fsyncSync(this.#file);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
    this.#apply(line);
  }

  #apply(line: Line): void {
    const { batch: mark } = line;
    const known = this.#open.get(mark);
    if ('keys' in line) {
      this.#marks.add(mark);
      this.#open.set(mark, {
        mark,
        provider: line.provider,
        at: new Date(line.at),
        keys: new Set(line.keys),
        handedIn: null,
      });
    } else if ('ids' in line && known)
      this.#open.set(mark, { ...known, handedIn: { ids: line.ids, certain: line.certain } });
    else this.#open.delete(mark);
  }
}

function parseLine(line: string): Line | null {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
