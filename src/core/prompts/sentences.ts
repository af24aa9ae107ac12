import { wordsOf } from '../text/word-diff.js';

/** Where a line begins something of its own: a point of a list, a heading, a quotation. */
const BEGINS = /^\s*(?:[-*+•]|\d+[.)]|#{1,6}|>)\s+/;
const ENDS = /[.!?:;。！？]["')\]]?\s*$/;
/** A line that is shorter was not broken to fit a width. */
const WRAPPED_AT = 60;

/** What stands in a comment of HTML, or is struck through: a reader of the text takes it for no instruction. */
const STRUCK = /<!--[\s\S]*?(?:-->|$)|~~[^~]+~~|<(del|s|strike)>[\s\S]*?<\/\1>/gi;

/** The sentences of a text, in which lines that were only wrapped are one. Marks of lists and headings are left out. */
export function sentencesOf(text: string): readonly string[] {
  const blocks: string[] = [];
  let last = '';
  for (const line of text.replace(STRUCK, '').split('\n')) {
    const own = line.replace(BEGINS, '').trim();
    const isWrapped = last.length >= WRAPPED_AT || (last !== '' && !ENDS.test(last) && !/^\p{Lu}/u.test(own));
    if (own !== '' && last !== '' && isWrapped && !BEGINS.test(line)) blocks.push(`${blocks.pop() ?? ''} ${own}`);
    else if (own !== '') blocks.push(own);
    last = line.trim();
  }
  return blocks.flatMap((block) => block.split(/(?<=[.!?]["')]?)\s+(?=\P{Ll})|(?<=[。！？])/u)).filter(Boolean);
}

/** The words and signs of a text, without blanks and without what only marks them: `**`, backticks, `#` and list points. */
export function wordsAlone(text: string): readonly string[] {
  const bare = text
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-*+•]|#{1,6})\s+/, ''))
    .join('\n')
    .replace(/\{([{%])-?|-?([}%])\}/g, '{$1$2}');
  return wordsOf(bare).filter((word) => !/^(?:\s+|[*`])$/.test(word));
}

/**
 * What marks alone can say: which words a code block holds, and which points of a list stand below others, each by the words
 * before it.
 */
export function outlineOf(text: string): string {
  const outline: string[] = [];
  let above: number[] = [];
  let words = 0;
  for (const line of text.split('\n')) {
    const [, blanks = '', point] = /^([ \t]*)((?:[-*+•]|\d+[.)])\s+)?/.exec(line) ?? [];
    if (/^\s*(?:```|~~~)/.test(line)) outline.push(`code ${words}`);
    if (point !== undefined) {
      above = [...above.filter((indent) => indent < blanks.length), blanks.length];
      if (above.length > 1) outline.push(`${above.length} ${words}`);
    }
    words += wordsAlone(line).length;
  }
  return outline.join('\n');
}

/** A sentence of before beside the one that it has become; one of them is null where it is gone or new. */
export interface SentencePair {
  readonly before: string | null;
  readonly now: string | null;
}

/** With more sentences than this that differ, which became which is not looked for. */
const MOST_PAIRED = 300;
/** The share of words in common from which two sentences are one that was edited. */
const ALIKE = 0.5;

/** The sentences that two texts do not share, each with what it has become. Where a sentence stands makes no difference. */
export function pairSentences(before: readonly string[], now: readonly string[]): readonly SentencePair[] {
  const [gone, come] = [without(before, now), without(now, before)];
  if (Math.max(gone.length, come.length) > MOST_PAIRED) {
    return [...gone.map((text) => ({ before: text, now: null })), ...come.map((text) => ({ before: null, now: text }))];
  }
  const left = come.map((text) => ({ text, words: bagOf(text) }));
  const pairs = gone.map((text): SentencePair => {
    const words = bagOf(text);
    const likeness = left.map((other) => likenessOf(words, other.words));
    const best = likeness.indexOf(Math.max(...likeness));
    if (best < 0 || (likeness[best] ?? 0) < ALIKE) return { before: text, now: null };
    return { before: text, now: left.splice(best, 1)[0]?.text ?? null };
  });
  return [...pairs, ...left.map(({ text }) => ({ before: null, now: text }))];
}

/** The share of words that two texts have in common, from 0 to 1 (Dice 1945). */
export function likeness(before: string, now: string): number {
  return likenessOf(bagOf(before), bagOf(now));
}

type Bag = ReadonlyMap<string, number>;

function bagOf(text: string): Bag {
  const bag = new Map<string, number>();
  for (const word of wordsAlone(text)) bag.set(word.toLowerCase(), (bag.get(word.toLowerCase()) ?? 0) + 1);
  return bag;
}

function likenessOf(a: Bag, b: Bag): number {
  const sizes = [a, b].map((bag) => [...bag.values()].reduce((sum, count) => sum + count, 0));
  const all = (sizes[0] ?? 0) + (sizes[1] ?? 0);
  const common = [...a].reduce((sum, [word, count]) => sum + Math.min(count, b.get(word) ?? 0), 0);
  return all === 0 ? 1 : (2 * common) / all;
}

/** Those of a list that another has not, each as often as it is missing there. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const text of other) left.set(keyOf(text), (left.get(keyOf(text)) ?? 0) + 1);
  return list.filter((text) => {
    const count = left.get(keyOf(text)) ?? 0;
    if (count > 0) left.set(keyOf(text), count - 1);
    return count === 0;
  });
}

function keyOf(sentence: string): string {
  return wordsAlone(sentence).join(' ');
}
