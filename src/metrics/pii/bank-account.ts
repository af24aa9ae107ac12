import { findMatches, type PlacedFinding } from '../output-findings.js';
import { remainder } from './checksums.js';

/** How long the numbers of each country are (SWIFT, IBAN registry). */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries({
    15: 'NO',
    16: 'BE',
    18: 'DK FI FO GL NL SD FK',
    19: 'MK SI',
    20: 'AT BA EE KZ LT LU MN XK',
    21: 'CH HR LI LV',
    22: 'BG BH CR DE GB GE IE ME RS VA',
    23: 'AE GI IL IQ OM SO TL',
    24: 'AD CZ ES MD PK RO SA SE SK TN VG',
    25: 'LY PT ST',
    26: 'IS TR',
    27: 'BI DJ FR GR IT MC MR SM',
    28: 'AL AZ BY CY DO GT HU LB NI PL SV',
    29: 'BR EG PS QA UA',
    30: 'JO KW MU YE',
    31: 'MT SC',
    32: 'LC',
    33: 'RU',
  }).flatMap(([length, countries]) => countries.split(' ').map((country) => [country, Number(length)] as const)),
);

const BEGINNING = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

/** The international bank account numbers in a text, alone or in groups of four: right length and check digits. */
export function findBankAccounts(text: string): readonly PlacedFinding[] {
  return findMatches('iban', BEGINNING, text).flatMap(({ kind, value, start }) => {
    const length = LENGTHS[value.slice(0, 2).toUpperCase()];
    if (length === undefined) return [];
    const end = endOf(text, start, length);
    if (end === null) return [];
    const compact = text.slice(start, end).replaceAll(/[ -]/g, '').toUpperCase();
    return hasCheckDigits(compact) ? [{ kind, value: compact, start, end }] : [];
  });
}

/** Where the number ends that begins at `start` and has `length` characters, with a blank between any two at most. */
function endOf(text: string, start: number, length: number): number | null {
  let place = start;
  for (let seen = 0; seen < length; seen += 1) {
    if (seen > 0 && /[ -]/.test(text[place] ?? '')) place += 1;
    if (!/[A-Za-z0-9]/.test(text[place] ?? '')) return null;
    place += 1;
  }
  return /[A-Za-z0-9]/.test(text[place] ?? '') ? null : place;
}

/** ISO 13616: the first four characters go to the end, letters become 10 to 35, and the remainder by 97 is 1. */
function hasCheckDigits(compact: string): boolean {
  const moved = compact.slice(4) + compact.slice(0, 4);
  const digits = moved.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return remainder(digits, 97) === 1;
}
