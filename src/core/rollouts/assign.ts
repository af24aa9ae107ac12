/** A variant and its share of all weights; whole numbers. */
export type Weighted = readonly [variant: string, weight: number];

/** Shares are told in hundredths of a percent. */
const TOTAL = 10_000;

/**
 * The variant of a key, the same on every machine and in every language: flagd's `fractional` (OpenFeature). It is the
 * first whose weights, added up, exceed `(hash * total) >> 32`, with murmur3 of the key. Null when there is no weight.
 */
export function assign(key: string, variants: readonly Weighted[]): string | null {
  const total = variants.reduce((sum, [, weight]) => sum + weight, 0);
  const bucket = bucketOf(key, total);
  let below = 0;
  for (const [variant, weight] of variants) {
    below += weight;
    if (bucket < below) return variant;
  }
  return null;
}

function bucketOf(key: string, total: number): number {
  // A product of two numbers of 32 bits: no double holds it
  return Number((BigInt(murmur3(key)) * BigInt(total)) >> 32n);
}

/** The arms of a rollout at a share of the candidate from 0 to 1. The candidate is first, so a larger share only adds units. */
export function armsAt(share: number): readonly [candidate: Weighted, control: Weighted] {
  const candidate = Math.round(share * TOTAL);
  return [
    ['candidate', candidate],
    ['control', TOTAL - candidate],
  ];
}

/** Where a unit is among all units of a rollout, from 0 up to 1: below the share of the candidate it gets that. */
export function placeOfUnit(rollout: string, unit: string): number {
  return bucketOf(keyOfUnit(rollout, unit), TOTAL) / TOTAL;
}

/** The arm of a unit (a user, a session) in a rollout. */
export function armOf(rollout: string, unit: string, share: number): 'candidate' | 'control' {
  return assign(keyOfUnit(rollout, unit), armsAt(share)) === 'candidate' ? 'candidate' : 'control';
}

/** What is hashed. */
export function keyOfUnit(rollout: string, unit: string): string {
  return `${rollout}:${unit}`;
}

const utf8 = new TextEncoder();

/** MurmurHash3 (Austin Appleby, public domain), x86, 32 bits, seed 0, of the UTF-8 bytes of a text. */
export function murmur3(text: string): number {
  const bytes = utf8.encode(text);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= scramble(
      byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24),
    );
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at--) tail = (tail << 8) | byteAt(bytes, at);
  hash ^= scramble(tail) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
