import { overlapNgrams } from './ngrams.js';
import { formatSignature, type ReferenceCount } from './signature.js';
import { numberWords, removeWhitespace, splitWords } from './words.js';

export type ChrfOptions = {
  /** Longest character n-gram. Default 6. */
  readonly charOrder?: number;
  /** Longest word n-gram: 0 (default) is chrF, 1 chrF+, 2 chrF++. */
  readonly wordOrder?: number;
  /** How much recall weighs against precision. Default 2. */
  readonly beta?: number;
  /** Default false. */
  readonly lowercase?: boolean;
  /** Count whitespace among the characters. Default false. */
  readonly whitespace?: boolean;
  /** Average the F-scores of all orders, as chrF++.py does, instead of precision and recall over the orders that exist. */
  readonly epsilonSmoothing?: boolean;
};

/** n-grams of one order: in the hypothesis, in the reference, in both. */
export type ChrfCounts = {
  readonly hypothesis: number;
  readonly reference: number;
  readonly matches: number;
};

/** Counts of one text, or of many: the character orders, then the word orders. They add up over a corpus. */
export type ChrfStatistics = readonly ChrfCounts[];

const EPSILON = 1e-16;
const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');

/** The counts of one hypothesis against its best reference (the first of equals), or null when there is no reference. */
export function chrfStatistics(
  hypothesis: string,
  references: readonly string[],
  options: ChrfOptions = {},
): ChrfStatistics | null {
  const texts = [hypothesis, ...references].map((text) => (options.lowercase === true ? text.toLowerCase() : text));
  const { charOrder = 6, wordOrder = 0 } = options;
  const [characters = new Int32Array(0), ...referenceCharacters] = texts.map((text) =>
    toCodePoints(options.whitespace === true ? text : removeWhitespace(text)),
  );
  const overlaps = [...overlapNgrams(characters, referenceCharacters, charOrder)];
  if (wordOrder > 0) {
    const [words = new Int32Array(0), ...referenceWords] = numberWords(texts.map(splitPunctuation)).texts;
    overlaps.push(...overlapNgrams(words, referenceWords, wordOrder));
  }
  let best: ChrfStatistics | null = null;
  let bestScore = -1;
  for (const index of references.keys()) {
    const statistics = overlaps.map((overlap) => {
      const reference = overlap.referenceTotals[index] ?? 0;
      // An order that the reference is too short for counts on neither side.
      const total = reference > 0 ? overlap.hypothesisTotal : 0;
      return { hypothesis: total, reference, matches: overlap.matches[index] ?? 0 };
    });
    const score = chrfFromStatistics(statistics, options);
    if (score > bestScore) {
      best = statistics;
      bestScore = score;
    }
  }
  return best;
}

/** The counts as one list that adds up over texts: hypothesis, reference and matches of each order. */
export function packChrfStatistics(statistics: ChrfStatistics): readonly number[] {
  return statistics.flatMap(({ hypothesis, reference, matches }) => [hypothesis, reference, matches]);
}

/** The counts of a list, or of the sum of several. */
export function unpackChrfStatistics(list: readonly number[]): ChrfStatistics {
  return Array.from({ length: list.length / 3 }, (_, order) => {
    const [hypothesis = 0, reference = 0, matches = 0] = list.slice(3 * order, 3 * order + 3);
    return { hypothesis, reference, matches };
  });
}

/**
 * chrF from its counts, a fraction from 0 to 1: the F-beta of character (and word) n-gram precision and recall (Popović,
 * WMT 2015 and 2017). Orders that either side is too short for are left out, unless smoothed by epsilon.
 */
export function chrfFromStatistics(statistics: ChrfStatistics, options: ChrfOptions = {}): number {
  const weight = (options.beta ?? 2) ** 2;
  if (options.epsilonSmoothing === true) {
    const scores = statistics.map(({ hypothesis, reference, matches }) => {
      const precision = hypothesis > 0 ? matches / hypothesis : EPSILON;
      const recall = reference > 0 ? matches / reference : EPSILON;
      return combine(precision, recall, weight, EPSILON);
    });
    return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }
  const present = statistics.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  if (present.length === 0) return 0;
  const precision = present.reduce((sum, counts) => sum + counts.matches / counts.hypothesis, 0) / present.length;
  const recall = present.reduce((sum, counts) => sum + counts.matches / counts.reference, 0) / present.length;
  return combine(precision, recall, weight, 0);
}

/** chrF of one text, a fraction from 0 to 1. Null when there is no reference. */
export function scoreChrf(hypothesis: string, references: readonly string[], options: ChrfOptions = {}): number | null {
  const statistics = chrfStatistics(hypothesis, references, options);
  return statistics === null ? null : chrfFromStatistics(statistics, options);
}

/** The settings behind a score as sacrebleu prints them; a beta other than 2, which it puts into the name, is added. */
export function signChrf(options: ChrfOptions, referenceCount: ReferenceCount): string {
  const { beta = 2 } = options;
  return formatSignature({
    nrefs: referenceCount,
    case: options.lowercase === true ? 'lc' : 'mixed',
    eff: options.epsilonSmoothing !== true,
    nc: options.charOrder ?? 6,
    nw: options.wordOrder ?? 0,
    space: options.whitespace ?? false,
    beta: beta === 2 ? undefined : beta,
  });
}

function combine(precision: number, recall: number, weight: number, otherwise: number): number {
  const denominator = weight * precision + recall;
  return denominator > 0 ? ((1 + weight) * precision * recall) / denominator : otherwise;
}

function toCodePoints(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) ?? 0;
    if (point > 0xffff) at += 1;
    points[length] = point;
    length += 1;
  }
  return points.subarray(0, length);
}

/** Words with one ASCII punctuation mark parted from the end, else from the start: `(hi)` gives `(hi` and `)`. */
function splitPunctuation(text: string): readonly string[] {
  return splitWords(text).flatMap((word) => {
    if (word.length === 1) return [word];
    if (PUNCTUATION.has(word.charAt(word.length - 1))) return [word.slice(0, -1), word.slice(-1)];
    if (PUNCTUATION.has(word.charAt(0))) return [word.slice(0, 1), word.slice(1)];
    return [word];
  });
}
