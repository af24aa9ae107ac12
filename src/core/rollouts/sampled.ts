import { hash } from 'node:crypto';

const DIGITS = 12;

/**
 * Whether what a key names is in a sample of this share, from 0 to 1: by sha256, so the same on every machine and at every
 * time, and all of a lower share are in a higher one.
 */
export function isSampled(key: string, share: number): boolean {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, DIGITS), 16) < share * 16 ** DIGITS;
}

/** Whether a call is one of those that are copied at this share: the same wherever it is asked. */
export function isCopied(rollout: string, call: string, share: number): boolean {
  return isSampled(`${rollout}:${call}`, share);
}
