import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type RecordedAnswer, recordedAnswerSchema } from '../model/output.js';
import { makeFolder } from './atomic.js';

/**
 * Answers of earlier runs, one file each, found by the key of their sample. Safe for several processes at once: a file
 * appears whole, under a name that says what is in it. A damaged entry is a miss. What cannot be written is not cached,
 * and the run goes on.
 */
export class Cache {
  readonly #folder: string;
  readonly #made = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(key: string): Promise<RecordedAnswer | null> {
    let text: string;
    try {
      text = await readFile(this.#path(key), 'utf8');
    } catch {
      return null; // not there, or not readable: a call answers instead
    }
    const newline = text.indexOf('\n');
    const body = text.slice(newline + 1);
    if (text.slice(0, newline) !== checksum(body)) return null;
    const parsed = recordedAnswerSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  }

  /** Keeps a whole answer; one that was cut short is worth another try. Returns whether it was kept. */
  async put(key: string, answer: RecordedAnswer): Promise<boolean> {
    if (answer.finishReason === 'length') return false;
    const path = this.#path(key);
    const body = JSON.stringify(answer);
    try {
      await this.#makeFolder(dirname(path));
      const temporary = `${path}.${randomUUID().slice(0, 8)}`;
      await writeFile(temporary, `${checksum(body)}\n${body}`);
      await rename(temporary, path);
      return true;
    } catch {
      return false;
    }
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#made.has(folder)) return;
    await makeFolder(folder);
    this.#made.add(folder);
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
