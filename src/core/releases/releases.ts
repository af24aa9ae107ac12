import type { Release, ReleaseRef } from '../../model/release.js';
import { digestOfAsked } from '../requests/asked-prompt.js';
import { digest } from '../text/canonical.js';

/** A release with its hash: that of the canonical JSON of all the rest. */
export function sealRelease(body: Omit<Release, 'hash'>): Release {
  return { ...body, hash: digest(body) };
}

/** Why a release is not what it was when it was made; null when it is. */
export function releaseFault({ hash, ...body }: Release): string | null {
  if (digest(body) !== hash) return 'it does not fit its hash: it was edited';
  const { asked, code, evidence } = body;
  if (digestOfAsked({ asked, code: code ?? [] }) !== body.digest) return 'its prompt does not fit its digest';
  return evidence === null || evidence.digest === body.digest ? null : 'its evidence is of another prompt';
}

/** Why a release is not the one that a ledger speaks of; null when it is. */
export function refFault(release: Release, ref: ReleaseRef): string | null {
  const { prompt, number, digest: own, hash } = release;
  const fits = prompt === ref.prompt && number === ref.number && own === ref.digest && hash === ref.hash;
  return fits ? null : 'it is another release than the one that the ledger speaks of';
}
