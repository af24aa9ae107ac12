import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricEntry } from '../../../test/helpers/suite.js';
import type { Case } from '../../model/case.js';
import type { Json } from '../../model/json.js';
import { CasePacker } from './packed-cases.js';

const json = fc.jsonValue() as fc.Arbitrary<Json>;
const own = [metricEntry()];
// The key __proto__ is refused when a file is read, so that no case has one
const testCase: fc.Arbitrary<Case> = fc
  .record({
    id: fc.string({ minLength: 1, unit: 'grapheme' }),
    vars: fc.dictionary(fc.string(), json),
    expected: fc.option(json, { nil: undefined }),
    tags: fc.array(fc.string()),
    metrics: fc.constantFrom([], own),
  })
  .filter((made) => !JSON.stringify(made).includes('__proto__'));
/** What files can hold: `-0` is written as 0. */
const asWritten = (value: Case) => ({ ...(JSON.parse(JSON.stringify(value)) as Case), metrics: value.metrics });

it('gives back every case as it was put in', () => {
  fc.assert(
    fc.property(fc.array(testCase), (cases) => {
      const packer = new CasePacker();
      for (const each of cases) packer.add(each);
      const packed = packer.casesWith(new Map());
      expect(packed).toHaveLength(cases.length);
      expect([...packed].map(asWritten)).toEqual(cases.map(asWritten));
      expect([...packed].map(({ expected }) => expected === undefined)).toEqual(
        cases.map(({ expected }) => expected === undefined),
      );
      expect(packed.at(cases.length)).toBeUndefined();
      expect(packed.at(-1)).toBeUndefined();
    }),
  );
});

it('takes cases of any size, and more than a page holds', () => {
  const packer = new CasePacker();
  const sizes = [10, 600_000, 600_000, 3_000_000, 10];
  for (const [index, size] of sizes.entries()) {
    const vars = { text: String(index).repeat(size) };
    packer.add({ id: `case-${index}`, vars, expected: null, tags: [], metrics: [] });
  }
  expect([...packer.casesWith(new Map())].map(({ id, vars }) => [id, String(vars['text']).length])).toEqual(
    sizes.map((size, index) => [`case-${index}`, size]),
  );
  expect(packer.casesWith(new Map()).at(1)?.expected).toBeNull();
});
