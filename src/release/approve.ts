import { nameOfRelease } from '../core/releases/decision.js';
import { approversOf, mayBeOne, samePerson } from '../core/releases/policy.js';
import { refOf } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import type { Risk } from '../model/prompt.js';
import type { Release, ReleaseRef } from '../model/release.js';
import { readReferred } from '../store/state/environments.js';
import { authorsSince } from './authors.js';
import { riskOfRelease } from './change-risk.js';
import { type Delivery, policyOf, record } from './delivery.js';
import { countApprovals, knownAs } from './signers.js';

/** What came of an approval. */
export interface Approved {
  readonly line: LedgerLine;
  /** What is live there now, in place of which alone it is approved; null for nothing. */
  readonly replaces: ReleaseRef | null;
  readonly risk: Risk;
  /** Who has approved it so far, and how many have to. */
  readonly approvers: readonly string[];
  readonly needed: number;
}

/**
 * Writes a person's yes to a release for an environment. It is of this digest in place of what is live there now, and ends
 * when either changes. Throws `cannot-approve` for its author, for who has done so already and for what is live.
 */
export async function approve(
  delivery: Delivery,
  release: Release,
  environment: string,
  by: Person,
  note: string | null,
): Promise<Approved> {
  const { signers } = delivery;
  const { approvals } = policyOf(delivery, environment);
  const no = (why: string) => new LlmciError('cannot-approve', { release: nameOfRelease(release), environment, why });
  const approver = knownAs(signers, by);
  let authors: readonly Person[] = [];
  let risk: Risk = 'high';
  let replaces: ReleaseRef | null = null;
  const written = await record(delivery, environment, by, async ({ state }) => {
    const live = state.live.get(release.prompt)?.release;
    if (live?.digest === release.digest) throw no('it is live there already');
    authors = await authorsSince(delivery, release, live ?? null);
    const own = authors.find((author) => mayBeOne(author, approver));
    if (own) {
      const did = mayBeOne(knownAs(signers, release.author), approver) ? 'made' : 'wrote a part of';
      const who = samePerson(own, approver) ? by.name : `${by.name} goes by the name of ${own.name}, who`;
      throw no(`${who} ${did} it, and nobody approves a release of their own`);
    }
    const { here } = countApprovals(signers, environment, state);
    const before = approversOf({ release, authors }, here).find((name) => mayBeOne({ ...by, name }, approver));
    if (before !== undefined) throw no(`${before} has done so already`);
    risk = riskOfRelease(live ? await readReferred(delivery.store, live) : null, release);
    replaces = live ?? null;
    return {
      action: 'approve',
      release: refOf(release),
      replaces: live?.digest ?? null,
      risk,
      ...(note === null ? {} : { note }),
    };
  });
  const { here } = countApprovals(signers, environment, written.state);
  return {
    line: written.line,
    replaces,
    risk,
    approvers: approversOf({ release, authors }, here),
    needed: approvals?.[risk] ?? 0,
  };
}
