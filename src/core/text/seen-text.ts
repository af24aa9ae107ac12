import { lastAtMost } from './last-at-most.js';
import { BIDI, CONTROLS, ESCAPES } from './printable.js';

// What nobody sees: a browser shows what stands behind the start of an escape sequence, a terminal does not
const UNSEEN_MARKS = `${CONTROLS.source}|${BIDI.source}|\\p{Default_Ignorable_Code_Point}`;
// Who copies what was wrapped or quoted, as base64 is after 76 characters, joins it
const WRAP = '(?<![\\t ])[\\t ]*\\\\?[\\n\\u2028\\u2029][\\t >|]*|=\\r?\\n';

// From the first of them on: tried at each of a long run, they would take time with the square of its length
const BACKSLASHES = '(?<!\\\\)\\\\+';

/**
 * Characters in the ways in which source code, JSON, addresses, mails and HTML write them, also where they were escaped
 * again, and letters that look like others. Each group is a code, but for the named and the last.
 */
const BY_CODE = `${BACKSLASHES}(?:u\\{(?<brace>[\\da-fA-F]{1,6})\\}|u(?<unit>[\\da-fA-F]{4})|U(?<point>[\\da-fA-F]{8})|x(?<byte>[\\da-fA-F]{2}))`;
const IN_ADDRESSES = '%(?:25)*(?<percent>[\\da-fA-F]{2})';
const IN_HTML =
  '&(?:amp;)*(?:#[xX]0*(?<entity>[\\da-fA-F]{1,6})|#0*(?<decimal>\\d{1,7})|(?<name>lt|gt|quot|apos|hyphen|dash|num|sol|plus|equals|lowbar|period|colon|commat|lpar|rpar|nbsp));';
const ESCAPED = [
  `${BACKSLASHES}(?:u001[bB]|x1[bB]|033|e)\\[[\\d;]*m`,
  BY_CODE,
  `${BACKSLASHES}(?:(?<octal>[0-3][0-7]{2})|(?<wrap>[nrt])|(?<sign>[^\\sA-Za-z0-9\\\\]))`,
  `${IN_ADDRESSES}|=(?<quoted>[\\dA-F]{2})`,
  `${IN_HTML}|(?<amp>&(?:amp;)+)`,
  '(?<hyphen>[\\u2010\\u2011\\u2212])|(?<wide>[\\uff01-\\uff5e\\u{1d400}-\\u{1d7ff}])',
].join('|');
const BY_NAME_OR_CODE = [BY_CODE, IN_ADDRESSES, IN_HTML].join('|');
const NAMED: Readonly<Record<string, string>> = {
  ...{ lt: '<', gt: '>', quot: '"', apos: "'", hyphen: '-', dash: '-', num: '#', sol: '/', plus: '+' },
  ...{ equals: '=', lowbar: '_', period: '.', colon: ':' },
  ...{ commat: '@', lpar: '(', rpar: ')', nbsp: ' ' },
};

const VIEWS = {
  browser: new RegExp(UNSEEN_MARKS, 'gu'),
  terminal: new RegExp(`${ESCAPES.source}|${UNSEEN_MARKS}`, 'gu'),
  joined: new RegExp(`${WRAP}|${UNSEEN_MARKS}`, 'gu'),
  unescaped: new RegExp(`${WRAP}|${UNSEEN_MARKS}|${ESCAPED}`, 'gu'),
  // As a page shows it, or an address means it: lines stay apart
  decoded: new RegExp(BY_NAME_OR_CODE, 'gu'),
  // Bytes as a debugger, a fingerprint or source code lists them
  dumped: /(?<=[\da-fA-F]{2})(?:[\s:,;-]{1,3}(?:0x|\\x)?|0x|\\x)(?=[\da-fA-F]{2})/g,
};

/** How a text is read. */
export type Viewer = keyof typeof VIEWS;

/** A text as it is read, and from where in it each of its characters comes. */
export interface SeenText {
  readonly text: string;
  /** Where in the whole text a character begins, and where it ends. */
  startOf(index: number): number;
  endOf(index: number): number;
}

// Most texts have nothing for these, and need not be taken apart
const NEEDED: Partial<Record<Viewer, RegExp>> = {
  unescaped: new RegExp(ESCAPED, 'u'),
  decoded: new RegExp(BY_NAME_OR_CODE, 'u'),
  dumped: /(?:[\da-fA-F]{2}){1,4}(?:(?:[\s:,;-]{1,3}(?:0x|\\x)?|0x|\\x)(?:[\da-fA-F]{2}){1,4}){2}/,
};

/** What is read of a text there; null when that is the text itself. */
export function seeThrough(text: string, viewer: Viewer): SeenText | null {
  if (NEEDED[viewer]?.test(text) === false) return null;
  // Parts of what is seen: where they begin in it, and the part of the text that each comes from
  const starts: number[] = [];
  const parts: { readonly from: number; readonly until: number; readonly isOne: boolean }[] = [];
  let seen = '';
  let end = 0;
  const add = (shown: string, from: number, until: number, isOne: boolean) => {
    if (shown === '') return;
    starts.push(seen.length);
    parts.push({ from, until, isOne });
    seen += shown;
  };
  for (const match of text.matchAll(VIEWS[viewer])) {
    add(text.slice(end, match.index), end, match.index, false);
    end = match.index + match[0].length;
    add(meaningOf(match.groups), match.index, end, true);
  }
  if (end === 0) return null;
  add(text.slice(end), end, text.length, false);
  const placeOf = (index: number, one: 'from' | 'until') => {
    const at = lastAtMost(starts, index);
    const part = parts[at];
    if (part === undefined) return index;
    return part.isOne ? part[one] : part.from + index - (starts[at] ?? 0) + (one === 'until' ? 1 : 0);
  };
  return { text: seen, startOf: (index) => placeOf(index, 'from'), endOf: (index) => placeOf(index, 'until') };
}

/** The character that an escape stands for; nothing for what nobody sees. */
function meaningOf(groups: Readonly<Record<string, string | undefined>> | undefined): string {
  if (!groups) return '';
  const { brace, unit, point, byte, octal, percent, quoted, entity, decimal, sign, name, amp, hyphen, wide } = groups;
  const hex = brace ?? unit ?? point ?? byte ?? percent ?? quoted ?? entity;
  const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : decimal ? Number(decimal) : null;
  if (code !== null) return code > 0x10ffff ? '' : String.fromCodePoint(code).replace(VIEWS.joined, '');
  if (wide) return wide.normalize('NFKC');
  return sign ?? (name && NAMED[name]) ?? (amp && '&') ?? (hyphen && '-') ?? '';
}
