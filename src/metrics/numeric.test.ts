import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasReferenceData, referencePath } from '../../test/helpers/reference-data.js';
import { scoreOf } from '../../test/helpers/score.js';
import { metricEntrySchema } from './access.js';
import { lastNumber, numeric } from './numeric.js';

describe('lastNumber', () => {
  it.each([
    ['A: 18', 18],
    ['A:18.', 18],
    ['It is 1,234,567.89!', 1_234_567.89],
    ['$1,000', 1000],
    ['-$5', -5],
    ['$-5', -5],
    ['\u22125 degrees', -5],
    ['€ 12.50 each', 12.5],
    ['+7', 7],
    ['35%', 35],
    ['**42**', 42],
    ['\\boxed{42}', 42],
    ['6.02e23 molecules', 6.02e23],
    ['1E-3', 0.001],
    ['about .5', 0.5],
    ['16 - 3 = 13', 13],
    ['16-3', 3],
    ['10 - $3', 3],
    ['f(2)-1', 1],
    ['18 kg of CO2', 18],
    ['18kg', 18],
    ['1, 2,3', 3],
    ['12,3456', 3456],
    ['2/3', 3],
    ['-0', 0],
    ['US$5', 5],
    ['Rs.500', 500],
    ['none', null],
    ['', null],
    ['B12', null],
    ['9'.repeat(400), null],
  ])('of %j is %j', (text, number) => {
    expect(lastNumber(text)).toBe(number);
  });

  it('finds every number that JavaScript writes, also after words', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('', 'A: ', '3 and '),
        (n, lead) => {
          expect(lastNumber(`${lead}${n}.`)).toBe(n + 0);
        },
      ),
    );
  });

  it('finds integers with thousands separators', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(lastNumber(n.toLocaleString('en-US'))).toBe(n + 0);
      }),
    );
  });
});

describe('numeric', () => {
  const score = (tolerance: number | string, expected: string, output: string) =>
    scoreOf(numeric, { params: { tolerance }, expected, output }).then(({ value }) => value);

  it('is exact without a tolerance', async () => {
    expect(await score(0, '0.3', '0.30000000000000004')).toBe(0);
  });

  it('includes the bound itself, whatever the subtraction rounds to', async () => {
    expect(await score(0.1, '18.2', '18.3')).toBe(1);
    expect(await score('10%', '-20', '-22')).toBe(1);
    expect(await score('10%', '-20', '-22.01')).toBe(0);
  });

  it.each(['1s', '$1', '-1', -1, 'much', 'Infinity'])('refuses the tolerance %j', (tolerance) => {
    const result = metricEntrySchema(numeric).safeParse({ metric: 'numeric', tolerance });
    expect(result.error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['tolerance'], `"${tolerance}" is not a tolerance; write it like 0.5 or 1%`],
    ]);
  });
});

const GSM8K = referencePath('gsm8k-example_model_solutions.jsonl');

describe.skipIf(!hasReferenceData)('numeric on the GSM8K model solutions (skipped where the data is absent)', () => {
  it('agrees with is_correct for all 5,276 outputs', async () => {
    const models = ['6b_finetuning', '6b_verification', '175b_finetuning', '175b_verification'];
    const disagreements: unknown[] = [];
    let outputs = 0;
    for (const line of readFileSync(GSM8K, 'utf8').trim().split('\n')) {
      const row: Record<string, { is_correct: boolean; solution: string }> & { ground_truth: string } =
        JSON.parse(line);
      for (const model of models) {
        const answer = row[model];
        if (!answer) throw new Error(`no output of ${model}`);
        outputs += 1;
        const { value } = await scoreOf(numeric, { params: {}, expected: row.ground_truth, output: answer.solution });
        if (value !== (answer.is_correct ? 1 : 0))
          disagreements.push({ model, truth: row.ground_truth, ...answer, value });
      }
    }
    expect(disagreements).toEqual([]);
    expect(outputs).toBe(5276);
  });
});
