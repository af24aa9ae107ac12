import { plainMath } from './plain-math.js';

/** How numbers are written somewhere. */
export interface NumberFormat {
  /** Between the whole part and the rest. */
  readonly decimal: string;
  /** What may stand between groups of digits: one of them, the same throughout. */
  readonly groups: readonly string[];
}

/** A number, and all its digits as a plain decimal text (`-1234.50`), where a double holds only the nearest. */
export interface ReadNumber {
  readonly value: number;
  readonly decimal: string;
}

/** What stands in a text where a number could: the number, or the characters that are not wholly one. */
export type WrittenNumber = ReadNumber | { readonly unread: string };

// In use everywhere, and mistaken for nothing else: apostrophes (’ too), underscores, and blanks that do not break
const COMMON_GROUPS = ["'", '\u2019', '_', '\u00a0', '\u2007', '\u2009', '\u202f'];

const BLANK = /^\s$/;

const formats = new Map<string, NumberFormat>();

/** How a locale (BCP 47) writes numbers. Throws a RangeError for what is no language tag. */
export function numberFormatOf(locale: string): NumberFormat {
  // What finds it takes as long as to read a page of numbers
  const format = formats.get(locale) ?? findNumberFormat(locale);
  formats.set(locale, format);
  return format;
}

function findNumberFormat(locale: string): NumberFormat {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(12_345_678.5);
  const partOf = (type: string) => parts.find((each) => each.type === type)?.value;
  const decimal = partOf('decimal') ?? '.';
  const group = partOf('group') ?? (decimal === ',' ? '.' : ',');
  const own = BLANK.test(group) ? [' '] : [group];
  return { decimal, groups: [...own, ...COMMON_GROUPS].filter((sign) => sign !== decimal) };
}

/** Whether llmci knows how a locale writes numbers. */
export function isLocale(locale: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
}

// Scripts that put no blanks between words glue nothing to a number
const LETTER = '(?:(?![\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}])[\\p{L}\\p{N}\\p{M}_])';

/** What makes something else of the numbers beside it, whether or not blanks stand there: a share, a sum, a product. */
const SIGNS = '/~^\\u00b1\\u00b7\\u22c5\\u00d7\\u00f7*+';

const JOINTS = [
  // between digits: `1,234.5`, `1'234`, `10:30`, `3/4`, `10^5`, `2024-05-01`, `3–5`, `1 234`, `5±2`
  `(?<=\\p{N})[${SIGNS}.,'\\u2019:\\-\\u2010-\\u2015\\u2212 \\u00a0\\u2007\\u2009\\u202f](?=\\p{N})`,
  // and `3 / 4`, `9 * 2`, `9 x 2`; of a dash and a colon between blanks nobody knows what they part
  `(?<=\\p{N})[%\\p{Sc}]?[ \\u00a0][${SIGNS}x][ \\u00a0]\\p{Sc}?(?=\\p{N})`,
  // with their signs: `$3-$5`, `20%–30%`, `5€60`
  `(?<=\\p{N})[%\\p{Sc}]?[${SIGNS}\\-\\u2010-\\u2015\\u2212]\\p{Sc}?(?=\\p{N})|(?<=\\p{N})(?:\\p{Sc}|\\.{2,3}|\\u2026)(?=\\p{N})`,
  // a root, the sign of an exponent, and what belongs to a letter: `m^2`, `π/2`
  '\\u221a(?=\\p{N})|(?<=\\p{N})\\^[\\-\\u2212](?=\\p{N})|(?<=\\p{L})(?:\\^[\\-\\u2212]?|/)(?=\\p{N})',
  // from a word to its digits: `covid-19`, and from a number to its exponent
  '(?<=\\p{L})[\\-\\u2010-\\u2013](?=\\p{N})|(?<=\\de)[+\\u2212](?=\\d)',
  // marks of sources at a number: `5[1]`; and a time: `14 h 30`
  '(?<=[\\p{N}\\]])[%\\p{Sc}]?\\[\\p{N}+\\]|(?<=\\p{N})[ \\u00a0]?h[ \\u00a0]?(?=\\p{N}{2}(?!\\p{N}))',
  // a quantity in two units: `5 ft 11 in`, `2 hours and 30 minutes`
  `(?<=\\p{N})[ \\u00a0]?(?:days?|h|hrs?|hours?|mins?|minutes?|ft|foot|feet|lbs?|pounds?|m)\\.?[ \\u00a0](?:and[ \\u00a0])?(?=\\p{N}+[ \\u00a0]?(?:h|hours?|m|mins?|minutes?|s|secs?|seconds?|in|inch(?:es)?|oz|ounces?|cm)(?!${LETTER}))`,
  // before the digits of `.5`
  '(?<![\\p{L}\\p{N}\\p{M}_.,])[.,](?=\\d)',
];

