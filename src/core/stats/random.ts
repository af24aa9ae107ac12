import { requireCount } from './checks.js';
import { normalQuantile } from './normal.js';

/** A source of repeatable randomness: the same seed gives the same numbers on every platform. */
export type Random = {
  /** The next integer in [0, 2^32). */
  readonly word: () => number;
  /** The next number in [0, 1), with 53 random bits. */
  readonly uniform: () => number;
  /** The next integer in [0, limit), each equally likely; 1 <= limit <= 2^32. */
  readonly below: (limit: number) => number;
};

/**
 * A generator for a seed: xoshiro128** of D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators",
 * ACM TOMS 47 (2021). To give every use its own stream, put its name into the seed: `createRandom(`${seed}/${gate}`)`.
 */
export function createRandom(seed: number | string): Random {
  const word = xoshiro([hash(`0:${seed}`), hash(`1:${seed}`), hash(`2:${seed}`), hash(`3:${seed}`) | 1]);
  return {
    word,
    uniform: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    below: (limit) => {
      requireCount(limit, 'limit', 1);
      // words beyond the last whole multiple of `limit` would favour small results
      const end = 2 ** 32 - (2 ** 32 % limit);
      let draw = word();
      while (draw >= end) draw = word();
      return draw % limit;
    },
  };
}

/** The bare xoshiro128** generator of 32-bit words, from a state of which one word at least must not be 0. */
export function xoshiro(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

/** A draw from the standard normal distribution, by inversion. */
export function drawNormal(random: Random): number {
  return normalQuantile((random.word() + 0.5) / 2 ** 32);
}

/** A copy in random order (Fisher and Yates). */
export function shuffle<T>(values: readonly T[], random: Random): T[] {
  const rest = [...values];
  const shuffled: T[] = [];
  while (rest.length > 0) {
    const index = random.below(rest.length);
    const last = rest.pop();
    const picked = index === rest.length ? last : rest[index];
    if (last !== undefined && index < rest.length) rest[index] = last;
    if (picked !== undefined) shuffled.push(picked);
  }
  return shuffled;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** FNV-1a over the UTF-16 code units, then the finaliser of MurmurHash3, so that near seeds get far states. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
