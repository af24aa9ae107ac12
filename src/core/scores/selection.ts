import type { ScoreSelection } from './score-table.js';

/** A selection without the cases that have fewer scores than this: theirs are left out as not applicable. */
export function leaveOutShort(selection: ScoreSelection, fewest: number): ScoreSelection {
  const counts = new Map<number, number>();
  for (const place of selection.cases) counts.set(place, (counts.get(place) ?? 0) + 1);
  const isLong = (_: unknown, index: number) => (counts.get(selection.cases[index] ?? -1) ?? 0) >= fewest;
  if (selection.cases.every(isLong)) return selection;
  const { values, passed, cases, clusters, questions, missing, notApplicable, corpus } = selection;
  const left = values.filter(isLong);
  return {
    values: left,
    passed: passed.filter(isLong),
    cases: cases.filter(isLong),
    clusters: clusters.filter(isLong),
    ...(questions ? { questions: questions.filter(isLong) } : {}),
    missing,
    notApplicable: notApplicable + values.length - left.length,
    ...(corpus ? { corpus: { ...corpus, statistics: corpus.statistics.filter(isLong) } } : {}),
  };
}
