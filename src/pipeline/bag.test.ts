import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bag } from './bag.js';

it('holds what a set would', () => {
  const steps = fc.array(fc.record({ add: fc.boolean(), item: fc.nat(5) }));
  fc.assert(
    fc.property(steps, (all) => {
      const bag = new Bag<number>();
      const set = new Set<number>();
      for (const { add, item } of all) {
        if (add && !set.has(item)) bag.add(item);
        if (!add) bag.delete(item);
        if (add) set.add(item);
        else set.delete(item);
        expect([...bag].sort()).toEqual([...set].sort());
      }
    }),
  );
});
