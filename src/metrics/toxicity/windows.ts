import { isHostile } from './features.js';
import { matchLexicon } from './match-lexicon.js';
import { normaliseText } from './normalise.js';
import { revealDisguises } from './reveal-disguises.js';
import { tokenise } from './tokenise.js';

/** No window is longer than this many characters: some 60 tokens, of the 128 that the encoder reads. */
export const windowLength = 240;

/** A sentence shorter than this is joined with the next: alone it says too little. */
const shortSentence = 40;

/** At most so many windows of one text are judged: half the most suspicious by their words, half evenly spread. */
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

/** Whole sentences, as many together as it takes to reach `enough` characters; longer ones are cut. */
function joinSentences(normalised: string, enough: number): readonly string[] {
  const pieces = normalised.split(/(?<=[.!?]["')]?) /).flatMap(cutToLength);
  const joined: string[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const fits = last !== undefined && last.length < enough && last.length + 1 + piece.length <= windowLength;
    if (fits) joined[joined.length - 1] = `${last} ${piece}`;
    else joined.push(piece);
  }
  return joined;
}

function hasLetter(text: string): boolean {
  return /\p{L}/u.test(text);
}

function normaliseStart(text: string): string {
  // A ligature may become eighteen letters, so the length is limited twice.
  return normaliseText(text.slice(0, maxCharacters)).slice(0, maxCharacters);
}

/**
 * The start of a text as one window: what is trained on, since a label is given to the whole text.
 * @public
 */
export function readStart(text: string): string | null {
  const start = joinSentences(normaliseStart(text), windowLength).find(hasLetter);
  return start === undefined ? null : revealDisguises(start);
}

function countHostileWords(window: string): number {
  return matchLexicon(tokenise(window)).filter(isHostile).length;
}

/** Of too many windows the most suspicious and, for hostility without hostile words, some of all parts of the text. */
function chooseWindows(windows: readonly string[]): readonly string[] {
  const bySuspicion = windows
    .map((window, index) => ({ index, hits: countHostileWords(window) }))
    .sort((a, b) => b.hits - a.hits || a.index - b.index)
    .map(({ index }) => index);
  const half = maxWindows / 2;
  const rest = bySuspicion.slice(half).sort((a, b) => a - b);
  const spread = Array.from({ length: half }, (_, i) => rest[Math.floor((i * rest.length) / half)] ?? 0);
  const chosen = new Set([...bySuspicion.slice(0, half), ...spread]);
  return windows.filter((_, index) => chosen.has(index));
}

/**
 * The windows in which a text is judged, in the order of the text, normalised and with disguised words revealed: the
 * whole text when it is short, else its sentences, very short ones joined with the next. A text without a letter has
 * none.
 *
 * Sentences, because one insult in a long friendly answer would be averaged away. Of more than `maxWindows` half are
 * those with most hostile words, and the other half are spread evenly over the rest: cost stays bounded, and a plain
 * insult is not missed.
 */
export function splitIntoWindows(text: string): readonly string[] {
  const normalised = normaliseStart(text);
  const pieces = normalised.length <= windowLength ? [normalised] : joinSentences(normalised, shortSentence);
  const windows = pieces.filter(hasLetter).map(revealDisguises);
  return windows.length > maxWindows ? chooseWindows(windows) : windows;
}
