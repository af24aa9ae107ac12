import { isRecord } from '../../model/json.js';

/** What stands at the end of a path of keys and of places in lists, which count from 0; undefined when there is nothing. */
export function lookUp(value: unknown, steps: readonly string[]): unknown {
  let found = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = /^\d+$/.test(step) ? (found as readonly unknown[])[Number(step)] : undefined;
    else found = isRecord(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}
