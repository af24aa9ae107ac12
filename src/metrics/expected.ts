import { writtenText } from '../core/text/json-value.js';
import { isBlank } from '../model/blank.js';
import type { Json } from '../model/json.js';
import type { CaseFault } from './contract.js';

/** The texts a case accepts: each item of a list, or a single one, as it was written; the JSON text of anything larger. */
export function acceptedTexts(expected: Json | undefined): readonly string[] {
  if (expected === undefined) return [];
  const list = Array.isArray(expected) ? (expected as readonly Json[]) : [expected];
  // A blank is in almost every output: whoever wrote one has not said what to expect
  return list.map(writtenText).filter((text) => text === '' || !isBlank(text));
}

/** The fault of a case whose `expected` no output could be compared with; null when `why` is. */
export function faultOfExpected(why: string | null): CaseFault | null {
  return why === null ? null : { path: ['expected'], message: why };
}
