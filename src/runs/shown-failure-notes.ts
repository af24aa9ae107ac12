import type { JudgedColumn } from '../core/gates/judged-column.js';
import { own } from '../core/gates/pairing.js';
import { casesOfFailures } from '../core/scores/cases.js';
import { PASS } from '../core/scores/composites.js';
import { count } from '../core/text/format.js';
import { namesOf } from '../core/text/names-of.js';

/** Cases that a note names at the most. */
const NAMED = 10;

/**
 * A note on cases that were made of failed live calls and pass in all trials at their first run, when no baseline has them
 * yet: they do not show what they were taken for, so a later pass says nothing of it either.
 */
export function notesOnShownFailures(columns: readonly JudgedColumn[]): ReadonlySet<string> {
  return new Set(columns.flatMap(noteOn));
}

function noteOn({ suite, scores, baseline }: JudgedColumn): readonly string[] {
  const ofFailures = casesOfFailures(suite);
  if (ofFailures.size === 0) return [];
  const { values, cases } = scores.select(PASS);
  const failed = new Set(cases.filter((_, index) => values[index] !== 1));
  const passing: string[] = [];
  for (const index of new Set(cases)) {
    const testCase = ofFailures.has(index) && !failed.has(index) ? suite.cases.at(index) : undefined;
    if (!testCase) continue;
    if ('column' in baseline && own(baseline.column.cases, testCase.id)) continue;
    passing.push(testCase.id);
  }
  if (passing.length === 0) return [];
  const [which, they] = passing.length === 1 ? ['passes', 'it does'] : ['pass', 'they do'];
  return [
    `${count(passing.length, 'case')} of suite ${suite.id} made of live calls that failed ${which} at the first run (${namesOf(passing, NAMED)}): ${they} not show the failure. Say what is expected, or add the metric that saw it; if the prompt is fixed already, bless the run.`,
  ];
}
