import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasReferenceData, referencePath } from '../../test/helpers/reference-data.js';
import { scoreOf } from '../../test/helpers/score.js';
import type { Json } from '../model/json.js';
import { faultOfCase, metricEntrySchema } from './access.js';
import { numeric } from './numeric.js';

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
