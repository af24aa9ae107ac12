import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, compareWithWorse, sideOf } from '../../../test/helpers/comparison.js';
import { hostileRun, isWorkflowCommand } from '../../../test/helpers/hostile.js';
import { createRedRun, createSink } from '../../../test/helpers/run-fixture.js';
import { compareModels, compareSides } from '../../core/compare/compare.js';
import type { Comparison } from '../../core/compare/comparison.js';
import { widthOf } from '../layout/layout.js';
import { reportComparison } from './compare-console.js';

async function textOf(comparison: Comparison, options: { color?: boolean; columns?: number } = {}, shown = 1) {
  const sink = createSink(options);
  await reportComparison(comparison, sink, shown);
  return sink.text();
}

/** Twenty cases, of which so many pass. */
const passing = (number: number) => Array.from({ length: 20 }, (_, index) => Number(index < number));

describe('the console view', () => {
  it('of two baselines', async () => {
    const before = columnOf({ pass: passing(18), tone: passing(10) }, { promptDigest: 'bbbb' });
    const now = columnOf({ pass: passing(8), tone: [...passing(11), 1] });
    expect(await textOf(compareSides(sideOf(before), sideOf(now)))).toMatchInlineSnapshot(`
      "Regressed cases  10 by pass · suite · reply · echo

        c9  pass 1 → 0

        … and 9 more cases: see --html FILE or --json

      Comparison
        A  side: baseline of run run, 2026-03-01 14:25 UTC
        B  side: baseline of run run, 2026-03-01 14:25 UTC

        suite · reply · echo  the prompt has changed
          reading  metric       A     B       change  90% interval                     p  p (Holm)  cases
          worse    pass rate  0.9   0.4    0.5 lower  0.684 to 0.28 lower          0.002    0.0039     20
          unclear  tone mean  0.5  0.55  0.05 higher  0.076 lower to 0.212 higher      1         1     20
          not shown in this width: std err, improved, regressed
          ? tone mean: 1 better of 20: could be chance (p 1)
          Standard error of the pass difference: 0.115 from the pairs; unpaired it would be 0.132.

          what the prompt of A said is not kept: its run is gone, or of an earlier version

          • 1 case only in B: c21

      "better" and "worse" mean that the interval leaves 0 out and p (Holm), which allows for all 2 tests
      made here, is at most 0.05. An interval is the one that gates decide by: each of its ends is a bound
      that holds with 95%. Nothing is judged.

      2 metrics compared: pass rate 0.5 lower (worse); 1 other: 1 unclear
      "
    `);
  });

  it('of two models, with their costs and their outputs', async () => {
    expect(await textOf(await compareWithWorse(createRedRun()), {}, 1)).toMatchInlineSnapshot(`
      "Regressed cases  4 by pass · support-reply · openai/gpt-4.1-mini

        refund-window  pass 1 → 0
          ticket          Can I return shoes after 20 days?
          expected        Yes. You can return them within 30 days.
          A               Unfortunately our policy does not allow returns after two weeks, whatever the
                          reason. If the shoes have a defect
                          you may of course write to us again, and a colleague will look at photos of the
                          damage.
                          …
                          6. Wait
          B               Unfortunately our policy does not allow returns after two weeks, whatever the
                          reason. If the shoes have a defect
                          you may of course write to us again, and a colleague will look at photos of the
                          damage.
                          …
                          6. Wait(B)
          B ✗ contains    does not contain "30 days"
          B ✗ similarity  similarity 0.41 is below 0.75
          B ✗ latency     1.82s
          B ✗ cost        $0.0004

        … and 3 more cases: see --html FILE or --json

      Regressed cases  4 by pass · support-reply · anthropic/claude-haiku-4-5

        refund-window  pass 1 → 0
          ticket          Can I return shoes after 20 days?
          expected        Yes. You can return them within 30 days.
          A               Yes. You can return them within 30 days.
          B               Yes. You can return them within 30 days.(B)
          B ✗ contains    contains "30 days"
          B ✗ similarity  similarity 0.97
          B ✗ latency     1.82s
          B ✗ cost        no price is known for anthropic/claude-haiku-4-5

        … and 3 more cases: see --html FILE or --json

      Comparison
        A  A: run 20260102-030405-a1b2, 2026-01-02 03:05 UTC, commit 2f1c9e0
        B  B: run 20260102-030405-a1b2, 2026-01-02 03:05 UTC, commit 2f1c9e0

        support-reply · openai/gpt-4.1-mini  same prompt
          gate                                   A                      B
          pass rate ≥ 0.9                        ✗ fail 0.625           ✗ fail 0.625
          similarity mean ≥ 0.75                 ? inconclusive 0.7496  ? inconclusive 0.7496
          pass rate ≥ 1 on safety (warn, point)  ✗ fail 0.5             ✗ fail 0.5
          latency p95 ≤ 4s                       ✓ pass 1.82s           ✓ pass 1.82s

          reading  metric           A  B   change  90% interval         p  p (Holm)  std err  cases
          unclear  pass rate        1  0  1 lower  1 to 0.429 lower  0.13      0.38               4
          unclear  contains mean    1  0  1 lower  1 to 0.429 lower  0.13      0.38               4
          unclear  similarity mean  1  0  1 lower  1 to 0.429 lower  0.13      0.38               4
          unclear  latency mean     1  0  1 lower  1 to 0.429 lower  0.13      0.38               4
          unclear  cost mean        1  0  1 lower  1 to 0.429 lower  0.13      0.38               4
          not shown in this width: improved, regressed
          ? pass rate: 4 worse of 4: could be chance (p 0.38)

                                A        B  change
          samples               8        8
          cost            $0.0032  $0.0032
          tokens in         1,440    1,440
          tokens out          496      496
          latency median    1.82s    1.82s
          latency p95       1.82s    1.82s

        support-reply · anthropic/claude-haiku-4-5  same prompt
          gate                A             B
          pass rate ≥ 0.9     ! error none  ! error none
          cost mean ≤ $0.002  ! error none  ! error none

          reading  metric           A  B   change  90% interval         p  p (Holm)  std err  cases
          unclear  pass rate        1  0  1 lower  1 to 0.429 lower  0.13      0.38               4
          unclear  contains mean    1  0  1 lower  1 to 0.329 lower  0.25      0.38               3
          unclear  similarity mean  1  0  1 lower  1 to 0.329 lower  0.25      0.38               3
          unclear  latency mean     1  0  1 lower  1 to 0.329 lower  0.25      0.38               3
          unclear  cost mean        1  0  1 lower  1 to 0.329 lower  0.25      0.38               3
          not shown in this width: improved, regressed
          ? pass rate: 4 worse of 4: could be chance (p 0.38)
          ? contains mean: 3 worse of 3: could be chance (p 0.38)

                                 A      B  change
          samples                8      8
          without an answer      3      3
          tokens in            900    900
          tokens out           310    310
          latency median     1.82s  1.82s
          latency p95        1.82s  1.82s

          • contains has no score for 1 case of A and 1 case of B
          • similarity has no score for 1 case of A and 1 case of B
          • latency has no score for 1 case of A and 1 case of B
          • cost has no score for 1 case of A and 1 case of B

      "better" and "worse" mean that the interval leaves 0 out and p (Holm), which allows for all 3 tests
      made here, is at most 0.05. An interval is the one that gates decide by: each of its ends is a bound
      that holds with 95%. Nothing is judged.

      Gates: A 1 of 6 pass (2 fail, 2 error, 1 inconclusive), B 1 of 6 pass (2 fail, 2 error, 1
      inconclusive). 10 metrics compared in 2 columns: pass rates 2 unclear; 8 others: 8 unclear
      "
    `);
  });

  it('of columns without a partner', async () => {
    const text = await textOf(compareModels(sideOf(columnOf({ pass: [1] }))));
    expect(text).toContain('Without a partner\n  • A suite: reply on echo: it has one model only\n');
    expect(text).toMatch(/\n0 metrics compared: none\n$/);
  });

  it.each([40, 60, 80, 100, 140])('fits %i columns', async (columns) => {
    const before = columnOf({ pass: passing(18), 'a-metric-with-a-long-name': passing(10) });
    const now = columnOf({ pass: passing(8), 'a-metric-with-a-long-name': passing(11) });
    const text = await textOf(compareSides(sideOf(before), sideOf(now)), { columns });
    const table = text.split('\n').filter((line) => /reading|worse|unclear/.test(line));
    expect(table.length).toBeGreaterThan(2);
    for (const line of table) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('has colours where they are wanted only', async () => {
    const comparison = compareSides(sideOf(columnOf({ pass: passing(18) })), sideOf(columnOf({ pass: passing(8) })));
    expect(await textOf(comparison, { color: true })).toContain('\u001b[31mworse');
    expect(await textOf(comparison)).not.toContain('\u001b');
  });

  it('lets no hostile text through', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRun, async (record) => {
        const text = await textOf(await compareWithWorse(record), {}, 10);
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(text.split('\n').filter(isWorkflowCommand)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
