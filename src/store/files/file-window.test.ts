import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileWindow } from './file-window.js';

const folder = mkdtempSync(join(tmpdir(), 'llmci-window-'));
const path = join(folder, 'file');
let fd = -1;
const SIZE = 400_000;

beforeAll(() => {
  writeFileSync(path, Buffer.from(Uint8Array.from({ length: SIZE }, (_, index) => (index * 31 + (index >> 8)) & 255)));
  fd = openSync(path, 'r');
});
afterAll(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

test('reads what the file holds there, in any order', () => {
  const bytes = readFileSync(path);
  const part = fc.tuple(fc.nat(SIZE + 1000), fc.oneof(fc.nat(500), fc.nat(SIZE)));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), (parts) => {
      const window = new FileWindow(fd);
      for (const [start, length] of parts) {
        expect(window.read(start, length).equals(bytes.subarray(start, start + length))).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});
