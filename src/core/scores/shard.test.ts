import fc from 'fast-check';
import { expect, it } from 'vitest';
import { suiteOf } from '../../../test/helpers/suite.js';
import { makePlan, samplesOf } from './plan.js';
import { shardsOf } from './shard.js';

const column = { prompt: { id: 'p' }, model: { text: 'm' }, gates: [] } as never;

it('every sample is in one part, a case with all its trials, and the parts of a suite are even', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.integer({ min: 1, max: 9 }),
      (sizes, of) => {
        const plan = makePlan(
          sizes.map(([cases, trials]) => ({ ...suiteOf(cases, { trials }), columns: [column, column] })),
        );
        const partOf = shardsOf(plan, of);
        expect(plan.columns.length).toBe(2 * sizes.length);
        for (const [index, { suite }] of plan.columns.entries()) {
          const counts = new Array<number>(of).fill(0);
          const cases = new Map<number, Set<number>>();
          for (const sample of samplesOf(plan, [index])) {
            const part = partOf(sample);
            counts[part - 1] = (counts[part - 1] ?? 0) + 1;
            cases.set(sample.caseIndex, (cases.get(sample.caseIndex) ?? new Set()).add(part));
          }
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(suite.trials);
          expect([...cases.values()].every((parts) => parts.size === 1)).toBe(true);
        }
        const all = new Array<number>(of).fill(0);
        for (const sample of samplesOf(plan)) all[partOf(sample) - 1] = (all[partOf(sample) - 1] ?? 0) + 1;
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(
          sizes.reduce((sum, [, trials]) => sum + 2 * trials, 0),
        );
      },
    ),
  );
});
