import { namesOf } from '../core/gates/names-of.js';
import { findSharedRequests } from '../core/requests/shared-requests.js';
import type { Plan } from '../core/scores/plan.js';
import { count } from '../core/text/format.js';
import type { ProviderEntry } from '../providers/entry.js';

/** Groups of cases that a note shows at the most, and cases that it names of each. */
const SHOWN = 3;
const NAMED = 4;

/**
 * The plan with what each column knows of shared answers: where answers are looked for in a cache or a cassette, equal
 * requests get one. Other providers are called for each.
 */
export function findSharedAnswers(plan: Plan, providers: ReadonlyMap<string, ProviderEntry>): Plan {
  const columns = plan.columns.map((column) => {
    const { suite, model } = column;
    const definition = providers.get(model.provider)?.definition;
    const shares = definition?.cacheable === true || suite.cassette !== null;
    const sendsVars = definition?.sendsVars ?? false;
    return shares ? { ...column, shared: findSharedRequests(column, suite.cases, { sendsVars }) } : column;
  });
  return { ...plan, columns };
}

/** A note on each suite some of whose cases share an answer. */
export function notesOnShared(plan: Plan): ReadonlySet<string> {
  const notes = plan.columns.flatMap(({ suite, prompt, shared = null }) => {
    if (shared === null) return [];
    const groups = new Map<number, string[]>();
    for (const [place, first] of shared.entries()) {
      if (first < 0) continue;
      const ids = groups.get(first) ?? [];
      groups.set(first, ids);
      ids.push(suite.cases.at(place)?.id ?? '');
    }
    const all = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
    const shown = [...groups.values()].slice(0, SHOWN).map((ids) => namesOf(ids, NAMED));
    const more = groups.size > SHOWN ? ` and ${count(groups.size - SHOWN, 'other group')}` : '';
    return [
      `${all} of the ${count(suite.cases.length, 'case')} of suite ${suite.id} ask what another asks of ${prompt.id} too (${shown.join('; ')}${more}): cases with one answer count as one wherever noise is reckoned with. More trials would be further answers.`,
    ];
  });
  return new Set(notes);
}
