import { describeShared, findSharedRequests } from '../core/requests/shared-requests.js';
import type { Plan } from '../core/scores/plan.js';
import type { ProviderEntry } from '../providers/entry.js';

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
    const found = describeShared(shared, { suite: suite.id, prompt: prompt.id, cases: suite.cases });
    return [
      `${found}: cases with one answer count as one wherever noise is reckoned with. More trials would be further answers.`,
    ];
  });
  return new Set(notes);
}
