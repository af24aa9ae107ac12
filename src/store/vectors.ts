import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from './atomic.js';

const CHECKSUM_BYTES = 32;

/**
 * Vectors of a service, one file each, found by what made them and the text they belong to. A file holds the sha256 of
 * the rest and the components as 32-bit floats, lowest byte first. A damaged file is a miss; what cannot be written is
 * not kept.
 */
export class Vectors {
  readonly #folder: string;
  readonly #engine: string;

  /** `engine` names everything but the text that can change a vector. */
  constructor(folder: string, engine: string) {
    this.#folder = folder;
    this.#engine = engine;
  }

  async get(text: string): Promise<Float32Array | null> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#path(text));
    } catch {
      return null; // not there, or not readable: the service answers instead
    }
    const body = bytes.subarray(CHECKSUM_BYTES);
    if (body.length === 0 || body.length % 4 !== 0 || !checksum(body).equals(bytes.subarray(0, CHECKSUM_BYTES)))
      return null;
    return Float32Array.from({ length: body.length / 4 }, (_, index) => body.readFloatLE(4 * index));
  }

  async put(text: string, vector: Float32Array): Promise<void> {
    const body = Buffer.alloc(4 * vector.length);
    for (const [index, value] of vector.entries()) body.writeFloatLE(value, 4 * index);
    if (vector.length === 0) return;
    // What cannot be written is asked for again another time
    await writeAtomic(this.#path(text), Buffer.concat([checksum(body), body])).catch(() => undefined);
  }

  #path(text: string): string {
    const key = createHash('sha256').update(`${this.#engine}\0`).update(text, 'utf16le').digest('hex');
    return join(this.#folder, key.slice(0, 2), key);
  }
}

function checksum(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}
