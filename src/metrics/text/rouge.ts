import { createLcsFinder, type LcsFinder } from './lcs.js';
import { overlapNgrams } from './ngrams.js';
import { stemWord } from './porter.js';
import { formatSignature, type ReferenceCount } from './signature.js';
import { numberWords } from './words.js';

/** `rouge1` to `rouge9` compare n-grams, `rougeL` the whole text in order, `rougeLsum` line by line. */
export type RougeVariant = `rouge${number}` | 'rougeL' | 'rougeLsum';

export type RougeOptions = {
  /** Compare stems of words longer than three letters (Porter, as NLTK extends it). Default false. */
  readonly stem?: boolean;
};

/** Fractions from 0 to 1. */
export type RougeScore = {
  readonly precision: number;
  readonly recall: number;
  readonly fmeasure: number;
};

/**
 * Bound on bit-vector steps of 30 table cells for one pair of texts: reached at about 190,000 differing words on each
 * side, roughly a megabyte of prose. Texts beyond it have no score by rougeL and rougeLsum.
 */
const MAX_LCS_STEPS = 1.2e9;
const NOTHING: RougeScore = { precision: 0, recall: 0, fmeasure: 0 };

/**
 * ROUGE (Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004) with the semantics of google-research's
 * rouge_score. Of several references the one with the best F-measure counts, the first of equals. Null when there is no
 * reference, when the variant's order is not 1 to 9, or when the texts are too long for an exact longest common
 * subsequence (see `MAX_LCS_STEPS`).
 */
export function scoreRouge(
  prediction: string,
  references: readonly string[],
  variant: RougeVariant,
  options: RougeOptions = {},
): RougeScore | null {
  let best: RougeScore | null = null;
  for (const reference of references) {
    const score = scoreOne(prediction, reference, variant, options);
    if (score === null) return null;
    if (best === null || score.fmeasure > best.fmeasure) best = score;
  }
  return best;
}

function scoreOne(
  prediction: string,
  reference: string,
  variant: RougeVariant,
  options: RougeOptions,
): RougeScore | null {
  const stem = options.stem ?? false;
  if (variant === 'rougeLsum') return scoreSummary(splitLines(prediction, stem), splitLines(reference, stem));
  const predicted = tokenizeForRouge(prediction, stem);
  const expected = tokenizeForRouge(reference, stem);
  if (variant === 'rougeL') return scoreLongestCommon(predicted, expected);
  const order = Number(variant.slice('rouge'.length));
  if (!Number.isInteger(order) || order < 1 || order > 9) return null;
  return scoreOrder(predicted, expected, order);
}

/** The tokens that ROUGE compares: runs of a-z and 0-9 in the lower-cased text; all else, accented letters too, parts them. */
export function tokenizeForRouge(text: string, stem: boolean): readonly string[] {
  const tokens = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  if (!stem) return tokens;
  return tokens.map((token) => (token.length > 3 ? stemWord(token) : token)).filter((token) => token !== '');
}

/** The settings behind a score, such as `nrefs:1|variant:rougeL|stem:no|version:…`. */
export function signRouge(
  variant: RougeVariant,
  options: RougeOptions = {},
  referenceCount: ReferenceCount = 1,
): string {
  return formatSignature({ nrefs: referenceCount, variant, stem: options.stem ?? false, tok: 'rouge' });
}

function scoreOrder(predicted: readonly string[], expected: readonly string[], order: number): RougeScore {
  const { texts } = numberWords([predicted, expected]);
  const [left = new Int32Array(0), right = new Int32Array(0)] = texts;
  const overlap = overlapNgrams(left, [right], order).at(-1);
  if (overlap === undefined) return NOTHING;
  return fromHits(overlap.clippedMatches, overlap.hypothesisTotal, overlap.referenceTotals[0] ?? 0);
}

