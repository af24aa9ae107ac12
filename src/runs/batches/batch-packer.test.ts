import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchPacker, type Pack } from './batch-packer.js';

const items = fc.array(
  fc.record({ group: fc.constantFrom('a', 'b'), text: fc.string({ unit: 'grapheme', maxLength: 12 }) }),
);

describe('packing batches', () => {
  it('keeps every item once, groups apart, and the limits of the service', () => {
    fc.assert(
      fc.property(
        items,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 60, max: 200 }),
        (given, maxRequests, maxBytes) => {
          const packer = new BatchPacker({ maxRequests, maxBytes });
          const numbered = given.map((item, index) => ({ ...item, id: String(index) }));
          const packs: Pack[] = numbered.flatMap((item) => packer.add(item) ?? []);
          packs.push(...packer.close());
          const ids = packs.flatMap((pack) => pack.items.map(({ id }) => id));
          expect(ids.sort()).toEqual(numbered.map(({ id }) => id).sort());
          for (const { group, items } of packs) {
            expect(items.every((item) => item.group === group)).toBe(true);
            expect(items.length).toBeLessThanOrEqual(maxRequests);
            const bytes = items.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
            if (items.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes);
          }
          expect(packer.close()).toEqual([]);
        },
      ),
    );
  });

  it('opens a new batch only when the last is full', () => {
    const packer = new BatchPacker({ maxRequests: 2, maxBytes: 1000 });
    const add = (id: string) => packer.add({ id, group: '', text: '{}' });
    expect([add('1'), add('2')]).toEqual([null, null]);
    expect(add('3')?.items.map(({ id }) => id)).toEqual(['1', '2']);
    expect(packer.close().map((pack) => pack.items.length)).toEqual([1]);
  });
});
