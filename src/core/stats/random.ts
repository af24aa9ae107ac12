import { normalQuantile } from './normal.js';

/** Up to here word * limit is an exact double. */
const MAX_LIMIT = 2 ** 21;

/** A source of repeatable randomness: the same seed gives the same numbers on every platform. */
export type Random = {
  /** The next integer in [0, 2^32). */
  readonly word: () => number;
  /** The next number in [0, 1), with 53 random bits. */
  readonly uniform: () => number;
  /** The next integer in [0, limit), each equally likely; limit an integer of 1 to 2^21. */
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
      if (!(limit >= 1 && limit <= MAX_LIMIT)) throw new RangeError(`limit must be 1 to ${MAX_LIMIT}, got ${limit}`);
      // D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019): the upper half of word * limit,
      // without the few lower halves that would favour some results
      let draw = word();
      let lower = Math.imul(draw, limit) >>> 0;
      if (lower < limit) {
        const excess = 2 ** 32 % limit;
        while (lower < excess) {
          draw = word();
          lower = Math.imul(draw, limit) >>> 0;
        }
      }
      return (draw * limit - lower) / 2 ** 32;
    },
  };
}

/** The bare xoshiro128** generator of 32-bit words, from a state of which one word at least must not be 0. */
export function xoshiro(state: readonly [number, number, number, number]): () => number {
  let a = state[0] | 0;
  let b = state[1] | 0;
  let c = state[2] | 0;
  let d = state[3] | 0;
  return () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
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

/** FNV-1a over the UTF-16 code units, then the finaliser of MurmurHash3, so that near seeds get far states. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
