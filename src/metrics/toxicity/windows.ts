import { hostileCategories } from './features.js';
import { matchLexicon } from './match-lexicon.js';
import { normaliseText } from './normalise.js';
import { revealDisguises } from './reveal-disguises.js';
import { tokenise } from './tokenise.js';

/** No window is longer than this many characters. */
export const windowLength = 240;

/** Sentences shorter than this are joined with the next: alone they say too little. */
const shortSentence = 30;

/** At most so many windows of one text are judged: first the most suspicious by their words, then evenly spread. */
export const maxWindows = 48;

/** Text beyond this is cut off before anything else is done, so that the time is bounded; about 200,000 words. */
const maxCharacters = 1_200_000;

/** Pieces of at most `windowLength` characters, cut at a space where possible. */
function cutToLength(sentence: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (sentence.length - start > windowLength) {
    const slice = sentence.slice(start, start + windowLength);
    const space = slice.lastIndexOf(' ');
    let length = windowLength;
    if (space > windowLength / 2) length = space;
    // A cut through a surrogate pair would leave two broken halves.
    else if (/[\uD800-\uDBFF]$/.test(slice)) length -= 1;
    pieces.push(sentence.slice(start, start + length).trim());
    start += length;
  }
  return [...pieces, sentence.slice(start).trim()];
}

/** The sentences of a normalised text, short ones joined with what follows, long ones cut. */
function splitIntoSentences(normalised: string): readonly string[] {
  const sentences: string[] = [];
  let current = '';
  for (const part of normalised.split(/(?<=[.!?]["')]?) /)) {
    const joined = current === '' ? part : `${current} ${part}`;
    if (joined.length < shortSentence) current = joined;
    else if (current !== '' && joined.length > windowLength) {
      sentences.push(current);
      current = part;
    } else {
      sentences.push(joined);
      current = '';
    }
  }
  // A short end belongs to the sentence before it, when that leaves room.
  const last = sentences.at(-1);
  if (current !== '' && last !== undefined && last.length + current.length < windowLength) {
    sentences[sentences.length - 1] = `${last} ${current}`;
  } else if (current !== '') sentences.push(current);
  return sentences.flatMap(cutToLength);
}

/** The start of a text as one window, whatever sentences it has: what a whole labelled text is in training. */
export function readFirstWindow(text: string): string {
  return revealDisguises(cutToLength(normaliseText(text.slice(0, maxCharacters)))[0] ?? '');
}

const hostile: ReadonlySet<string> = new Set(hostileCategories);

function countHostileWords(piece: string): number {
  return matchLexicon(tokenise(revealDisguises(piece))).filter((match) => hostile.has(match.category)).length;
}

/**
 * The windows in which a text is judged, in the order of the text: its sentences, normalised and with disguised words
 * revealed, short ones joined, long ones cut. The caller embeds each and hands the embeddings to `classifyToxicity` in
 * the same order. A text without a letter has no window.
 *
 * Sentences, because one insult in a friendly answer would be averaged away. Of more than `maxWindows` half are those
 * with most hostile words, and the other half are spread evenly over the rest: cost stays bounded, and a plain insult
 * is not missed.
 */
export function splitIntoWindows(text: string): readonly string[] {
  const pieces = splitIntoSentences(normaliseText(text.slice(0, maxCharacters))).filter((piece) =>
    /\p{L}/u.test(piece),
  );
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
