import { attests, TEST_RESULT } from '../core/releases/attest.js';
import { textOfAsked } from '../core/requests/asked-prompt.js';
import type { Attested } from '../model/environment.js';
import type { Evidence } from '../model/evidence.js';
import type { Release } from '../model/release.js';
import { verifyAttestations } from '../store/git/attestations.js';

/**
 * Why nobody is known to have signed what a run said of a release; null when a workflow of the repository has. The artifact
 * is the prompt itself, by its digest. Throws `cannot-verify`.
 */
export async function whyUnattested(
  root: string,
  { prompt, asked, code = [] }: Release,
  evidence: Evidence,
  attested: Attested,
): Promise<string | null> {
  const verified = await verifyAttestations(root, textOfAsked({ asked, code }), TEST_RESULT, attested);
  if (verified.predicates === null) return verified.why;
  return verified.predicates.some((predicate) => attests(predicate, prompt, evidence))
    ? null
    : 'what was signed says something else, or is of another run';
}
