import { overlapNgrams } from './ngrams.js';
import { formatSignature, type ReferenceCount } from './signature.js';
import { type BleuTokenizer, tokenizeForBleu } from './tokenize.js';
import { numberWords, trimEnd } from './words.js';

/** How a precision of zero is smoothed (Chen and Cherry, WMT 2014): method 1 is `floor`, 2 `add-k`, 3 `exp` (NIST's). */
export type BleuSmoothing = 'none' | 'floor' | 'add-k' | 'exp';

export const BLEU_SMOOTHINGS = ['none', 'floor', 'add-k', 'exp'] as const satisfies readonly BleuSmoothing[];

/** What decides the counts. */
export type BleuCountOptions = {
  /** Default `13a`. */
  readonly tokenize?: BleuTokenizer;
  /** Default false. */
  readonly lowercase?: boolean;
  /** Longest n-gram. Default 4. */
  readonly maxOrder?: number;
};

/** What decides the score, given the counts. */
export type BleuScoreOptions = {
  /** Default `exp`. */
  readonly smooth?: BleuSmoothing;
  /** For `floor` (default 0.1) and `add-k` (default 1). */
  readonly smoothValue?: number;
  /** Average over the orders that the text is long enough for only. Default false for a corpus, true for a sentence. */
  readonly effectiveOrder?: boolean;
};

export type BleuOptions = BleuCountOptions & BleuScoreOptions;

/** Counts of one text, or of many: they add up, and BLEU of a corpus is a function of their sum. */
export type BleuStatistics = {
  readonly hypothesisLength: number;
  /** Length of the reference nearest to the hypothesis in length, the shorter of two equally near. */
  readonly referenceLength: number;
  /** For each order from 1: n-grams found in any reference (at most as often as there), and n-grams in all. */
  readonly matches: readonly number[];
  readonly totals: readonly number[];
};

/** `score`, `precisions` and `brevityPenalty` are fractions from 0 to 1. */
export type BleuScore = {
  readonly score: number;
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  readonly hypothesisLength: number;
  readonly referenceLength: number;
};

const DEFAULT_ORDER = 4;
const SMOOTH_DEFAULTS: Readonly<Record<BleuSmoothing, number | null>> = {
  none: null,
  floor: 0.1,
  'add-k': 1,
  exp: null,
};

/** The counts of one hypothesis against its references, or null when there is no reference. */
export function bleuStatistics(
  hypothesis: string,
  references: readonly string[],
  options: BleuCountOptions = {},
): BleuStatistics | null {
  if (references.length === 0) return null;
  const { tokenize = '13a', lowercase = false, maxOrder = DEFAULT_ORDER } = options;
  const prepare = (text: string): readonly string[] =>
    tokenizeForBleu(trimEnd(lowercase ? text.toLowerCase() : text), tokenize);
  const { texts } = numberWords([hypothesis, ...references].map(prepare));
  const [tokens = new Int32Array(0), ...referenceTokens] = texts;
  const overlaps = overlapNgrams(tokens, referenceTokens, maxOrder);
  return {
    hypothesisLength: tokens.length,
    referenceLength: nearestLength(
      tokens.length,
      referenceTokens.map((reference) => reference.length),
    ),
    matches: overlaps.map((overlap) => overlap.clippedMatches),
    totals: overlaps.map((overlap) => overlap.hypothesisTotal),
  };
}

/** The counts as one list that adds up over texts, in sacrebleu's order: both lengths, matches, totals. */
export function packBleuStatistics(statistics: BleuStatistics): readonly number[] {
  return [statistics.hypothesisLength, statistics.referenceLength, ...statistics.matches, ...statistics.totals];
}

/** The counts of a list, or of the sum of several. */
export function unpackBleuStatistics(list: readonly number[]): BleuStatistics {
  const [hypothesisLength = 0, referenceLength = 0, ...counts] = list;
  const order = counts.length / 2;
  return { hypothesisLength, referenceLength, matches: counts.slice(0, order), totals: counts.slice(order) };
}

/**
 * BLEU from its counts: the geometric mean of the n-gram precisions times the brevity penalty (Papineni et al., ACL
 * 2002), smoothed as sacrebleu does. 0 when no n-gram matches, whatever the smoothing.
 */
export function bleuFromStatistics(statistics: BleuStatistics, options: BleuScoreOptions = {}): BleuScore {
  const { hypothesisLength, referenceLength, matches, totals } = statistics;
  const brevityPenalty = penalizeBrevity(hypothesisLength, referenceLength);
  const { precisions, effectiveOrder } = smoothPrecisions(matches, totals, options);
  const order = options.effectiveOrder === true ? effectiveOrder : precisions.length;
  const logSum = precisions.slice(0, order).reduce((sum, precision) => sum + Math.log(precision), 0);
  const score = matches.some((count) => count > 0) ? brevityPenalty * Math.exp(logSum / order) : 0;
  return { score, precisions, brevityPenalty, hypothesisLength, referenceLength };
}

/** BLEU of one text, by default with effective order and exponential smoothing. Null when there is no reference. */
export function scoreSentenceBleu(
  hypothesis: string,
  references: readonly string[],
  options: BleuOptions = {},
): BleuScore | null {
  const statistics = bleuStatistics(hypothesis, references, options);
  return statistics === null ? null : bleuFromStatistics(statistics, { effectiveOrder: true, ...options });
}

/**
 * The settings behind a score as sacrebleu prints them; an order other than 4 is added. Give the options that the score
 * was taken with, `effectiveOrder: true` for a sentence included.
 */
export function signBleu(options: BleuOptions, referenceCount: ReferenceCount): string {
  const { smooth = 'exp', maxOrder = DEFAULT_ORDER } = options;
  const value = SMOOTH_DEFAULTS[smooth] === null ? null : (options.smoothValue ?? SMOOTH_DEFAULTS[smooth]);
  return formatSignature({
    nrefs: referenceCount,
    case: options.lowercase === true ? 'lc' : 'mixed',
    eff: options.effectiveOrder ?? false,
    tok: options.tokenize ?? '13a',
    smooth: value === null ? smooth : `${smooth}[${value.toFixed(2)}]`,
    order: maxOrder === DEFAULT_ORDER ? undefined : maxOrder,
  });
}

function nearestLength(length: number, candidates: readonly number[]): number {
  return candidates.reduce((best, candidate) => {
    const difference = Math.abs(candidate - length) - Math.abs(best - length);
    return difference < 0 || (difference === 0 && candidate < best) ? candidate : best;
  });
}

function penalizeBrevity(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

function smoothPrecisions(
  matches: readonly number[],
  totals: readonly number[],
  options: BleuScoreOptions,
): { precisions: readonly number[]; effectiveOrder: number } {
  const smooth = options.smooth ?? 'exp';
  const value = options.smoothValue ?? SMOOTH_DEFAULTS[smooth] ?? 0;
  const precisions = matches.map(() => 0);
  if (!matches.some((count) => count > 0)) return { precisions, effectiveOrder: precisions.length };
  let halving = 1;
  let order = 0;
  for (const [index, count] of matches.entries()) {
    const added = smooth === 'add-k' && index > 0 ? value : 0;
    const matched = count + added;
    const total = (totals[index] ?? 0) + added;
    if (total === 0) break;
    order = index + 1;
    if (matched > 0) {
      precisions[index] = matched / total;
    } else if (smooth === 'exp') {
      halving *= 2;
      precisions[index] = 1 / (halving * total);
    } else if (smooth === 'floor') {
      precisions[index] = value / total;
    }
  }
  return { precisions, effectiveOrder: order };
}
