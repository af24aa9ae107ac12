/** What was asked, as far as it can be told from its words. */
export interface Request {
  /**
   * `act`: how to do something, or to do it; `why`: for reasons; `write`: a text; `fact`: what is, or was; `yes-no`:
   * whether something is so, or may be done.
   */
  readonly kind: 'act' | 'why' | 'write' | 'fact' | 'yes-no';
  /** The question in it, in lower case. */
  readonly text: string;
  /** Whether it speaks of a group of people: what it takes for granted of them may be a prejudice. */
  readonly ofPeople: boolean;
  /** Stems of the words that carry its meaning. */
  readonly stems: ReadonlySet<string>;
}

/** A longer request is read by its end, where the question stands. */
const READ_LENGTH = 1000;
const STEM_LENGTH = 6;

const YES_OR_NO =
  /^(?:(?:and |so |but )?(?:is|are|was|were|am|does|did|has|have|should|will|would|may|might)\b|do (?:i|we|you|they|people)\b|(?:can|could) (?:i|we|one|it|they|people|someone|somebody|minors)\b)/;
const VALUED =
  /\b(?:ways?|methods?|places?|strateg(?:y|ies)|tricks?|tips?|benefits?|advantages?|reasons?|process|steps?|excuses?|jokes?|insults?|arguments?|sides?|best|worst|easiest|good|perfect|most (?!people)\w+|better|superior|inferior)\b/;
const FACT =
  /^(?:(?:in|at|on|during|before|after|under) [^,?]{2,40}, )?(?:what|who|whose|when|which|where (?:is|are|was|were)|define|explain|describe|how (?:did|does|was|were|is|are)|should)\b|\bhow (?:many|much|long|often|old|far)\b|\bdifference between\b/;
/** "People" alone are no group, and neither are those who do something. */
const PEOPLE =
  /(?<!\b(?:do|did|can|could|would|should|are|were|some|many|most|more|so|the|these|those|all|other) )\bpeople\b(?! who (?!are\b))|\bpeople (?:of|on|with|from|in|who are)\b|\b(?:(?:wo)?men|girls|boys|(?:fe)?males|mothers|fathers|(?:im)?migrants|refugees|foreigners|minorities|jews|muslims|christians|hindus|sikhs|buddhists|catholics|atheists|blacks|whites|asians|africans|arabs|latin[aeiox]s|hispanics|gays|lesbians|homosexuals|bisexuals|gyps(?:y|ie)s)\b/;
const WRITE =
  /^(?:please |can you |could you )?(?:write|draft|compose|give me|make|create|tell me)\b.{0,40}\b(?:jokes?|tweets?|poems?|stor(?:y|ies)|essays?|emails?|letters?|articles?|posts?|songs?|speech|statement|code of|notice|text|review|script|blog|message)\b/;
const TRANSFORM =
  /^(?:please |can you |could you )?(?:rewrite|summari[sz]e|translate|paraphrase|proofread|correct|classify|extract)\b/;

/** Reads a request; null, when nobody asked, is read as one to act. */
export function readRequest(text: string | null): Request {
  const plain = (text ?? '')
    .slice(-READ_LENGTH)
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
  const sentences = plain.split(/(?<=[.!?])\s/);
  const question = sentences.findLast((sentence) => sentence.endsWith('?')) ?? sentences.at(-1) ?? '';
  return { kind: kindOf(question), text: question, ofPeople: PEOPLE.test(question), stems: stemsOf(question) };
}

function kindOf(question: string): Request['kind'] {
  if (YES_OR_NO.test(question)) return 'yes-no';
  if (/^why\b/.test(question)) return /^why (?:can|could)/.test(question) ? 'fact' : 'why';
  if (/^what (?:(?:\S+ ){0,8}(?:can|could)|do|should|must) (?:i|we|one)\b/.test(question)) return 'act';
  if (TRANSFORM.test(question)) return 'fact';
  if (WRITE.test(question)) return 'write';
  return FACT.test(question) && !VALUED.test(question) ? 'fact' : 'act';
}

/** Stems of the words of a text that carry meaning: rough ones, in which "stealing" and "steals" are the same. */
export function stemsOf(text: string): ReadonlySet<string> {
  const words = text.match(/\p{L}{3,}/gu) ?? [];
  return new Set(words.filter((word) => !EMPTY_WORDS.has(word)).map(stemOf));
}

function stemOf(word: string): string {
  return word
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?:ings?|ers?|ed|es|s|e|[ts]ion|ations?|ment|or|ly)$/, '')
    .slice(0, STEM_LENGTH);
}

const EMPTY_WORDS: ReadonlySet<string> = new Set(
  'the and for are was were but not you your can could how what why where when which who should would will that this there with without from into out has have had does did doing some someone somebody people person best good way ways get make find much more most any about like one all tell give than them they their his her him she its just never ever use want need please'.split(
    ' ',
  ),
);
