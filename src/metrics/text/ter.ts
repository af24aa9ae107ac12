import { formatSignature, type ReferenceCount } from './signature.js';
import { countEdits } from './ter-edits.js';
import { separatePeriods, separateSymbols, unescapeEntities } from './tokenize.js';
import { numberWords, splitWords, trimEnd } from './words.js';

/** The options of sacrebleu's TER; all are false by default. */
export type TerOptions = {
  /** Part punctuation from words and undo XML entities, as tercom's normalizer does. */
  readonly normalized?: boolean;
  /** Remove punctuation. */
  readonly noPunctuation?: boolean;
  /** With `normalized`: Asian characters one by one; with `noPunctuation`: Asian punctuation too. */
  readonly asianSupport?: boolean;
  readonly caseSensitive?: boolean;
};

/** Counts of one text, or of many: they add up over a corpus. */
export type TerStatistics = {
  /** Against the reference that takes the fewest. */
  readonly edits: number;
  /** Words, the mean over the references. */
  readonly referenceLength: number;
};

const ASIAN_PUNCTUATION = /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]/g;
const FULL_WIDTH_PUNCTUATION = /[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

/** The counts of one hypothesis against its references, or null when there is no reference. */
export function terStatistics(
  hypothesis: string,
  references: readonly string[],
  options: TerOptions = {},
): TerStatistics | null {
  if (references.length === 0) return null;
  const { texts } = numberWords([
    tokenizeForTer(hypothesis, options),
    ...references.map((reference) => tokenizeReference(reference, options)),
  ]);
  const [words = new Int32Array(0), ...referenceWords] = texts;
  const edits = referenceWords.reduce((fewest, reference) => Math.min(fewest, countEdits(words, reference)), Infinity);
  const length = referenceWords.reduce((sum, reference) => sum + reference.length, 0);
  return { edits, referenceLength: length / referenceWords.length };
}

/** The counts as one list that adds up over texts. */
export function packTerStatistics({ edits, referenceLength }: TerStatistics): readonly number[] {
  return [edits, referenceLength];
}

/** The counts of a list, or of the sum of several. */
export function unpackTerStatistics([edits = 0, referenceLength = 0]: readonly number[]): TerStatistics {
  return { edits, referenceLength };
}

/**
 * Translation edit rate from its counts: edits a reference word (Snover et al., AMTA 2006). 0 is best; it passes 1 when
 * the hypothesis takes more edits than the reference has words. 1 for words against an empty reference.
 */
export function terFromStatistics({ edits, referenceLength }: TerStatistics): number {
  if (referenceLength > 0) return edits / referenceLength;
  return edits > 0 ? 1 : 0;
}

/** TER of one text, 0 or more. Null when there is no reference. */
export function scoreTer(hypothesis: string, references: readonly string[], options: TerOptions = {}): number | null {
  const statistics = terStatistics(hypothesis, references, options);
  return statistics === null ? null : terFromStatistics(statistics);
}

/** The settings behind a score as sacrebleu prints them. */
export function signTer(options: TerOptions, referenceCount: ReferenceCount): string {
  return formatSignature({
    nrefs: referenceCount,
    case: options.caseSensitive === true ? 'mixed' : 'lc',
    tok: 'tercom',
    norm: options.normalized ?? false,
    punct: options.noPunctuation !== true,
    asian: options.asianSupport ?? false,
  });
}

/** The words that TER compares, as tercom's normalizer and tokenizer give them. */
function tokenizeForTer(text: string, options: TerOptions): readonly string[] {
  const { normalized = false, noPunctuation = false, asianSupport = false, caseSensitive = false } = options;
  let line = trimEnd(text);
  if (!caseSensitive) line = line.toLowerCase();
  if (normalized) {
    line = normalizeWestern(line);
    if (asianSupport) line = normalizeAsian(line);
  }
  if (noPunctuation) {
    line = line.replace(/[.,?:;!"()]/g, '');
    if (asianSupport) line = line.replace(ASIAN_PUNCTUATION, '').replace(FULL_WIDTH_PUNCTUATION, '');
  }
  return splitWords(line);
}

/**
 * sacrebleu normalizes references twice, hypotheses once; a second pass parts a few more marks (`,.6` at last gives
 * `, . 6`). Kept, since the numbers would differ otherwise; it only shows with `normalized`.
 */
function tokenizeReference(reference: string, options: TerOptions): readonly string[] {
  return tokenizeForTer(tokenizeForTer(reference, options).join(' '), options);
}

function normalizeWestern(text: string): string {
  const line = unescapeEntities(text.replaceAll('\n-', '').replaceAll('\n', ' '));
  return separatePeriods(separateSymbols(` ${line} `).replaceAll("'s ", " 's "));
}

/**
 * Characters of the CJK blocks one by one. Tercom's rules for runs of kana ask for a line that holds nothing else, not
 * even the blanks that normalizing has put around it, so they never apply and have no counterpart here.
 */
function normalizeAsian(text: string): string {
  return text
    .replace(/[\u4e00-\u9fff\u3400-\u4dbf]/g, ' $& ')
    .replace(/[\u31c0-\u31ef\u2e80-\u2eff]/g, ' $& ')
    .replace(/[\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f]/g, ' $& ')
    .replace(/[\u3200-\u3f22]/g, ' $& ')
    .replace(ASIAN_PUNCTUATION, ' $& ')
    .replace(FULL_WIDTH_PUNCTUATION, ' $& ');
}