/** A run of letters, digits and what joins them to one thing, the sign and currency before it, and a function that it goes into. */
const RUN = new RegExp(
  `(?<made>(?<!${LETTER})(?:a?(?:sin|cos|tan)h?|sqrt|cbrt|log_?\\d*|ln|exp|pow|max|min|abs|floor|ceil|round|\\u221a)\\((?:[^()\n]{0,60}[ ,])?)?(?<sign>(?<!${LETTER}|[)\\]])[-+\\u2212\\u2013])?(?:\\p{Sc}\\s?(?<inner>[-\\u2212\\u2013])?)?(?<body>(?:${JOINTS.join('|')}|${LETTER})+)`,
  'giu',
);

/** No date, telephone number or version has these. */
const IS_RECKONED = new RegExp(`[${SIGNS.replace('/', '')}]|[ \\u00a0][/x]`);

/** From one number to another. */
const IS_RANGE =
  /^\d+(?:[.,]\d+)?[%\p{Sc}]?[-\u2010-\u2015\u2212]\p{Sc}?\d+[.,]\d+$|[%\p{Sc}][-\u2010-\u2015\u2212]|\.\.|\u2026/u;

/** Units that stand right behind their number. */
const UNIT =
  /^(?:[kmcµμn]?m|[kmµμ]?g|[mcd]?l|t|lbs?|oz|ft|in|yd|mi|mph|kmh|[mµμn]?s|min|hr?s?|[kmg]?wh?|[kmgt]?hz|[km]?v|m?a|k?j|k?cal|k?pa|[kmgt]i?b|px|pt|usd|eur|gbp|chf|jpy|inr)$/i;

/** Words for a thousand and more in the languages most used; some only as a whole, for `miles` and `binders` are none. */
const SCALES = [
  ...['hundred', 'thousand', 'million', 'billion', 'trillion', 'dozen', 'lakh', 'crore', 'tausend', 'milliard'],
  ...['millones', 'miljo', 'miljard', 'milion', 'miliard', 'milyon', 'milyar', 'milh', 'bilh', 'trilh', 'tysi'],
  ...['тысяч', 'миллион', 'миллиард', 'लाख', 'करोड', 'हज'],
].map((stem) => `${stem}[\\p{L}\\p{M}]{0,3}`);
const SCALES_ALONE = [
  'mio',
  'mrd',
  'mln',
  'mld',
  'mn',
  'bn',
  'bln',
  'tn',
  'tsd',
  'mille',
  'mila',
  'mil',
  'tusen',
  'tys',
  'тыс',
  'млн',
  'млрд',
];

/** What makes a number larger than its digits; `money` is what does so behind an amount. */
const [SCALE, MONEY_SCALE] = ['', '|k|mm?|b|t|[mb]i|cr|l'].map(
  (money) =>
    new RegExp(
      `^(?:\\s?(?:${[...SCALES, ...SCALES_ALONE].join('|')}${money}|(?:k|mm?|b|t)\\p{Sc})\\.?(?![\\p{L}\\p{N}])|\\sand\\sa\\s(?:half|third|quarter)\\b|\\s?[千万萬百億亿兆천만억백])`,
      'iu',
    ),
) as [RegExp, RegExp];

/** In words before a number that is not taken from another: `10 minus 5`. */
const NEGATIVE = /(?<!\p{N}\S{0,3}\s+)\b(?:minus|negative)\s+$/iu;

/**
 * What stands where the last number of a text should: null when nothing does. Digits inside words (`CO2`, `B12`), dates,
 * times, versions and telephone numbers are no numbers, and are passed over.
 */
export function lastNumber(text: string, format: NumberFormat): WrittenNumber | null {
  let last: WrittenNumber | null = null;
  for (const found of numbersIn(text, format)) last = found;
  return last;
}

