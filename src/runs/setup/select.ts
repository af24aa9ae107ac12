import { gatesLeft } from '../../core/gates/filtered-gates.js';
import { casesNamed, explainNoCase } from '../../core/scores/case-names.js';
import { filterCases } from '../../core/scores/cases.js';
import { covers } from '../../core/scores/tags.js';
import { LlmciError } from '../../core/text/errors.js';
import { didYouMean } from '../../core/text/suggest.js';
import type { Case } from '../../model/case.js';
import type { RunSettings } from '../../model/run-settings.js';
import type { Suite } from '../../model/suite.js';
import type { Project } from '../../project/load.js';

/** Which suites, which of their cases, and how often. */
export type Selection = Pick<RunSettings, 'suites' | 'tags' | 'cases' | 'trials'>;

/** The suites of a run with the cases and gates that are left of them. Throws when a name is unknown or no case is left. */
export function selectSuites(project: Project, selection: Selection): readonly Suite[] {
  const known = [...project.suites.keys()];
  if (known.length === 0) throw new LlmciError('no-suites', { folder: `${project.root}/evals` });
  const named = (selection.suites.length > 0 ? selection.suites : known).map((name) => {
    const suite = project.suites.get(name) ?? byPath(project, name);
    if (!suite)
      throw new LlmciError('unknown-suite', { name, guess: didYouMean(name, known), known: known.join(', ') });
    return suite;
  });
  // Named twice, by its id and by its path say, it is run once
  const chosen = [...new Set(named)];
  const ids = selection.cases.length > 0 ? chosenCases(chosen, selection.cases) : null;
  const left = chosen.map((suite) => filterSuite(suite, selection, ids)).filter((suite) => suite.cases.length > 0);
  if (left.length === 0) {
    const tags = [...new Set(chosen.flatMap(tagsOf))];
    const guess = selection.tags.map((tag) => didYouMean(tag, tags)).join('');
    const filter =
      selection.tags.length > 0 ? `no case is tagged ${selection.tags.join(' or ')}${guess}` : 'the suites have none';
    throw new LlmciError('no-cases', { why: filter });
  }
  return left;
}

/** The ids that names stand for. Throws `no-cases` for a name that stands for none. */
function chosenCases(suites: readonly Suite[], names: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { cases } of suites) for (const { id } of cases) ids.add(id);
  const chosen = new Set<string>();
  for (const name of names) {
    const found = casesNamed(ids, name);
    if (found.length === 0) throw new LlmciError('no-cases', { why: explainNoCase(ids, name) });
    for (const id of found) chosen.add(id);
  }
  return chosen;
}

function tagsOf({ cases }: Suite): readonly string[] {
  const tags = new Set<string>();
  for (const testCase of cases) for (const tag of testCase.tags) tags.add(tag);
  return [...tags];
}

/** A suite with the cases that the selection leaves, and the gates that still judge some of them. */
function filterSuite(suite: Suite, { tags, trials }: Selection, ids: ReadonlySet<string> | null): Suite {
  const isChosen = (testCase: Case) => covers(tags, testCase.tags) && (ids?.has(testCase.id) ?? true);
  const cases = tags.length === 0 && ids === null ? suite.cases : filterCases(suite.cases, isChosen);
  const filtered = { ...suite, trials: trials ?? suite.trials, firstTrials: trials ?? suite.firstTrials, cases };
  if (cases.length === suite.cases.length) return filtered;
  const columns = suite.columns.map((column) => ({ ...column, gates: gatesLeft(column.gates, suite, filtered) }));
  return { ...filtered, columns };
}

/** A suite by the path of its file, as a shell completes it. */
function byPath(project: Project, name: string): Suite | undefined {
  const path = name.replace(/^\.\//, '');
  return [...project.suites.values()].find((suite) => suite.path === path);
}
