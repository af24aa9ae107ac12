import { isRecord } from '../model/json.js';

/**
 * Freezes data, all the way down. Metrics of one sample share what they look at, and one of somebody's own must not be
 * able to change what those after it see. What is no plain data (a pattern, say) is left alone.
 */
export function freezeData<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  if (!Array.isArray(value) && !(isRecord(value) && isPlain(value))) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freezeData(member);
  return value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
