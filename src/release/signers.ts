import { type CheckSignature, readAliases, signersOf } from '../core/releases/allowed-signers.js';
import type { Lifted } from '../core/releases/decision.js';
import { signatureFault } from '../core/releases/signing.js';
import type { Approval, EnvironmentState } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import type { ReleaseRef } from '../model/release.js';
import { readGitEmail } from '../store/git/git-person.js';

/** The people whose signatures count, as a file of git's own format names them. */
export interface Signers {
  /** Where the file is, as messages call it. */
  readonly path: string;
  readonly text: string;
}

/** How lines are checked; null where names are believed. */
export function checkOf(signers: Signers | null): CheckSignature | null {
  return signers === null ? null : signersOf(signers.text);
}

/** Who signs here: the address that git has, since it is by this name that a key is allowed. Throws `cannot-sign`. */
export async function whoSigns(root: string): Promise<Person> {
  const email = await readGitEmail(root);
  if (email === null) throw new LlmciError('cannot-sign', { why: 'git has no user.email here' });
  return { name: email, via: 'signature' };
}

/**
 * A state with those of its approvals that count, and the others. Where signers are named, only what they have signed does,
 * and each is by the first of all the names that its signer has.
 */
export function countApprovals(
  signers: Signers | null,
  environment: string,
  state: EnvironmentState,
): { readonly here: EnvironmentState; readonly unverified: readonly Approval[] } {
  if (signers === null) return { here: state, unverified: [] };
  const approvals: Approval[] = [];
  const unverified: Approval[] = [];
  const isSigned = signersOf(signers.text);
  for (const approval of state.approvals) {
    if (signatureFault(isSigned, environment, approval) === null)
      approvals.push({ ...approval, by: knownAs(signers, approval.by) });
    else unverified.push(approval);
  }
  return { here: { ...state, approvals }, unverified };
}

/**
 * Holds that were lifted without the signature that this takes, after the first line that was signed: who can write to the
 * state and has no key must not bring back what was rolled back. What has gone live over it since, by a line that holds, is over.
 */
export function liftedUnsigned(
  signers: Signers | null,
  environment: string,
  lines: readonly LedgerLine[],
): readonly Lifted[] {
  if (signers === null) return [];
  const isSigned = signersOf(signers.text);
  const since = lines.findIndex(({ signature }) => signature !== undefined);
  const found = new Map<string, Lifted>();
  for (const line of since < 0 ? [] : lines.slice(since)) {
    const faultOf = () => signatureFault(isSigned, environment, line);
    const keyOf = ({ prompt, digest }: ReleaseRef) => `${digest} ${prompt}`;
    if (line.action === 'unhold') {
      const why = faultOf();
      if (why === null) found.delete(keyOf(line.release));
      else found.set(keyOf(line.release), { release: line.release, line: line.n, why });
    }
    if (line.action === 'override' && line.releases.some((moved) => found.has(keyOf(moved))) && faultOf() === null)
      for (const moved of line.releases) found.delete(keyOf(moved));
  }
  return [...found.values()];
}

/** Somebody by the first of all the names that allowed signers have: nobody is two, or not the author, by another name. */
export function knownAs(signers: Signers | null, person: Person): Person {
  return signers === null ? person : { ...person, name: readAliases(signers.text)(person.name) };
}
