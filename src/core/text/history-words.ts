import type { CaseHistory } from '../../model/case-changes.js';
import { count } from './format.js';

/** What earlier trials say of a case: `flaky before (7 of 9 trials passed)`; empty where too little is known. */
export function describeHistory(history: CaseHistory | undefined): string {
  if (!history || history.stability === 'new') return '';
  const { stability, passed, trials } = history;
  // Runs may differ though the trials of each agree: of other prompts, most likely
  const isMixed = stability === 'stable' && passed > 0 && passed < trials;
  return `${stability} before (${passed} of ${count(trials, 'trial')} passed${isMixed ? ', those of each run alike' : ''})`;
}
