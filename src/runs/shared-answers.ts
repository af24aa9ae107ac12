import { describeShared, findSharedRequests } from '../core/requests/shared-requests.js';
import type { Plan } from '../core/scores/plan.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import { heardBy } from '../providers/contract/identity.js';

/**
 * The plan with what each column knows of equal requests. Where answers are looked for in a cache or a cassette they get one
 * answer; where each is a call of its own, these are trials of one question all the same.
 */
export function findSharedAnswers(plan: Plan, providers: ReadonlyMap<string, ProviderEntry>): Plan {
  const columns = plan.columns.map((column) => {
    const heard = heardBy(providers.get(column.model.provider));
    return { ...column, shared: findSharedRequests(column, column.suite.cases, heard) };
  });
  return { ...plan, columns };
}

/** A note on each suite some of whose cases ask the same. */
export function notesOnShared(plan: Plan, providers: ReadonlyMap<string, ProviderEntry>): ReadonlySet<string> {
  const notes = plan.columns.flatMap(({ suite, prompt, model, shared = null }) => {
    if (shared === null) return [];
    const found = describeShared(shared, { suite: suite.id, prompt: prompt.id, cases: suite.cases });
    const provider = providers.get(model.provider);
    // A recording is found by all variables of a case, so also by those that do not go out
    const haveOne =
      provider?.definition.cacheable === true || (suite.cassette !== null && typeof heardBy(provider) !== 'function');
    return [
      haveOne
        ? `${found}: cases with one answer count as one wherever noise is reckoned with. More trials would be further answers.`
        : `${found}: cases that ask the same count as one wherever noise is reckoned with, as trials of one case do.`,
    ];
  });
  return new Set(notes);
}
