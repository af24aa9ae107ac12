import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripEscapes } from './printable.js';
import { REDACTED, redactKeyPatterns, redactSecrets } from './redact.js';

const SECRET = 'canary/of+a key?4711';
const redact = redactSecrets([SECRET]);

const hexOf = (letter: string) => letter.charCodeAt(0).toString(16);
const wide = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0);

/** What may stand between two characters of a key and is not seen. */
const UNSEEN = [
  '\u202e',
  '\u0007',
  '\u200b',
  '\u00ad',
  '\ufeff',
  '\u2066',
  '\u001b[31m',
  '\u001b]0;t\u0007',
  '\u0000',
  '\u001b',
];

describe('redactSecrets', () => {
  it.each([
    ['itself', SECRET],
    ['JSON', JSON.stringify(SECRET)],
    ['JSON with slashes escaped', SECRET.replaceAll('/', '\\/')],
    ['an address', encodeURIComponent(SECRET)],
    ['an address in small letters', encodeURIComponent(SECRET).toLowerCase()],
    ['a form', new URLSearchParams({ k: SECRET }).toString().slice(2)],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['HEX', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['a dump of memory', (Buffer.from(SECRET).toString('hex').match(/../g) ?? []).join(' ')],
    ['a fingerprint', (Buffer.from(SECRET).toString('hex').toUpperCase().match(/../g) ?? []).join(':')],
    ['lines of its own', `${SECRET.slice(0, 9)}\r\n  ${SECRET.slice(9)}`],
    ['wrapped base64', Buffer.from(SECRET).toString('base64').replace(/.{8}/g, '$&\n')],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64url', Buffer.from(SECRET).toString('base64url')],
    ['escapes of every letter', [...SECRET].map((letter) => `\\u${hexOf(letter).padStart(4, '0')}`).join('')],
    ['escapes in capitals', [...SECRET].map((letter) => `\\u${hexOf(letter).toUpperCase().padStart(4, '0')}`).join('')],
    ['escapes of bytes', [...SECRET].map((letter) => `\\x${hexOf(letter)}`).join('')],
    ['entities', [...SECRET].map((letter) => `&#${letter.charCodeAt(0)};`).join('')],
    ['entities in hex', [...SECRET].map((letter) => `&#x${hexOf(letter)};`).join('')],
    ['an address in an address', encodeURIComponent(encodeURIComponent(SECRET))],
    ['escapes of its first letter', `\\u0063${SECRET.slice(1)}`],
    ['escapes of some letters', SECRET.replaceAll('a', '\\x61').replaceAll('r', '\\u{72}').replaceAll('4', '\\064')],
    ['percent-encoded letters', `%63${SECRET.slice(1).replaceAll('n', '%256e')}`],
    ['entities of some letters', SECRET.replace('/', '&#x2F;').replace('+', '&plus;').replace('k', '&amp;#0107;')],
    ['JSON in JSON', JSON.stringify(JSON.stringify(SECRET.replaceAll('/', '\\/')))],
    ['Markdown and patterns', SECRET.replace(/[^\w ]/g, '\\$&')],
    ['a mail', `${SECRET.slice(0, 9).replaceAll('n', '=6E')}=\r\n${SECRET.slice(9)}`],
    ['a quotation', `${SECRET.slice(0, 9)} \n> ${SECRET.slice(9)}`],
    ['line ends that are written out', `${SECRET.slice(0, 9)}\\r\\n${SECRET.slice(9)}`],
    ['lines of another kind', `${SECRET.slice(0, 9)}\u2028${SECRET.slice(9)}`],
    ['letters for mathematics', SECRET.replaceAll('a', '\u{1d41a}')],
    ['a list of bytes', JSON.stringify(Buffer.from(SECRET))],
    [
      'bytes in pairs',
      (
        Buffer.from(SECRET)
          .toString('hex')
          .match(/.{1,4}/g) ?? []
      ).join(' '),
    ],
    ['bytes of source code', [...SECRET].map((letter) => `0x${hexOf(letter)}`).join(', ')],
    ['bytes of UTF-16 in base64', Buffer.from(SECRET, 'utf16le').toString('base64')],
    ['wide letters', [...SECRET].map((letter) => (letter === ' ' ? letter : wide(letter))).join('')],
  ])('finds a value as %s', (_, form) => {
    expect(redact(`before ${form} after`)).toContain(REDACTED);
    expect(redact(`before ${form} after`)).not.toContain(form);
  });

  it.each(['\\', '&amp;', '%25', '\n>', '\t ', 'ab:', '\u001b[0;'])('reads a megabyte of %j once', (part) => {
    const text = `${part.repeat(1_000_000 / part.length)}q`;
    expect(redact(text)).toBe(text);
  });

  it('finds a value as HTML writes it', () => {
    const quoted = redactSecrets([`it's <a> "key" & more`]);
    for (const quote of ["'", '&#39;', '&#x27;', '&apos;'])
      expect(quoted(`x it${quote}s &lt;a&gt; &quot;key&quot; &amp; more y`)).toBe(`x ${REDACTED} y`);
  });

  it('finds a value within the base64 of a longer text, wherever it begins', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom('base64', 'base64url'), (before, after, encoding) => {
        const encoded = Buffer.from(before + SECRET + after).toString(encoding as BufferEncoding);
        const decoded = Buffer.from(redact(encoded).replaceAll(REDACTED, ''), 'base64').toString();
        expect(redact(encoded)).toContain(REDACTED);
        expect(decoded).not.toContain(SECRET);
      }),
    );
  });

  it('finds a value with anything between its characters that nobody sees', () => {
    const gap = fc.array(fc.constantFrom(...UNSEEN), { maxLength: 3 }).map((marks) => marks.join(''));
    const split = fc.array(gap, { minLength: SECRET.length, maxLength: SECRET.length });
    const visible = (text: string) => text.replace(/[^\x20-\x7e]/g, '');
    fc.assert(
      fc.property(split, (gaps) => {
        const text = redact(`a ${[...SECRET].map((character, index) => character + gaps[index]).join('')} z`);
        expect(stripEscapes(text)).not.toContain(SECRET);
        expect(visible(text)).not.toContain(SECRET);
        expect(text.startsWith('a ')).toBe(true);
        expect(text.endsWith(' z')).toBe(true);
      }),
    );
  });

  it('finds what is left of a value where a text was cut', () => {
    expect(redact(`said ${SECRET.slice(0, 15)}`)).toBe(`said ${REDACTED}`);
    expect(redact(`said ${SECRET.slice(0, 12)}… and more`)).toBe(`said ${REDACTED}… and more`);
    expect(redact(`${SECRET.slice(4)} was said`)).toBe(`${REDACTED} was said`);
    expect(redact(`said ${SECRET.slice(0, 6)}`)).toBe(`said ${SECRET.slice(0, 6)}`);
  });

  it.each([
    ['Bearer a9f3k2m8x7q1z5', 'a9f3k2m8x7q1z5'],
    ['sid=a9f3k2m8x7q1z5; theme=dark', 'a9f3k2m8x7q1z5'],
    ['"a9f3k2m8x7q1z5"', 'a9f3k2m8x7q1z5'],
    ['postgres://ann:p%40ss-w0rd-17@db.acme.io/app', 'p@ss-w0rd-17'],
    ['Server=db;Uid=ann;Pwd=s3cret-pass;', 's3cret-pass'],
  ])('finds what is secret within %s', (value, secret) => {
    expect(redactSecrets([value])(`see ${secret}, dark`)).toBe(`see ${REDACTED}, dark`);
  });

  it('leaves alone what holds no secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => redactSecrets(['no-such-key-at-all'])(text) === text),
    );
    expect(redactSecrets(['short', ''])('a short text')).toBe('a short text');
  });
});

describe('redactKeyPatterns', () => {
  it('finds a key of a known shape with marks in it', () => {
    const key = 'sk-proj-4f9Gq2LmZ8xWc1Vb7Ty3';
    expect(redactKeyPatterns(`key ${key.slice(0, 12)}\u202e${key.slice(12)}.`)).toBe(`key ${REDACTED}.`);
  });
});
