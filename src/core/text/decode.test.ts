import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from './decode.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('decodeText', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const wellFormed = text.toWellFormed();
        fc.pre(!wellFormed.startsWith('\ufeff'));
        expect(decodeText(new TextEncoder().encode(wellFormed))).toEqual({ text: wellFormed, fault: null });
      }),
    );
  });

  it('keeps a replacement character that was meant', () => {
    expect(decodeText(new TextEncoder().encode('a\ufffd'))).toEqual({ text: 'a\ufffd', fault: null });
  });

  it.each([
    [bytes(0x47, 0x72, 0xfc, 0x65), 'it is not UTF-8: byte 3 is 0xFC'],
    [bytes(0xff), 'it is not UTF-8: byte 1 is 0xFF'],
    [bytes(0x61, 0xc3, 0x28), 'it is not UTF-8: byte 3 is 0x28'],
    [bytes(0x61, 0xed, 0xa0, 0x80), 'it is not UTF-8: byte 3 is 0xA0'],
    [bytes(0x61, 0xe2, 0x82), 'it is not UTF-8: it ends within a character'],
  ])('says what is wrong with %j', (given, fault) => expect(decodeText(given)).toEqual({ fault }));

  it.each(['us-ascii', 'ASCII', 'ansi_x3.4-1968'])('reads %s as UTF-8, of which it is a part', (name) => {
    expect(decodeText(new TextEncoder().encode('Grüße €'), name)).toEqual({ text: 'Grüße €', fault: null });
    expect(decodeText(bytes(0x47, 0xfc), name)).toEqual({ fault: 'it is not UTF-8: byte 2 is 0xFC' });
  });

  it('reads other character sets by their names', () => {
    // Declared is declared, although these bytes are UTF-8 too
    expect(decodeText(bytes(0xc3, 0xbc), 'iso-8859-1')).toMatchObject({ text: 'Ã¼' });
    expect(decodeText(bytes(0x47, 0x72, 0xfc), 'ISO-8859-1')).toMatchObject({ text: 'Grü' });
    expect(decodeText(bytes(0x80), 'windows-1252')).toMatchObject({ text: '€' });
    expect(decodeText(bytes(0x93, 0xfa), 'shift_jis')).toMatchObject({ text: '日' });
    expect(decodeText(bytes(0xfe, 0xff, 0x00, 0x41), 'UTF-16')).toMatchObject({ text: 'A' });
    expect(decodeText(bytes(0x41, 0x00), 'utf-16le')).toMatchObject({ text: 'A' });
    expect(decodeText(bytes(0x41), 'klingon')).toEqual({ fault: 'its character set "klingon" is not known' });
  });
});
