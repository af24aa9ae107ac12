import { createReadStream } from 'node:fs';

/** A longer line is none that llmci has written. */
export const LONGEST_LINE = 1 << 26;
const NEWLINE = 10;

/** A line of a file without its line break. `bytes` is null for one that is too long to be held. */
export interface Line {
  readonly start: number;
  readonly length: number;
  readonly bytes: Buffer | null;
}

/**
 * The lines of a file, one at a time; what stands behind the last line break is none yet. A hostile file takes time in
 * proportion to its size, and no more memory than one line may have.
 */
export async function* linesOf(path: string, longest = LONGEST_LINE): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let start = 0;
  let length = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const last = chunk.subarray(from, end);
      length += last.length;
      const bytes = length > longest ? null : parts.length > 0 ? Buffer.concat([...parts, last]) : last;
      yield { start, length, bytes };
      start += length + 1;
      length = 0;
      parts = [];
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    if (length > longest) parts = [];
    else if (rest.length > 0) parts.push(rest);
  }
}
