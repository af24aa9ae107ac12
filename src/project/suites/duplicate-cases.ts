import { describeShared, findSharedRequests } from '../../core/requests/shared-requests.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Suite } from '../../model/suite.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';
import { heardBy } from '../../providers/contract/identity.js';

/** Cases of a suite that make the same request: rows that stand there twice, or differ in what no template asks. */
export function findDuplicateCases(
  { id, path, columns, cases }: Suite,
  providers: ReadonlyMap<string, ProviderEntry>,
): readonly Problem[] {
  return columns.flatMap((column) => {
    const shared = findSharedRequests(column, cases, heardBy(providers.get(column.model.provider)));
    if (shared === null) return [];
    const found = describeShared(shared, { suite: id, prompt: column.prompt.id, cases });
    const message = `${found}: they are no further evidence; give them questions of their own, or take them out`;
    return [{ ...atTop(path), severity: 'warning', rule: 'duplicate-cases', message }];
  });
}
