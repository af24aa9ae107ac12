import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unite } from './unite.js';

it('names a cluster by its first member, and joins through others', () => {
  const groups = ['a', 'b', undefined, 'a', 'c'];
  const answers = [undefined, 1, 1, 2, 2];
  expect([
    ...unite(
      5,
      (index) => groups[index],
      (index) => answers[index],
    ),
  ]).toEqual([0, 1, 1, 0, 0]);
});

it('puts together whatever shares a label, and nothing that no chain of labels joins', () => {
  const labels = fc.array(
    fc.tuple(fc.option(fc.nat(8), { nil: undefined }), fc.option(fc.nat(8), { nil: undefined })),
    {
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(labels, (all) => {
      const found = unite(
        all.length,
        (index) => all[index]?.[0],
        (index) => all[index]?.[1],
      );
      const joined = (i: number, j: number) =>
        [0, 1].some((kind) => all[i]?.[kind] !== undefined && all[i]?.[kind] === all[j]?.[kind]);
      // The clusters of the slow way: spread the smallest name until nothing changes
      const slow = all.map((_, index) => index);
      for (let changed = true; changed; ) {
        changed = false;
        for (const i of slow.keys()) {
          for (const j of slow.keys()) {
            if (!joined(i, j) || slow[i] === slow[j]) continue;
            const name = Math.min(slow[i] ?? 0, slow[j] ?? 0);
            [slow[i], slow[j], changed] = [name, name, true];
          }
        }
      }
      expect([...found]).toEqual(slow);
    }),
  );
});
