import { formatSignature, type ReferenceCount } from './signature.js';

/** What to disregard, in this order. Everything counts by default. */
export type LiteralMatchOptions = {
  /** Patterns whose matches are removed first, while case still stands. */
  readonly ignorePatterns?: readonly RegExp[];
  readonly ignoreCase?: boolean;
  /** ASCII punctuation. */
  readonly ignorePunctuation?: boolean;
  /** The digits 0 to 9. */
  readonly ignoreNumbers?: boolean;
};

/**
 * 1 when the prediction equals any reference but for what is ignored, else 0; null when there is no reference. The
 * definition of `exact_match` in Hugging Face's evaluate, which normalises nothing on its own account.
 */
export function scoreLiteralMatch(
  prediction: string,
  references: readonly string[],
  options: LiteralMatchOptions = {},
): number | null {
  if (references.length === 0) return null;
  const predicted = reduceText(prediction, options);
  return references.some((reference) => reduceText(reference, options) === predicted) ? 1 : 0;
}

/** The settings behind a score, such as `nrefs:1|case:lc|punct:no|numbers:yes|patterns:2|version:…`. */
export function signLiteralMatch(options: LiteralMatchOptions, referenceCount: ReferenceCount): string {
  return formatSignature({
    nrefs: referenceCount,
    case: options.ignoreCase === true ? 'lc' : 'mixed',
    punct: options.ignorePunctuation !== true,
    numbers: options.ignoreNumbers !== true,
    patterns: options.ignorePatterns?.length || undefined,
  });
}

function reduceText(text: string, options: LiteralMatchOptions): string {
  let reduced = text;
  for (const pattern of options.ignorePatterns ?? []) {
    reduced = reduced.replace(
      new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`),
      '',
    );
  }
  if (options.ignoreCase === true) reduced = reduced.toLowerCase();
  if (options.ignorePunctuation === true) reduced = reduced.replace(/[!-/:-@[-`{-~]/g, '');
  if (options.ignoreNumbers === true) reduced = reduced.replace(/[0-9]/g, '');
  return reduced;
}
