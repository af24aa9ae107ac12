import { nameOfRelease } from '../core/releases/decision.js';
import { holdOf, refOf } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import type { Release } from '../model/release.js';
import { type Delivery, policyOf, record } from './delivery.js';

/** Lets a release that was held be promoted again. Throws `not-held`. */
export async function unhold(
  delivery: Delivery,
  release: Release,
  environment: string,
  by: Person,
  reason: string,
): Promise<LedgerLine> {
  policyOf(delivery, environment);
  const { line } = await record(delivery, environment, by, async ({ state }) => {
    if (holdOf(state, release) === null)
      throw new LlmciError('not-held', { release: nameOfRelease(release), environment });
    return { action: 'unhold', release: refOf(release), reason };
  });
  return line;
}
