import { findMatches, type PlacedFinding, withoutOverlaps } from '../output-findings.js';
import { findBankAccounts } from './bank-account.js';
import { meetsLuhn } from './checksums.js';
import { findIpAddresses } from './ip-address.js';
import { type Country, findNationalIds } from './national-ids.js';
import { findPhones } from './phone.js';

/** In the order in which they are looked for: what an earlier one has found is nothing else. */
export const KINDS = ['email', 'iban', 'card', 'national-id', 'phone', 'ip'] as const;
export type Kind = (typeof KINDS)[number];

// The lookbehind leaves one start in every run of such characters; all repeats are bounded (RFC 5321, section 4.5.3.1)
const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_%+-][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu;
// In one piece, or in the groups that are printed on cards
const CARD =
  /(?<![\w.-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-]|\.\d)/g;
// Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro: how numbers begin and how long they are
const ISSUERS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|3[47]\d{13}|(?:6011|65\d{2}|64[4-9]\d)\d{12,15}|3(?:0[0-59]|[689]\d)\d{11,16}|35(?:2[89]|[3-8]\d)\d{12,15}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{11,17})$/;

/** The personal data in a text: what has a form that can be checked. Takes time linear in the length of the text. */
export function findPersonalData(
  text: string,
  kinds: readonly Kind[],
  countries: readonly Country[],
): readonly PlacedFinding[] {
  const finders: Readonly<Record<Kind, () => readonly PlacedFinding[]>> = {
    // git@github.com:acme/shop is the address of a repository
    email: () => findMatches('email', EMAIL, text, (value) => !value.startsWith('git@')),
    iban: () => findBankAccounts(text),
    card: () => findMatches('card', CARD, text, isCard),
    'national-id': () => findNationalIds(text, countries),
    phone: () => findPhones(text, countries),
    ip: () => findIpAddresses(text),
  };
  return withoutOverlaps(KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) => finders[kind]()));
}

function isCard(value: string): boolean {
  const digits = value.replaceAll(/\D/g, '');
  return ISSUERS.test(digits) && meetsLuhn(digits) && new Set(digits).size > 1;
}
