import { compareTwoStrings } from 'string-similarity';

/**
 * Share of the surface in the score; the cosine has the rest. A round figure from the flat top of the curve: on the STS
 * benchmark any weight from .2 to .5 correlates with people at .80 or more, and random halves choose .30 to .40
 * (`tools/sts/sts.mjs`).
 */
export const STRING_WEIGHT = 1 / 3;

/**
 * Decimals of a score. Engines repeat a vector to six or seven digits only, other processors to fewer, so further ones
 * would be noise; and no mark needs them.
 */
const DECIMALS = 3;

/**
 * The cosine of the angle between two vectors, in [-1, 1]. Null when one of them has no direction (all zero or empty),
 * i.e. its text could not be read. Throws RangeError for vectors of different length.
 */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const left = a[index] ?? 0;
    const right = b[index] ?? 0;
    dot += left * right;
    squareA += left * left;
    squareB += right * right;
  }
  if (squareA === 0 || squareB === 0) return null;
  if (a.length !== b.length) throw new RangeError(`vectors of ${a.length} and ${b.length} components`);
  const value = dot / (Math.sqrt(squareA) * Math.sqrt(squareB));
  return Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : null;
}

/** How alike two texts look, in [0, 1]: Dice's coefficient of their letter pairs, whatever the case and white space. */
export function stringSimilarity(a: string, b: string): number {
  return compareTwoStrings(a.toLowerCase(), b.toLowerCase());
}

/** What the blend is made of: a cosine in [-1, 1] and a string similarity in [0, 1]. */
export interface Likeness {
  readonly cosine: number;
  readonly stringSimilarity: number;
  /** Share of the string similarity, in [0, 1]; STRING_WEIGHT by default, 0 for the bare cosine. */
  readonly stringWeight?: number;
}

/**
 * Similarity of two texts in [0, 1]: the weighted mean of the cosine (a negative one counts as 0) and the string
 * similarity, rounded to three decimals.
 */
export function blendSemantic({ cosine, stringSimilarity, stringWeight = STRING_WEIGHT }: Likeness): number {
  const blend = (1 - stringWeight) * Math.max(0, cosine) + stringWeight * stringSimilarity;
  return Math.min(1, Math.max(0, Number(blend.toFixed(DECIMALS))));
}

/** A text with its vector. */
export interface Embedded {
  readonly text: string;
  readonly vector: ArrayLike<number>;
}

/**
 * Similarity of two texts by meaning, in [0, 1]. Equal texts have 1, also where they cannot be read; a text that is
 * blank has 0 with any that is not. Null when the engine could read one of them not at all: how near they are is not
 * known.
 */
export function similarityByMeaning(a: Embedded, b: Embedded, stringWeight?: number): number | null {
  const [left, right] = [a.text.trim(), b.text.trim()];
  if (left === right) return 1;
  if (left === '' || right === '') return 0;
  const angle = cosine(a.vector, b.vector);
  if (angle === null) return null;
  return blendSemantic({
    cosine: angle,
    stringSimilarity: stringSimilarity(left, right),
    ...(stringWeight === undefined ? {} : { stringWeight }),
  });
}
