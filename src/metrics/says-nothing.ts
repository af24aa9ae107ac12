import { isBlank } from '../model/blank.js';
import type { Output } from '../model/output.js';

/**
 * Whether an output says and does nothing. That a metric finds nothing to judge in it excuses nothing: an outage looks
 * just like it.
 */
export function saysNothing({ text, toolCalls }: Pick<Output, 'text' | 'toolCalls'>): boolean {
  return isBlank(text) && toolCalls.length === 0;
}
