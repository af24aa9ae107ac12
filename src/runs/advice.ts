import type { JudgedColumn } from '../core/gates/judged-column.js';
import { type Deciding, whatDecides } from '../core/power/what-decides.js';
import type { Plan, PlannedColumn } from '../core/scores/plan.js';
import { formatAbout } from '../core/text/format.js';
import type { GateResult } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import type { StartOptions } from './setup/start-options.js';

type Gates = readonly (readonly GateResult[])[];

/**
 * The gates of each column, the inconclusive ones with what would decide them. `keptIn` tells where a plain rerun
 * would find the answers of a column again; null where it would ask anew.
 */
export function adviseOnGates(
  plan: Plan,
  gates: Gates,
  columns: readonly JudgedColumn[],
  keptIn: (column: PlannedColumn) => string | null,
): Gates {
  return gates.map((results, index) => {
    const [planned, column] = [plan.columns[index], columns[index]];
    if (!planned || !column) return results;
    return results.map((result, place) => {
      const rule = planned.gates[place];
      if (!rule || result.verdict !== 'inconclusive') return result;
      const deciding = whatDecides(rule, result, column, planned.gates);
      const kept = keptIn(planned);
      const rerun = kept === null ? '' : `; a plain rerun would not: it has the same answers, from ${kept}`;
      return { ...result, message: `${result.message}. ${describeDeciding(deciding, rule.change !== null)}${rerun}` };
    });
  });
}

/** `If it is as it looks, about 110 cases or 4 trials (here and in the baseline) would decide it`. */
function describeDeciding(deciding: Deciding | null, compares: boolean): string {
  if (deciding === null) return 'More cases or trials would decide it';
  const { cases, trials } = deciding;
  const needs = [
    cases === null ? '' : `about ${formatAbout(cases)} cases`,
    trials === null ? '' : `${formatAbout(trials)} trials${compares ? ' (here and in the baseline)' : ''}`,
  ].filter(Boolean);
  if (needs.length === 0) return 'It is so near to its bound that no number of cases would decide it';
  return `If it is as it looks, ${needs.join(' or ')} would decide it`;
}

/** Where a run that is asked for in the same way finds the answers of a column again; null when some are asked for anew. */
export function placeOfAnswers(
  { suite, model }: Pick<PlannedColumn, 'suite' | 'model'>,
  { mode, cache }: Pick<StartOptions, 'mode' | 'cache'>,
  providers: Project['providers'],
): string | null {
  if (suite.cassette !== null && mode !== 'normal') return 'the cassette';
  const cached = cache && providers.get(model.provider)?.definition.cacheable === true;
  return cached ? 'the cache' : null;
}
