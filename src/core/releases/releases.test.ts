import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADA, hour } from '../../../test/helpers/ledger.js';
import { type Release, releaseSchema } from '../../model/release.js';
import { digestOfAsked } from '../requests/asked-prompt.js';
import { writeJson } from '../text/write-json.js';
import { refFault, releaseFault, sealRelease } from './releases.js';

const asked = { model: 'echo/x', messages: [{ role: 'user', content: 'Hi {{ name }}' }], modelParameters: {} };

function release(other: Partial<Omit<Release, 'hash'>> = {}): Release {
  return sealRelease({
    release: 1,
    prompt: 'reply',
    number: 1,
    digest: digestOfAsked({ asked, code: [] }),
    asked,
    declaredRisk: null,
    commit: 'c0ffee',
    dirty: false,
    author: ADA,
    at: hour(1),
    note: null,
    evidence: null,
    ...other,
  });
}

describe('a release', () => {
  it('is what it was', () => {
    expect(releaseFault(release())).toBeNull();
  });

  it('is not, after any change of a single byte that can still be read', () => {
    const text = writeJson(release());
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
    const other = release({ asked: { ...asked, model: 'echo/y' } });
    expect(releaseFault(other)).toBe('its prompt does not fit its digest');
  });

  it('is not the one that a ledger speaks of when it was made anew', () => {
    const { prompt, number, digest, hash } = release();
    expect(refFault(release(), { prompt, number, digest, hash })).toBeNull();
    expect(refFault(release({ note: 'x' }), { prompt, number, digest, hash })).not.toBeNull();
  });
});
