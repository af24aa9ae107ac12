import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataMask } from './masked-data.js';
import { findPersonalData, KINDS } from './pii/find-personal-data.js';
import { COUNTRIES } from './pii/national-ids.js';
import { findKeys } from './secrets.js';
import { asRead } from './text/as-read.js';

describe('masking', () => {
  it('gives the same value the same placeholder in all of a call', () => {
    const mask = new DataMask();
    expect(mask.text('Ann@acme.org wrote to bob@acme.org, ann@acme.org answered')).toBe(
      '[email-1] wrote to [email-2], [email-1] answered',
    );
    expect(mask.json({ to: 'bob@acme.org', cards: [4111111111111111, 'none'] })).toEqual({
      to: '[email-2]',
      cards: ['[card-1]', 'none'],
    });
    expect(new DataMask().text('bob@acme.org')).toBe('[email-1]');
  });

  it.each([
    ['a soft hyphen inside', 'write ann@ac\u00adme.org'],
    ['nothing-wide characters', 'write ann\u200b@acme.org'],
    ['wide letters', 'write ａｎｎ＠ａｃｍｅ．ｏｒｇ'],
    ['an address in an address', 'write ?to=ann%40acme.org'],
    ['an address in HTML', 'write ann&#64;acme.org'],
    ['an address written out', 'write ann (at) acme (dot) org'],
    ['a key', 'key glpat-aB3dE6gH9jK2mN5pQ8sT'],
    ['a key with a joiner', 'key glpat-aB3dE6\u200dgH9jK2mN5pQ8sT'],
  ])('finds %s', (_, text) => {
    expect(new DataMask().text(text)).toMatch(/\[[\w-]+-1\]$/);
  });

  it('masks keys of mappings', () => {
    expect(new DataMask().json({ 'ann@acme.org': { n: 1 } })).toEqual({ '[email-1]': { n: 1 } });
  });

  it('leaves nothing that the metrics would find, whatever stands around it', () => {
    const value = fc.constantFrom(
      'ann@acme.org',
      '4111 1111 1111 1111',
      'DE89 3704 0044 0532 0130 00',
      'glpat-aB3dE6gH9jK2mN5pQ8sT',
      '+44 20 7946 0958',
      '219-09-9999',
    );
    const around = fc.string({
      unit: fc.constantFrom(' ', 'a', '\u200b', '\u00ad', '{', '}', '"', '\\', '\n', '-', '['),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(around, value)), (parts) => {
        const masked = new DataMask().text(parts.flat().join(''));
        expect(findPersonalData(asRead(masked), KINDS, COUNTRIES)).toEqual([]);
        expect(findKeys(asRead(masked))).toEqual([]);
      }),
    );
  });
});
