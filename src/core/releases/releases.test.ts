import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenRelease } from '../../../test/helpers/ledger.js';
import { releaseSchema } from '../../model/release.js';
import { writeJson } from '../text/write-json.js';
import { refFault, releaseFault } from './releases.js';

describe('a release', () => {
  it('is what it was', () => {
    expect(releaseFault(frozenRelease())).toBeNull();
  });

  it('is not, after any change of a single byte that can still be read', () => {
    const text = writeJson(frozenRelease());
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), (at, byte) => {
        const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ byte) + text.slice(at + 1);
        let read: ReturnType<typeof releaseSchema.safeParse>;
        try {
          read = releaseSchema.safeParse(JSON.parse(changed));
        } catch {
          return;
        }
        if (read.success) expect(releaseFault(read.data)).not.toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it('tells a prompt that was put in the place of another, and its hash with it', () => {
    const { digest, asked } = frozenRelease();
    const other = frozenRelease({ digest, asked: { ...asked, model: 'echo/y' } });
    expect(releaseFault(other)).toBe('its prompt does not fit its digest');
  });

  it('is not the one that a ledger speaks of when it was made anew', () => {
    const { prompt, number, digest, hash } = frozenRelease();
    expect(refFault(frozenRelease(), { prompt, number, digest, hash })).toBeNull();
    expect(refFault(frozenRelease({ note: 'x' }), { prompt, number, digest, hash })).not.toBeNull();
  });
});
