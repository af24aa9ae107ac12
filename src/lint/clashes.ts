/** Two instructions that cannot both be followed. */
export interface Clash {
  /** Where the second of them stands. */
  readonly offset: number;
  readonly message: string;
}

/** What contradicts itself in the instructions of a prompt, without what templates fill in. */
export function clashesIn(text: string): readonly Clash[] {
  const sentences = sentencesOf(text);
  return [
    ...oppositesIn(sentences),
    ...boundsIn(sentences),
    ...ordersIn(sentences, lengthOf, ([one, other]) => `answers of ${one} and of ${other}`),
    ...ordersIn(sentences, languageOf, ([one, other]) => `answers in ${one} and in ${other}`),
    ...ordersIn(sentences, formatOf, ([one, other]) => `${one} and ${other}`),
    ...forbiddenFormatsIn(sentences),
  ];
}

interface Sentence {
  readonly text: string;
  readonly offset: number;
  /** Whether it holds for some answers, or some part of them, only. */
  readonly isLimited: boolean;
}

const CONDITION =
  /\b(?:if|when|whenever|unless|except|otherwise|where|while|during|once|after|before|until|in case|depending|instead of)\b|^[\s>*#+\d)-]*for\b/i;

function sentencesOf(text: string): readonly Sentence[] {
  return [...text.matchAll(/[^.!?\n]+(?:\.(?=\d)[^.!?\n]+)*/g)].map(({ 0: found, index }) => ({
    text: found,
    offset: index,
    isLimited: CONDITION.test(found),
  }));
}

/** Words before an order that change nothing of it. */
const LEAD = String.raw`^[\s>*#+\d)-]*(?:(?:please|also|and|but|you|must|should|always|only|strictly)[\s,]+)*`;

/** `always X` and `never X`, with the same words to the end of the sentence. */
function oppositesIn(sentences: readonly Sentence[]): readonly Clash[] {
  const said = (words: RegExp) =>
    sentences.flatMap(({ text, offset, isLimited }) => {
      const match = isLimited ? null : words.exec(text);
      const what = match?.[1] ?? '';
      return match && !/\bnot\s+$/i.test(text.slice(0, match.index))
        ? [{ what: bare(what), text: what.trim(), offset: offset + match.index + match[0].search(/\S/) }]
        : [];
    });
  const always = said(/\b(?:always|(?:be|make) sure (?:to|you)|you must)\s+((?!not\b)[^,;:]{4,120})$/i);
  const never = said(
    /(?:\bnever|^[\s>*#+\d)-]*(?:please\s+)?(?:do not|don['’]t)|\byou must (?:not|never))\s+([^,;:]{4,120})$/i,
  );
  return never.flatMap(({ what, text, offset }) =>
    always.some((each) => each.what === what)
      ? [{ offset, message: `the text says always, and never, "${text.slice(0, 60)}": keep one of them` }]
      : [],
  );
}

/** What is said, without the words that two writings of it may differ in. */
function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/\b(?:the|an?|any|your|their|ever)\b|["'’*`]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const UNITS = 'word|sentence|character|paragraph|line|bullet point|item|step';
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const NUMBER = String.raw`(\d[\d,]*|${NUMBERS.slice(1).join('|')})`;
/** Parts of an answer, which have lengths of their own. */
const PART =
  /\b(?:titles?|headlines?|headings?|subjects?|bod(?:y|ies)|summar(?:y|ies)|introductions?|conclusions?|captions?|descriptions?|labels?|names?|reasons?|sections?|fields?|tags?|quotes?|tweets?|each|every|per|first|last)\b/i;

/** A least length above the greatest, of the same unit and the same part, where each is said once. */
function boundsIn(sentences: readonly Sentence[]): readonly Clash[] {
  return UNITS.split('|').flatMap((unit) => {
    const bounds = (words: string) => {
      const bound = new RegExp(`\\b(?:${words})\\s+(?:of\\s+)?${NUMBER}[ -]${unit}s?\\b`, 'gi');
      return sentences.flatMap(({ text, offset, isLimited }) =>
        isLimited
          ? []
          : [...text.matchAll(bound)].map((match) => ({
              words: match[0],
              number: numberOf(match[1] ?? ''),
              offset: offset + match.index,
              part: PART.exec(text)?.[0].toLowerCase() ?? null,
            })),
      );
    };
    const [least, ...otherLeast] = bounds(
      'at least|a minimum|minimum|no fewer than|not fewer than|no less than|more than',
    );
    const [most, ...otherMost] = bounds(
      'at most|a maximum|maximum|max|no more than|not more than|up to|fewer than|less than|under|within|not exceed|not exceeding',
    );
    if (!least || !most || otherLeast.length + otherMost.length > 0) return [];
    if (least.number <= most.number || least.part !== most.part) return [];
    return [{ offset: most.offset, message: `${least.words} and ${most.words} cannot both be: keep one of them` }];
  });
}

function numberOf(written: string): number {
  const word = NUMBERS.indexOf(written.toLowerCase());
  return word < 0 ? Number(written.replaceAll(',', '')) : word;
}

/** What an order asks for, and how that is called; orders of another kind do not contradict it. */
interface Order {
  readonly kind: string;
  readonly asks: string;
  readonly index: number;
}

/** Two orders of one kind that ask for different things. */
function ordersIn(
  sentences: readonly Sentence[],
  read: (sentence: string) => Order | null,
  describe: (both: readonly [string, string]) => string,
): readonly Clash[] {
  const orders = sentences.flatMap(({ text, offset, isLimited }) => {
    const order = isLimited || /\bfor\b/i.test(text) ? null : read(text);
    return order ? [{ ...order, offset: offset + order.index }] : [];
  });
  const firsts = new Map<string, string>();
  for (const { kind, asks, offset } of orders) {
    const first = firsts.get(kind);
    if (first === undefined) firsts.set(kind, asks);
    else if (first.toLowerCase() !== asks.toLowerCase())
      return [{ offset, message: `the text asks for ${describe([first, asks])}: say when which` }];
  }
  return [];
}

const VERBS = 'answer|respond|reply|write|speak|return|output|give|produce|provide|format';
/** Words between the verb and what is asked for that do not speak of a part of the answer. */
const FILLER = String.raw`(?:\s+(?:your|the|all|every|only|just|always|strictly|exclusively|answers?|responses?|outputs?|repl(?:y|ies)|results?|in|as|with|using|a|an|valid|raw|pure|single|exactly|formatted))*`;
const ABOUT_ANSWER = `(?:your|the|all|every|each) (?:answers?|responses?|outputs?|repl(?:y|ies))(?: must| should| has to| have to| always| only| are| is| be| in| as)+`;
const ORDER = `(?:(?:${VERBS})${FILLER}|${ABOUT_ANSWER}(?: valid| a| an)*)`;

function orderOf(
  sentence: string,
  what: string,
): { readonly asks: string; readonly rest: string; readonly index: number } | null {
  const match = new RegExp(`${LEAD}(${ORDER}\\s+)(${what})(.*)$`, 'i').exec(sentence);
  if (!match) return null;
  const [whole, verb = '', asks = '', rest = ''] = match;
  if (
    /^(?:\s*(?:\/|or|and|,)\s*\w)/i.test(rest) &&
    new RegExp(`^\\s*(?:/|or|and|,)\\s*(?:in )?(?:${what})`, 'i').test(rest)
  )
    return null;
  return { asks: asks.trim(), rest, index: whole.length - verb.length - asks.length - rest.length };
}

function lengthOf(sentence: string): Order | null {
  const order = orderOf(sentence, `${NUMBER}[ -](?:short |brief |concise |full )?(?:${UNITS})s?\\b`);
  if (order === null || PART.test(sentence)) return null;
  const words = order.asks.split(/[ -]/);
  const unit = (words.at(-1) ?? '').toLowerCase().replace(/s$/, '');
  return { kind: unit, asks: `${numberOf(words[0] ?? '')} ${unit}s`, index: order.index };
}

const LANGUAGES =
  'English|German|French|Spanish|Italian|Portuguese|Dutch|Polish|Russian|Chinese|Japanese|Korean|Arabic|Hindi|Turkish|Swedish|Danish|Norwegian|Finnish|Czech|Ukrainian|Greek|Hebrew|Vietnamese|Thai|Indonesian';

function languageOf(sentence: string): Order | null {
  const order = orderOf(sentence, `(?:${LANGUAGES})(?![\\w-]| (?:and|or|words?|names?|terms?)\\b)`);
  return order && { kind: 'language', asks: order.asks, index: order.index };
}

const FORMATS = `JSON|XML|YAML|CSV|Markdown|HTML|plain[ -]text`;

function formatOf(sentence: string): Order | null {
  const order = orderOf(sentence, `(?:${FORMATS})\\b`);
  if (order === null || /\b(?:fields?|values?|keys?|strings?|inside|within|tags?|fences?|blocks?)\b/i.test(sentence))
    return null;
  return { kind: 'format', asks: order.asks, index: order.index };
}

/** A format that one sentence asks for and another forbids. */
function forbiddenFormatsIn(sentences: readonly Sentence[]): readonly Clash[] {
  const asked = sentences.flatMap(({ text, isLimited }) =>
    isLimited ? [] : (formatOf(text)?.asks.toLowerCase() ?? []),
  );
  const ban = new RegExp(
    `\\b(?:do not|don['’]t|never)\\s+(?:use|return|output|write|answer in|respond in|respond with|reply in)\\s+(?:any\\s+)?(${FORMATS})(?:\\s+format(?:ting)?)?\\s*$`,
    'i',
  );
  return sentences.flatMap(({ text, offset, isLimited }) => {
    const match = isLimited ? null : ban.exec(text);
    const format = match?.[1];
    if (!match || format === undefined || !asked.includes(format.toLowerCase())) return [];
    return [{ offset: offset + match.index, message: `the text asks for ${format}, and forbids it: keep one of them` }];
  });
}
