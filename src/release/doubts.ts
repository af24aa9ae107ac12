import type { CheckSignature } from '../core/releases/allowed-signers.js';
import { describeLine } from '../core/releases/describe-line.js';
import { doubtOf } from '../core/releases/grounds.js';
import { isUnproved, signatureFault } from '../core/releases/signing.js';
import { count } from '../core/text/format.js';
import type { ReadState } from '../store/state/environments.js';

/** A line with a signature of its own: behind it, in the order of keys, is at most the share of a step. */
const SIGNED = /"signature":"-----BEGIN[^"]*",(?:"weight":[\d.e-]+,)?"hash":"[^"]*"}$/;

/**
 * What signatures leave open in an environment, a sentence each: on what apps do not go on, and what was done without one.
 * Signatures that nothing live rests on are verified by `audit`, which takes longer.
 */
export function doubtsIn(
  environment: string,
  { state, lines }: ReadState,
  check: CheckSignature | null,
): readonly string[] {
  const { signedSince } = state;
  if (signedSince === null) return [];
  if (check === null)
    return [`line ${signedSince} is signed, and the file allowed_signers is gone: nothing is verified`];
  const faultOf = (line: Parameters<typeof signatureFault>[2]) => signatureFault(check, environment, line);
  const doubt = doubtOf(state, lines, faultOf);
  const found = doubt
    ? [`NOT FOLLOWED: apps and serve go on with what held before line ${doubt.line}: ${doubt.why}`]
    : [];
  const unproved: string[] = [];
  for (let n = signedSince + 1; n <= lines.texts.length; n++) {
    if (SIGNED.test(lines.texts[n - 1] ?? '')) continue;
    const line = lines.at(n);
    const why = faultOf(line);
    const what = `line ${n}, ${line.by.name} ${describeLine(line)}`;
    if (why !== null) found.push(`UNSIGNED: ${what}: ${why}`);
    else if (isUnproved(line)) unproved.push(what);
  }
  const last = unproved.at(-1);
  if (last !== undefined)
    found.push(`${count(unproved.length, 'line')} of going back unsigned, the last of them ${last}`);
  return found;
}
