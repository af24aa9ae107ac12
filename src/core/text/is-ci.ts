import type { EnvironmentVariables } from '../../model/environment-variables.js';

/** Whether a CI system runs this: all of today set `CI`. */
export function isCi({ CI = '' }: EnvironmentVariables): boolean {
  return !['', '0', 'false'].includes(CI);
}
