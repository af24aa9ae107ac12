import { formatSignature, type ReferenceCount } from './signature.js';
import { splitWords } from './words.js';

/** Articles as whole words; `\b` alone would see a word's end before an accented letter. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** The text as the SQuAD evaluation compares it: lower case, without ASCII punctuation and articles, single spaces. */
export function normalizeAnswer(text: string): string {
  return splitWords(text.toLowerCase().replace(ASCII_PUNCTUATION, '').replace(ARTICLES, ' ')).join(' ');
}

/**
 * The best token F1 over the references after normalisation, from 0 to 1 (Rajpurkar et al., "SQuAD", 2016). When either
 * side is empty it is 1 for both empty and else 0, as in the SQuAD 2.0 script. Null when there is no reference.
 */
export function scoreF1(prediction: string, references: readonly string[]): number | null {
  if (references.length === 0) return null;
  const predicted = splitWords(normalizeAnswer(prediction));
  return references.reduce(
    (best, reference) => Math.max(best, overlapF1(predicted, splitWords(normalizeAnswer(reference)))),
    0,
  );
}

/** 1 when the prediction equals any reference after normalisation, else 0. Null when there is no reference. */
export function scoreExactMatch(prediction: string, references: readonly string[]): number | null {
  if (references.length === 0) return null;
  const predicted = normalizeAnswer(prediction);
  return references.some((reference) => normalizeAnswer(reference) === predicted) ? 1 : 0;
}

/** The settings behind both scores: `nrefs:1|norm:squad|version:…`. */
export function signSquad(referenceCount: ReferenceCount): string {
  return formatSignature({ nrefs: referenceCount, norm: 'squad' });
}

function overlapF1(predicted: readonly string[], expected: readonly string[]): number {
  if (predicted.length === 0 || expected.length === 0) return predicted.length === expected.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const token of expected) left.set(token, (left.get(token) ?? 0) + 1);
  let common = 0;
  for (const token of predicted) {
    const count = left.get(token) ?? 0;
    if (count === 0) continue;
    common += 1;
    left.set(token, count - 1);
  }
  return (2 * common) / (predicted.length + expected.length);
}