function scoreLongestCommon(predicted: readonly string[], expected: readonly string[]): RougeScore | null {
  const { texts, vocabulary } = numberWords([predicted, expected]);
  const [left = new Int32Array(0), right = new Int32Array(0)] = texts;
  const hits = createLcsFinder(vocabulary, MAX_LCS_STEPS).length(left, right);
  return hits === null ? null : fromHits(hits, left.length, right.length);
}

/**
 * Summary level: for each reference line, the union of its longest common subsequences with all predicted lines. As in
 * ROUGE 1.5.5 (and unlike the paper) a token counts at most as often as it occurs on either side.
 */
function scoreSummary(
  predictedLines: readonly (readonly string[])[],
  expectedLines: readonly (readonly string[])[],
): RougeScore | null {
  const { texts, vocabulary } = numberWords([...predictedLines, ...expectedLines]);
  const predicted = texts.slice(0, predictedLines.length);
  const expected = texts.slice(predictedLines.length);
  const predictedLeft = countTokens(predicted, vocabulary);
  const expectedLeft = countTokens(expected, vocabulary);
  const finder = createLcsFinder(vocabulary, MAX_LCS_STEPS);
  const candidates = distinctLines(predicted);
  const holders = indexTokens(candidates, vocabulary);
  const unions = new Map<string, readonly number[]>();
  let hits = 0;
  for (const line of expected) {
    const key = line.join(' ');
    const union = unions.get(key) ?? unionOfCommon(line, candidates, holders, finder);
    if (union === null) return null;
    unions.set(key, union);
    for (const token of union) {
      if ((predictedLeft[token] ?? 0) === 0 || (expectedLeft[token] ?? 0) === 0) continue;
      hits += 1;
      predictedLeft[token] = (predictedLeft[token] ?? 0) - 1;
      expectedLeft[token] = (expectedLeft[token] ?? 0) - 1;
    }
  }
  return fromHits(hits, totalLength(predicted), totalLength(expected));
}

/**
 * Tokens of `line` that belong to its longest common subsequence with any candidate, or null when the work is too much.
 * Only candidates that hold a token can add it to the union, and only while it is missing there.
 */
function unionOfCommon(
  line: Int32Array,
  candidates: readonly Int32Array[],
  holders: readonly (readonly number[])[],
  finder: LcsFinder,
): readonly number[] | null {
  const common = new Uint8Array(line.length);
  const done = new Set<number>();
  for (const [at, token] of line.entries()) {
    for (const holder of holders[token] ?? []) {
      if (common[at] === 1) break;
      if (done.has(holder)) continue;
      done.add(holder);
      const positions = finder.positions(line, candidates[holder] ?? line);
      if (positions === null) return null;
      for (const position of positions) common[position] = 1;
    }
  }
  return Array.from(line).filter((_, position) => common[position] === 1);
}

/** For each token the indices of the lines that hold it. */
function indexTokens(lines: readonly Int32Array[], vocabulary: number): readonly (readonly number[])[] {
  const holders: number[][] = Array.from({ length: vocabulary }, () => []);
  for (const [index, line] of lines.entries()) {
    for (const token of line) {
      const list = holders[token];
      if (list?.at(-1) !== index) list?.push(index);
    }
  }
  return holders;
}

function splitLines(text: string, stem: boolean): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => tokenizeForRouge(line, stem));
}

function distinctLines(lines: readonly Int32Array[]): readonly Int32Array[] {
  return [...new Map(lines.map((line) => [line.join(' '), line])).values()].filter((line) => line.length > 0);
}

function countTokens(lines: readonly Int32Array[], vocabulary: number): Int32Array {
  const counts = new Int32Array(vocabulary);
  for (const line of lines) {
    for (const token of line) counts[token] = (counts[token] ?? 0) + 1;
  }
  return counts;
}

function totalLength(lines: readonly Int32Array[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

function fromHits(hits: number, predictedTotal: number, expectedTotal: number): RougeScore {
  if (hits === 0) return NOTHING;
  const precision = hits / predictedTotal;
  const recall = hits / expectedTotal;
  return { precision, recall, fmeasure: (2 * precision * recall) / (precision + recall) };
}
