import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasReferenceData, referencePath } from '../../../test/helpers/reference-data.js';
import { clusteredStandardError } from './clusters.js';
import { mcnemar } from './mcnemar.js';
import { mean, standardError } from './mean.js';
import { newcombePaired } from './newcombe.js';
import { pairedDifference, pairedInterval } from './paired.js';
import { averageOverCases, passHatK } from './pass-at-k.js';

describe.skipIf(!hasReferenceData)('on real evaluations (skipped where ../shared/data is absent)', () => {
  test('GSM8K: pairing two models shrinks the standard error of their difference', () => {
    type Line = Record<'6b_verification' | '175b_finetuning', { is_correct: boolean }>;
    const lines: Line[] = readFileSync(referencePath('gsm8k-example_model_solutions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const small = lines.map((line) => Number(line['6b_verification'].is_correct));
    const large = lines.map((line) => Number(line['175b_finetuning'].is_correct));
    const paired = pairedDifference(small, large);
    expect(paired?.n).toBe(1319);
    expect(paired?.standardError).toBeCloseTo(0.0144, 4);
    expect(Math.hypot(standardError(small) ?? 0, standardError(large) ?? 0)).toBeCloseTo(0.0188, 4);

    const count = (first: number, second: number) =>
      small.filter((value, index) => value === first && large[index] === second).length;
    const counts = { both: count(1, 1), onlyFirst: count(1, 0), onlySecond: count(0, 1), neither: count(0, 0) };
    const t = pairedInterval(small, large, 0.95);
    const score = newcombePaired(counts, 0.95);
    expect(score?.low).toBeCloseTo(t?.low ?? Number.NaN, 2);
    expect(score?.high).toBeCloseTo(t?.high ?? Number.NaN, 2);
    expect(mcnemar(counts.onlyFirst, counts.onlySecond).chiSquared.p).toBeCloseTo(paired?.pTwoSided ?? Number.NaN, 3);
  });

  test('tau-bench: trials of one task are no independent evidence', () => {
    const tasks: { task_id: number; trials: number[] }[] = JSON.parse(
      readFileSync(referencePath('taubench-gpt-4o-airline-rewards.json'), 'utf8'),
    );
    const rewards = tasks.flatMap((task) => task.trials);
    const names = tasks.flatMap((task) => task.trials.map(() => `${task.task_id}`));
    expect(mean(rewards)).toBeCloseTo(0.42, 12);
    expect(standardError(rewards)).toBeCloseTo(0.035, 4);
    expect(clusteredStandardError(rewards, names)).toBeCloseTo(0.0522, 4);
    const cases = tasks.map(({ trials }) => ({ trials: trials.length, passed: sumOf(trials) }));
    expect([1, 2, 3, 4].map((k) => averageOverCases(cases, k, passHatK)?.toFixed(4))).toEqual([
      '0.4200',
      '0.2733',
      '0.2200',
      '0.2000',
    ]);
  });
});

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
