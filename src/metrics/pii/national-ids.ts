import { findMatches, type PlacedFinding } from '../output-findings.js';
import { meetsLuhn, meetsMod11And10, remainder, weightedSum } from './checksums.js';

export const COUNTRIES = ['us', 'uk', 'de', 'fr', 'es', 'it', 'nl', 'be', 'pl', 'se', 'ch', 'br'] as const;
export type Country = (typeof COUNTRIES)[number];

interface NationalId {
  readonly country: Country;
  readonly pattern: RegExp;
  /** Takes the number in upper case without anything between its digits and letters. */
  readonly isValid: (compact: string) => boolean;
  /** A word that must stand shortly before: every n-th number of any kind would meet the rules. */
  readonly after?: RegExp;
}

const EDGE = '(?<![\\w-])';
const END = '(?![\\w-])';
const id = (form: string) => new RegExp(`${EDGE}${form}${END}`, 'gi');

const CODICE_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** One entry a form of an identity number; the rules are those of the offices that issue them. */
const NATIONAL_IDS: readonly NationalId[] = [
  // Social Security number (SSA: no area 000, 666 or 9xx) and taxpayer number (IRS: 9xx and certain groups)
  { country: 'us', pattern: id('\\d{3}([- ])\\d{2}\\1\\d{4}'), isValid: isSocialSecurityNumber },
  { country: 'us', pattern: id('\\d{9}'), isValid: isSocialSecurityNumber, after: /\b(?:ssn|social security|itin)\b/i },
  // National Insurance number (HMRC, NIM39110)
  {
    country: 'uk',
    pattern: id('[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]'),
    isValid: (compact) => !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(compact),
  },
  // Steueridentifikationsnummer (§ 139b AO): one digit of the first ten twice or thrice, and a check digit
  { country: 'de', pattern: id('[1-9]\\d(?: ?\\d{3}){3}'), isValid: isGermanTaxNumber },
  // Numéro de sécurité sociale (INSEE): 97 minus the remainder by 97; Corsica's 2A and 2B count as 19 and 18
  {
    country: 'fr',
    pattern: id('[12] ?\\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\\d) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}'),
    isValid: (compact) => {
      const body = compact.slice(0, 13).replace('2A', '19').replace('2B', '18');
      return 97 - remainder(body, 97) === Number(compact.slice(13));
    },
  },
  // Documento nacional de identidad, and the same for foreigners: the letter is that of the remainder by 23
  {
    country: 'es',
    pattern: id('(?:\\d{8}|\\d{2}\\.\\d{3}\\.\\d{3}|[XYZ]-?\\d{7})[- ]?[A-HJ-NP-TV-Z]'),
    isValid: (compact) => {
      const digits = compact.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[remainder(digits, 23)] === compact.at(-1);
    },
  },
  // Codice fiscale (decreto 23 dicembre 1976); letters may stand for digits where two people share a code
  {
    country: 'it',
    pattern: id('[A-Z]{6}[\\dLMNP-V]{2}[ABCDEHLMPRST][\\dLMNP-V]{2}[A-Z][\\dLMNP-V]{3}[A-Z]'),
    isValid: isCodiceFiscale,
  },
  // Burgerservicenummer: the "elfproef", which every eleventh number meets
  {
    country: 'nl',
    pattern: id('\\d{9}|\\d{4}\\.\\d{2}\\.\\d{3}'),
    isValid: (compact) => weightedSum(compact, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && Number(compact) > 0,
    after: /\b(?:bsn|burgerservicenummer|burger service nummer|sofi-?nummer|citizen service number)\b/i,
  },
  // Rijksregisternummer: 97 minus the remainder by 97, with a 2 before for those born from 2000
  {
    country: 'be',
    pattern: id('\\d{2}[. ]?(?:0\\d|1[0-2])[. ]?[0-3]\\d[- .]?\\d{3}[. -]?\\d{2}'),
    isValid: (compact) =>
      ['', '2'].some((born) => 97 - remainder(born + compact.slice(0, 9), 97) === Number(compact.slice(9))),
  },
  // PESEL: a date of birth (20 added to the month from the year 2000) and a weighted sum by 10
  {
    country: 'pl',
    pattern: id('\\d{2}[0-3]\\d[0-3]\\d{6}'),
    isValid: (compact) =>
      isDay(Number(compact.slice(2, 4)) % 20, Number(compact.slice(4, 6))) &&
      weightedSum(compact, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
  },
  // Personnummer and samordningsnummer (60 added to the day)
  {
    country: 'se',
    pattern: id('(?:(?:18|19|20)\\d{2}|\\d{2})(?:0\\d|1[0-2])\\d{2}[-+]\\d{4}'),
    isValid: (compact) => {
      const short = compact.slice(-10);
      return isDay(Number(short.slice(2, 4)), Number(short.slice(4, 6)) % 60) && meetsLuhn(short);
    },
  },
  // AHV number: the check digit of an EAN-13
  {
    country: 'ch',
    pattern: id('756\\.\\d{4}\\.\\d{4}\\.\\d{2}|756\\d{10}'),
    isValid: (compact) => weightedSum(compact, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  // CPF: two check digits by 11
  { country: 'br', pattern: id('\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}'), isValid: isCpf },
];

/** The identity numbers of the countries in a text. */
export function findNationalIds(text: string, countries: readonly Country[]): readonly PlacedFinding[] {
  return NATIONAL_IDS.filter(({ country }) => countries.includes(country)).flatMap(
    ({ country, pattern, isValid, after }) =>
      findMatches(`${country}-id`, pattern, text, (value, start) => {
        if (after && !after.test(text.slice(Math.max(0, start - 60), start))) return false;
        return isValid(value.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase());
      }),
  );
}

function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

function isSocialSecurityNumber(compact: string): boolean {
  const [area, group, serial] = [compact.slice(0, 3), Number(compact.slice(3, 5)), compact.slice(5)];
  if (area === '000' || area === '666' || group === 0 || serial === '0000') return false;
  const isTaxpayerGroup =
    group >= 50 && group !== 66 && group !== 67 && group !== 68 && group !== 69 && group !== 89 && group !== 93;
  return area < '900' || isTaxpayerGroup;
}

function isGermanTaxNumber(compact: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of compact.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((times) => times > 1);
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3 && meetsMod11And10(compact);
}

function isCodiceFiscale(compact: string): boolean {
  let sum = 0;
  for (const [index, character] of [...compact.slice(0, 15)].entries()) {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    sum += index % 2 === 0 ? (CODICE_ODD[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === compact[15];
}

function isCpf(compact: string): boolean {
  if (/^(\d)\1*$/.test(compact)) return false;
  return [9, 10].every((length) => {
    const weights = Array.from({ length }, (_, index) => length + 1 - index);
    const rest = (weightedSum(compact, weights) * 10) % 11;
    return rest % 10 === Number(compact[length]);
  });
}
