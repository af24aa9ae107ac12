import { findMatches, type PlacedFinding } from '../output-findings.js';
import type { Country } from './national-ids.js';

/** With the country code, in groups: 8 to 15 digits (ITU-T E.164). */
const INTERNATIONAL =
  /(?<![\w+])(?:\+|00(?=[1-9]\d))[1-9]\d{0,3}(?:[ .\-/]?\(0\))?(?:[ .\-/]{0,2}\(?\d{1,5}\)?){1,7}(?![\w])/g;

/** In a link; what stands there is one in any form. */
const LINKED = /(?<=\btel:)[+\d(][\d().-]{4,24}\d/gi;

/** As people write numbers inside a country. Runs of bare digits are left out where they may be anything. */
const NATIONAL: Readonly<Partial<Record<Country, RegExp>>> = {
  // North American Numbering Plan: area and exchange begin with 2 to 9
  us: /(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\w-])/g,
  uk: /(?<![\w.+-])(?:07\d{3} ?\d{6}|07\d{3} \d{3} \d{3}|\(?02\d\)? \d{4} \d{4}|\(?01\d{3}\)? \d{5,6}|\(?011\d\)? \d{3} \d{4})(?![\w-])/g,
  de: /(?<![\w.+-])(?:\(0[1-9]\d{1,4}\) ?|0[1-9]\d{1,4}(?:[/ -]| [/-] ))\d{3,4}(?: ?\d{2,4}){1,3}(?![\w-])/g,
  fr: /(?<![\w.+-])0[1-9](?:([ .-]?)\d{2})(?:\1\d{2}){3}(?![\w-])/g,
  es: /(?<![\w.+-])[6789]\d{2} (?:\d{3} \d{3}|\d{2} \d{2} \d{2})(?![\w-])/g,
  it: /(?<![\w.+-])3\d{2}[ .-]\d{3} ?\d{3,4}(?![\w-])/g,
  nl: /(?<![\w.+-])0(?:6[ -]?\d{8}|6(?:[ -]\d{2}){4}|[1-9]\d{1,2}[ -]\d{3} ?\d{2} ?\d{2})(?![\w-])/g,
};

/** The telephone numbers in a text: international ones, and those in the usual form of the countries. */
export function findPhones(text: string, countries: readonly Country[]): readonly PlacedFinding[] {
  return [
    ...findMatches('phone', INTERNATIONAL, text, (value, start) => {
      if (value.startsWith('00') && !standsAlone(text, start, value.length)) return false;
      const digits = value.replaceAll(/\D/g, '').replace(/^00/, '');
      return digits.length >= 8 && digits.length <= 15;
    }),
    ...findMatches('phone', LINKED, text, (value) => value.replaceAll(/\D/g, '').length >= 7),
    ...countries.flatMap((country) => {
      const pattern = NATIONAL[country];
      return pattern
        ? findMatches('phone', pattern, text, (value, start) => standsAlone(text, start, value.length))
        : [];
    }),
  ];
}

/** Not a part of a longer row of groups of digits, such as an account number. */
function standsAlone(text: string, start: number, length: number): boolean {
  return (
    !/\d[ .-]$/.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^ \d/.test(text.slice(start + length, start + length + 2))
  );
}
