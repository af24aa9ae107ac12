import { createHash } from 'node:crypto';
import type { EntryStore } from './entry-store.js';

/** Vectors of a service, found by what made them and the text they belong to: 32-bit floats, lowest byte first. */
export class Vectors {
  readonly #entries: EntryStore;
  readonly #engine: string;

  /** `engine` names everything but the text that can change a vector. */
  constructor(entries: EntryStore, engine: string) {
    this.#entries = entries;
    this.#engine = engine;
  }

  async get(text: string): Promise<Float32Array | null> {
    const body = this.#entries.get(this.#keyOf(text));
    if (body === null || body.length === 0 || body.length % 4 !== 0) return null;
    return Float32Array.from({ length: body.length / 4 }, (_, index) => body.readFloatLE(4 * index));
  }

  async put(text: string, vector: Float32Array): Promise<void> {
    const body = Buffer.alloc(4 * vector.length);
    for (const [index, value] of vector.entries()) body.writeFloatLE(value, 4 * index);
    if (vector.length > 0) await this.#entries.put(this.#keyOf(text), body);
  }

  #keyOf(text: string): string {
    return createHash('sha256').update(`${this.#engine}\0`).update(text, 'utf16le').digest('hex');
  }
}
