import type { JudgedColumn } from '../core/gates/judged-column.js';
import { own } from '../core/gates/pairing.js';
import { caseDigest } from '../core/scores/baseline.js';
import { count } from '../core/text/format.js';
import { namesOf } from '../core/text/names-of.js';

/** Cases that a note names at the most. */
const NAMED = 10;

/**
 * A note on the cases that the baseline of a column has and its suite has no more, or asks otherwise: a gate that passes
 * on what is left says nothing of them. Cases that only a filter leaves out are not gone.
 */
export function notesOnGone(columns: readonly JudgedColumn[]): ReadonlySet<string> {
  return new Set(columns.flatMap(noteOn));
}

function noteOn({ suite, whole = suite, baseline }: JudgedColumn): readonly string[] {
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
