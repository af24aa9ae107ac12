import type { ScoreSelection } from './score-table.js';

/** A selection without the cases that have fewer scores than this: theirs are left out as not applicable. */
export function leaveOutShort(selection: ScoreSelection, fewest: number): ScoreSelection {
  const counts = new Map<number, number>();
  for (const place of selection.cases) counts.set(place, (counts.get(place) ?? 0) + 1);
  const isLong = (index: number) => (counts.get(selection.cases[index] ?? -1) ?? 0) >= fewest;
  if (selection.cases.every((_, index) => isLong(index))) return selection;
  const left = keepValues(selection, isLong);
  return { ...left, notApplicable: selection.notApplicable + selection.values.length - left.values.length };
}

/**
 * The selection without further trials beyond so many of each case; unchanged where there are none. What pools the values of
 * all cases would else be that of the cases that were asked most often, and a sum would grow with every look.
 */
export function leaveOutFurther(selection: ScoreSelection, most: 'first' | 'all'): ScoreSelection {
  const { further } = selection;
  return further ? keepValues(selection, (index) => (further.trials[index] ?? 0) <= further[most]) : selection;
}

function keepValues(selection: ScoreSelection, isKept: (index: number) => boolean): ScoreSelection {
  const { values, passed, cases, clusters, questions, corpus, further, ...counts } = selection;
  const keep = <T>(list: readonly T[]) => list.filter((_, index) => isKept(index));
  return {
    values: keep(values),
    passed: keep(passed),
    cases: keep(cases),
    clusters: keep(clusters),
    ...(questions ? { questions: keep(questions) } : {}),
    ...counts,
    ...(corpus ? { corpus: { ...corpus, statistics: keep(corpus.statistics) } } : {}),
    ...(further ? { further: { ...further, trials: keep(further.trials) } } : {}),
  };
}
