import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import { armOf, assign, murmur3, type Weighted } from './assign.js';

interface Vectors {
  readonly hashes: readonly { readonly text: string; readonly utf8murmur3: number }[];
  readonly rows: readonly { readonly key: string; readonly weights: readonly Weighted[]; readonly variant: string }[];
}

describe.skipIf(!hasReferenceData)('as flagd has it', () => {
  const vectors: Vectors = hasReferenceData
    ? JSON.parse(readFileSync(referencePath('bucketing-vectors.json'), 'utf8'))
    : { hashes: [], rows: [] };

  it('hashes', () => {
    expect(vectors.hashes.length).toBeGreaterThan(10);
    for (const { text, utf8murmur3 } of vectors.hashes) expect(murmur3(text), text).toBe(utf8murmur3);
  });

  it('assigns', () => {
    expect(vectors.rows.length).toBeGreaterThan(300);
    for (const { key, weights, variant } of vectors.rows) expect(assign(key, weights), key).toBe(variant);
  });
});

describe('the arm of a unit', () => {
  it('changes only when the share moves past it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (unit, one, other) => {
          const [less, more] = [Math.min(one, other), Math.max(one, other)];
          if (armOf('r', unit, less) === 'candidate') expect(armOf('r', unit, more)).toBe('candidate');
        },
      ),
    );
  });

  it('is control at 0 and candidate at 1', () => {
    fc.assert(
      fc.property(fc.string(), (unit) => armOf('r', unit, 0) === 'control' && armOf('r', unit, 1) === 'candidate'),
    );
  });

  it('of many units has the share that it should', () => {
    const units = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
    const share = units.filter((unit) => armOf('production-12', unit, 0.1) === 'candidate').length / units.length;
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.11);
  });

  it('is none where no variant has weight', () => {
    expect(assign('x', [])).toBeNull();
  });
});
