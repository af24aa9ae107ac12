import type { Json } from '../model/json.js';
import type { CaseFault } from './contract.js';

/** The texts a case accepts: each string of a list, a single text, or the JSON text of anything else. */
export function acceptedTexts(expected: Json | undefined): readonly string[] {
  if (expected === undefined) return [];
  const list = Array.isArray(expected) ? (expected as readonly Json[]) : [expected];
  return list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

/** The fault of a case whose `expected` no output could be compared with; null when `why` is. */
export function faultOfExpected(why: string | null): CaseFault | null {
  return why === null ? null : { path: ['expected'], message: why };
}
