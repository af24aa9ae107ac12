import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePieces, readUtf8 } from './decode-text.js';

async function decodeCut(bytes: Buffer, cuts: readonly number[]): Promise<string> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = async function* () {
    for (const [index, end] of places.slice(1).entries()) yield bytes.subarray(places[index], end);
  };
  let text = '';
  for await (const piece of decodePieces(pieces())) text += piece;
  return text;
}

describe('the text of a file', () => {
  it('has plain line ends wherever it was checked out, however it comes', async () => {
    const unit = fc.constantFrom('\r', '\n', '\r\n', 'a', 'é', '😀', '\ufffd');
    await fc.assert(
      fc.asyncProperty(fc.array(unit), fc.array(fc.nat()), async (units, cuts) => {
        const text = units.join('');
        const plain = text.replaceAll('\r\n', '\n');
        expect(readUtf8(Buffer.from(text))).toBe(plain);
        expect(await decodeCut(Buffer.from(text), cuts)).toBe(plain);
      }),
    );
  });

  it.each([
    ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a\té\r\n', 'utf16le')])],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('a\té\r\n', 'utf16le').swap16()])],
  ])('in %s with its mark is read in pieces', async (_, bytes) => {
    expect(await decodeCut(bytes, [])).toBe('a\té\n');
    expect(() => readUtf8(bytes)).toThrow('is not UTF-8 text: it is UTF-16');
  });

  it.each([
    [Buffer.from('a\nb\ncaf\xe9\n', 'latin1'), 'byte 0xE9 in line 3'],
    [Buffer.concat([Buffer.from('\ufffd é\n'), Buffer.from([0xff])]), 'byte 0xFF in line 2'],
    [Buffer.from([0x61, 0xc3]), 'byte 0xC3 in line 1'],
  ])('%j says which byte is wrong, and in which line', async (bytes, where) => {
    expect(() => readUtf8(bytes)).toThrow(`is not UTF-8 text: ${where}`);
    for (let cut = 1; cut <= bytes.length; cut++)
      await expect(decodeCut(bytes, [cut])).rejects.toThrow(`is not UTF-8 text: ${where}`);
  });
});