/** All that stands in a text where numbers could. */
export function* numbersIn(written: string, format: NumberFormat): Generator<WrittenNumber> {
  const text = plainMath(written);
  for (const { 0: run, index, groups = {} } of text.matchAll(RUN)) {
    const { made, sign = '', inner = '', body = '' } = groups;
    if (!/\p{N}/u.test(body) || /^[\p{L}\p{M}_]/u.test(body)) continue;
    const end = index + run.length;
    const isMoney = /\p{Sc}/u.test(run);
    const [scale = ''] = (isMoney ? MONEY_SCALE : SCALE).exec(text.slice(end, end + 24)) ?? [];
    // What follows makes it larger: the digits are not all of it
    const size = scale === '' && made === undefined ? readBody(body, format, isMoney) : null;
    const isNegative =
      /[-\u2212\u2013]/.test(sign + inner) || NEGATIVE.test(text.slice(Math.max(0, index - 24), index));
    const decimal = `${isNegative ? '-' : ''}${size}`;
    if (size !== null) yield { value: Number(decimal) + 0, decimal };
    else if (made !== undefined || !isSomethingElse(body, sign)) yield { unread: run + scale };
  }
}

/** The number that a run is without its sign, as a plain decimal text, or null. One too large for a double is none. */
function readBody(body: string, { decimal, groups }: NumberFormat, isMoney: boolean): string | null {
  const [, written = '', unit = ''] = /^(.*?\d(?:e[-+\u2212]?\d+)?)(\p{L}*)$/isu.exec(body) ?? [];
  // `$5m` and `5M` are five millions
  if (unit !== '' && (!UNIT.test(unit) || unit === 'M' || (isMoney && /^[mt]$/i.test(unit)))) return null;
  const [, digits = '', exponent = ''] = /^(.*?)(e.*)?$/is.exec(written) ?? [];
  const [whole = '', ...rest] = digits.split(decimal);
  const [fraction] = rest;
  if (rest.length > 1 || !/^\d+$/.test(fraction ?? '0') || (whole === '' && rest.length === 0)) return null;
  const joined = whole === '' ? '0' : joinGroups(whole, groups);
  if (joined === null) return null;
  const number = `${joined}${fraction === undefined ? '' : `.${fraction}`}${exponent.replace('\u2212', '-')}`;
  return Number.isFinite(Number(number)) ? number : null;
}

/** The digits of a whole number, without what parts them by threes, or by twos before the last three (`12,34,567`). */
function joinGroups(whole: string, groups: readonly string[]): string | null {
  if (/^\d+$/.test(whole)) return whole;
  const group = groups.find((sign) => whole.includes(sign));
  if (group === undefined) return null;
  const [first = '', ...others] = whole.split(group);
  const last = others.at(-1) ?? '';
  const sizes = new Set(others.slice(0, -1).map(({ length }) => length));
  const byThree = first.length <= 3 && sizes.size <= 1 && (sizes.size === 0 || sizes.has(3));
  const byTwo = first.length <= 2 && sizes.size === 1 && sizes.has(2) && group === ',';
  const isGrouped = /^[1-9]\d*$/.test(first) && others.every((part) => /^\d+$/.test(part)) && last.length === 3;
  return isGrouped && (byThree || byTwo) ? whole.replaceAll(group, '') : null;
}

/** Whether a run that is not wholly one number plainly means something else: nobody would take it for a number. */
function isSomethingElse(body: string, sign: string): boolean {
  if (IS_RECKONED.test(body) || IS_RANGE.test(body)) return false;
  const isDateOrVersion = /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?!\d)/.test(body);
  const isPhone = /[ \u00a0-]/.test(body) && (sign === '+' || /(?:^|[ \u00a0-])0\d/.test(body));
  const hasManyParts = body.split(/[-.\u2010-\u2013]/).length > 2 && !/^\d{1,3}(?:\.\d{3})+(?![.\d])/.test(body);
  const isGlued = /^\d+(?!e\d+$)(?:st|nd|rd|th|[a-z]+\d\w*|(?!k$|m$|b$|t$|bn$|mn$|mio$|mrd$)[a-z]+)$/iu.test(body);
  const isTime = /^\d{1,2}[ \u00a0]?h[ \u00a0]?\d\d$/i.test(body);
  return isDateOrVersion || isPhone || hasManyParts || isGlued || isTime || body.includes(':');
}
