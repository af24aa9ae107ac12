import { hostileCategories } from './features.js';
import { matchLexicon } from './match-lexicon.js';
import { normaliseText } from './normalise.js';
import { revealDisguises } from './reveal-disguises.js';
import { tokenise } from './tokenise.js';

/** Texts up to this many characters (normalised) are judged in one piece. */
export const windowLength = 240;

/** At most so many windows of one text are judged: first the most suspicious by their words, then evenly spread. */
export const maxWindows = 48;

/** Text beyond this is cut off before anything else is done, so that the time is bounded; about 200,000 words. */
const maxCharacters = 1_200_000;

/** Pieces of at most `windowLength` characters that end after a sentence where possible, else at a space, else anywhere. */
function splitIntoPieces(normalised: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (normalised.length - start > windowLength) {
    const slice = normalised.slice(start, start + windowLength);
    const sentence = Math.max(slice.lastIndexOf('. '), slice.lastIndexOf('! '), slice.lastIndexOf('? ')) + 1;
    const space = slice.lastIndexOf(' ');
    let length = windowLength;
    if (sentence > windowLength / 4) length = sentence;
    else if (space > windowLength / 2) length = space;
    // A cut through a surrogate pair would leave two broken halves.
    else if (/[\uD800-\uDBFF]$/.test(slice)) length -= 1;
    pieces.push(normalised.slice(start, start + length).trim());
    start += length;
  }
  pieces.push(normalised.slice(start).trim());
  return pieces.filter((piece) => piece !== '');
}

const hostile: ReadonlySet<string> = new Set(hostileCategories);

function countHostileWords(piece: string): number {
  return matchLexicon(tokenise(revealDisguises(piece))).filter((match) => hostile.has(match.category)).length;
}

/**
 * The pieces in which a text is judged, normalised and with disguised words revealed, in the order of the text. The caller embeds each piece and hands
 * the embeddings to `classifyToxicity` in the same order. A short text is one piece; a text without a letter is none.
 *
 * A long text is cut into windows of at most `windowLength` characters at the ends of sentences, because one insult in
 * a page of praise would be averaged away. Of more than `maxWindows` windows half are those with most hostile words,
 * and the other half are spread evenly over the rest: cost stays bounded, and a plain insult is not missed.
 */
export function splitIntoWindows(text: string): readonly string[] {
  const pieces = splitIntoPieces(normaliseText(text.slice(0, maxCharacters))).filter((piece) => /\p{L}/u.test(piece));
  if (pieces.length <= maxWindows) return pieces.map(revealDisguises);
  const bySuspicion = pieces
    .map((piece, index) => ({ index, hits: countHostileWords(piece) }))
    .sort((a, b) => b.hits - a.hits || a.index - b.index)
    .map(({ index }) => index);
  const half = maxWindows / 2;
  const chosen = new Set(bySuspicion.slice(0, half));
  const rest = bySuspicion.slice(half).sort((a, b) => a - b);
  for (let i = 0; i < half; i += 1) chosen.add(rest[Math.floor((i * rest.length) / half)] ?? 0);
  return [...chosen].sort((a, b) => a - b).map((index) => revealDisguises(pieces[index] ?? ''));
}
