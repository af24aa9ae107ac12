import type { LedgerAction, LedgerLine } from '../../model/ledger.js';
import type { Person } from '../../model/person.js';
import { canonicalJson } from '../text/canonical.js';
import { wellFormedJson } from '../text/write-json.js';
import type { CheckSignature } from './allowed-signers.js';
import type { Head } from './chain.js';

/** What only takes calls from a release: it is signed where that can be done at once, and waits for no key. */
const WAITS_FOR_NOBODY: readonly LedgerAction['action'][] = ['rollback', 'abort', 'pause', 'hold'];

/** Whether a line counts only when it is signed, where signers are named: all that a person does to bring a release on. */
export function hasToBeSigned(action: LedgerAction, by: Person): boolean {
  return !WAITS_FOR_NOBODY.includes(action.action) && !isOfGateway(action, by);
}

/** Whether a gateway decided it by itself: it names nobody, and has the figures that it rests on. */
export function isOfGateway(action: LedgerAction, { via }: Person): boolean {
  return via === 'gateway' && 'figures' in action && action.figures !== undefined;
}

/** What the signature of a line is of, before the line is made: the environment too, or a yes to one would do for another. */
export function wordsToSign(environment: string, head: Head, action: LedgerAction, by: Person, at: string): string {
  return wellFormedJson(canonicalJson({ environment, n: head.n + 1, prev: head.hash, at, by, ...action }));
}

/** The same of a line that is there. */
export function signedWords(environment: string, { hash: _, signature: __, ...rest }: LedgerLine): string {
  return canonicalJson({ environment, ...rest });
}

/**
 * Why a line does not hold where signers are named: it has to be signed, or claims to be, and is not by who may; null when
 * it holds.
 */
export function signatureFault(check: CheckSignature, environment: string, line: LedgerLine): string | null {
  const { signature, by, at } = line;
  if (isOfGateway(line, by)) return null;
  if (signature === undefined) {
    if (by.via === 'signature') return 'it is said to be signed, and has no signature';
    return hasToBeSigned(line, by) ? 'it is not signed' : null;
  }
  if (by.via !== 'signature') return `it is signed, and its author is known by ${by.via} only`;
  return check({ text: signedWords(environment, line), signature, name: by.name, at });
}

/** Whether somebody went back without a signature: that holds, and is told. */
export function isUnproved(line: LedgerLine): boolean {
  return line.signature === undefined && !hasToBeSigned(line, line.by) && !isOfGateway(line, line.by);
}
