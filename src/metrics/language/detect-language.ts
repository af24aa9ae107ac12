/** The language of a text; null when no piece of it tells. */
export interface Detected {
  readonly language: string;
  /** The detector's score of that language, 0 to 1, in the mean of the pieces where it leads. */
  readonly confidence: number;
  /** The share of the text, by letters, that is in each language; what is not reliably any is left out. */
  readonly shares: Readonly<Record<string, number>>;
}

/** A text with fewer letters is short: its language is undecided unless the detector is surer than usual. */
const SHORT = 60;
/**
 * How high a score has to be, and by how much above the next or above that of English, for the language of a short text
 * to be decided. Of 5,046 short English texts (tweets, captions and comments that are labelled for toxicity or meaning) 8 are then taken for
 * another language.
 */
const LEAST_SCORE = 0.7;
const LEAST_LEAD = 0.02;
const LEAST_SCORE_FAR_FROM_ENGLISH = 0.6;
const FAR_FROM_ENGLISH = 0.2;
/** What is left of a text without its names has to have as many letters to say anything. */
const FEWEST_WITHOUT_NAMES = 8;

/** So much the detector looks at in one call. */
const PIECE_LENGTH = 1000;
const PIECES = 5;

/**
 * Detects the language of up to five pieces spread over the text, and gives the one of most letters. The detector and
 * its tables are loaded at the first call.
 */
export async function detectLanguage(text: string): Promise<Detected | null> {
  const { eld } = await import('eld/extrasmall');
  const found = new Map<string, { letters: number; confidences: number[] }>();
  let all = 0;
  for (const piece of piecesOf(text).map(withoutBrands)) {
    const letters = countLetters(piece);
    const result = eld.detect(piece);
    const { language } = result;
    all += letters;
    if (language === '' || !result.isReliable()) continue;
    if (letters < SHORT && !isDecided(piece, result.getScores(), (text) => eld.detect(text).language)) continue;
    const before = found.get(language) ?? { letters: 0, confidences: [] };
    const confidences = [...before.confidences, result.getScores()[language] ?? 0];
    found.set(language, { letters: before.letters + letters, confidences });
  }
  const [first] = [...found].sort(([, a], [, b]) => b.letters - a.letters);
  if (first === undefined) return null;
  const [language, { confidences }] = first;
  const mean = confidences.reduce((sum, confidence) => sum + confidence, 0) / confidences.length;
  return {
    language,
    confidence: toThousandths(mean),
    shares: Object.fromEntries([...found].map(([code, { letters }]) => [code, toThousandths(letters / all)])),
  };
}

/** How much a text is like each language, 0 to 1, where `detectLanguage` is not sure of any. What is not named is nothing like it. */
export async function likenessOf(text: string): Promise<Readonly<Record<string, number>>> {
  const { eld } = await import('eld/extrasmall');
  return eld.detect(withoutBrands(text.slice(0, PIECE_LENGTH))).getScores();
}

/** A text without words that have a capital inside, such as PayPal, which are of no language. */
function withoutBrands(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => (/\p{Ll}\p{Lu}/u.test(word) ? ' ' : word));
}

/** A word with a capital that begins no sentence: a name, but in German. */
const NAME = /(?<=[\p{Ll}\p{N},;:)] {0,3})\p{Lu}[\p{L}\p{M}'-]*/gu;

/**
 * Whether a short text shows its language. One in English letters alone could be English: "No worries, Bjørn Hansen!" is
 * Norwegian by its name only. So another language has to be clear, and with names and without them the same.
 */
function isDecided(text: string, scores: Readonly<Record<string, number>>, detect: (text: string) => string): boolean {
  const [[language, score] = ['', 0], [, next] = ['', 0]] = Object.entries(scores).sort(([, a], [, b]) => b - a);
  const rest = text.replace(NAME, ' ');
  if (language === 'en' || /(?=\P{ASCII})\p{L}/u.test(rest)) return true;
  const isClear = score >= LEAST_SCORE && score - next >= LEAST_LEAD;
  const isFar = score >= LEAST_SCORE_FAR_FROM_ENGLISH && score - (scores['en'] ?? 0) >= FAR_FROM_ENGLISH;
  if (!isClear && !isFar) return false;
  return rest === text || countLetters(rest) < FEWEST_WITHOUT_NAMES || detect(rest) === language;
}

/** How many letters a text has. One of a script that writes words or syllables, such as 天, says as much as three. */
export function countLetters(text: string): number {
  const all = text.match(/\p{L}/gu)?.length ?? 0;
  const dense = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return all + 2 * dense;
}

function piecesOf(text: string): readonly string[] {
  if (text.length <= PIECES * PIECE_LENGTH) {
    const count = Math.max(1, Math.ceil(text.length / PIECE_LENGTH));
    const length = Math.ceil(text.length / count);
    return Array.from({ length: count }, (_, index) => text.slice(index * length, (index + 1) * length));
  }
  const step = (text.length - PIECE_LENGTH) / (PIECES - 1);
  return Array.from({ length: PIECES }, (_, index) => {
    const start = Math.round(index * step);
    return text.slice(start, start + PIECE_LENGTH);
  });
}

function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
