import { readSync } from 'node:fs';

const WINDOW_BYTES = 1 << 17;

/**
 * Reads parts of a file that lie near each other, as the lines of a journal do in the order of the plan, with few calls
 * to the system. Synchronous: to hand each line to another thread would take several times as long as to read it.
 */
export class FileWindow {
  readonly #fd: number;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The bytes from `start`, fewer than `length` where the file ends. They are good until the next call. */
  read(start: number, length: number): Buffer {
    if (start < this.#start || start + length > this.#start + this.#bytes.length) this.#moveTo(start, length);
    const from = start - this.#start;
    return this.#bytes.subarray(from, from + length);
  }

  #moveTo(start: number, length: number): void {
    // Calls end out of order, so what is read next may stand a little before
    this.#start = Math.max(0, start - WINDOW_BYTES / 4);
    const size = Math.max(WINDOW_BYTES, start - this.#start + length);
    const room = Buffer.allocUnsafe(size);
    this.#bytes = room.subarray(0, readSync(this.#fd, room, 0, size, this.#start));
  }
}
