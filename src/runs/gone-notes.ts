import { describeGate } from '../core/gates/describe-gate.js';
import { expectationOf } from '../core/gates/gate.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import { type ColumnBaseline, foreseeCoverage, own } from '../core/gates/pairing.js';
import { caseDigest } from '../core/scores/baseline.js';
import type { Plan } from '../core/scores/plan.js';
import { count, formatBeside, formatBound } from '../core/text/format.js';
import { namesOf } from '../core/text/names-of.js';
import type { Suite } from '../model/suite.js';

/** Cases that a note names at the most. */
const NAMED = 10;

/**
 * A note on the cases that the baseline of a column has and its suite has no more, or asks otherwise: a gate that passes
 * on what is left says nothing of them. Cases that only a filter leaves out are not gone.
 */
export function notesOnGone(columns: readonly ComparedColumn[]): ReadonlySet<string> {
  return new Set(columns.flatMap(noteOn));
}

/** What of a column says which cases of its baseline are gone. */
type ComparedColumn = Pick<JudgedColumn, 'suite' | 'whole' | 'baseline'>;

/** The notes on gone cases before anything is sent: also on gates that too few are left for. `wholes`: the suites before any filter. */
export function foreseeGone(
  plan: Plan,
  baselines: readonly ColumnBaseline[],
  wholes: ReadonlyMap<string, Suite>,
): readonly string[] {
  const columns = plan.columns.map(({ suite, prompt, model, gates }, index) => ({
    ...{ suite, prompt, model, gates },
    whole: wholes.get(suite.id) ?? suite,
    baseline: baselines[index] ?? { why: 'no baseline was looked for' },
  }));
  const missed = columns.flatMap(({ suite, prompt, model, gates, whole, baseline }) => {
    if ('why' in baseline) return [];
    return gates.flatMap((rule) => {
      if (rule.change === null) return [];
      const coverage = foreseeCoverage(suite, baseline.column, rule, whole);
      if (coverage >= rule.coverage - 1e-9) return [];
      const name = describeGate({ ...rule, where: [...rule.where], expected: expectationOf(rule) });
      const [share, bound] = [
        formatBeside(coverage, rule.coverage, 'fraction'),
        formatBound(rule.coverage, 'fraction'),
      ];
      return `Gate ${name} of ${prompt.id} on ${model.text} will be an error: of the cases of the baseline ${share} are still here and ask the same, and \`coverage\` asks for ${bound}.`;
    });
  });
  return [...notesOnGone(columns), ...missed];
}

function noteOn({ suite, whole = suite, baseline }: ComparedColumn): readonly string[] {
  if ('why' in baseline) return [];
  const { cases } = baseline.column;
  const gone = new Set(Object.keys(cases));
  const changed: string[] = [];
  for (const testCase of whole.cases) {
    if (!gone.delete(testCase.id)) continue;
    if (own(cases, testCase.id)?.digest !== caseDigest(testCase)) changed.push(testCase.id);
  }
  const all = count(Object.keys(cases).length, 'case');
  const parts = [
    ...(gone.size > 0 ? [`${gone.size} ${gone.size === 1 ? 'is' : 'are'} gone (${namesOf([...gone], NAMED)})`] : []),
    ...(changed.length > 0
      ? [`${changed.length} ${changed.length === 1 ? 'asks' : 'ask'} something else now (${namesOf(changed, NAMED)})`]
      : []),
  ];
  if (parts.length === 0) return [];
  return [`Of the ${all} in the baseline of suite ${suite.id} ${parts.join(', ')}. No gate compares them.`];
}
