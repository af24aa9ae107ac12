import { findMatches, type PlacedFinding } from '../output-findings.js';

const V4 = /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)/g;
const V6 = /(?<![\w:.])[0-9A-Fa-f:]{4,39}(?![\w:]|\.\d)/g;
/** What stands before a number of a release, and never before an address. */
const BEFORE_VERSION = /(?:\bv|\bver\.?|version|release|build|firmware|driver|section|chapter|§|#)[\s:]{0,2}$/i;
const BEFORE_ADDRESS = /\b(?:ip|ipv4|address|host|server|from)\b[^\n]{0,20}$/i;

/** The addresses of machines in a text, but not loopback, "any" and masks, which are those of every machine. */
export function findIpAddresses(text: string): readonly PlacedFinding[] {
  const v4 = findMatches('ip', V4, text, (value, start) => {
    const parts = value.split('.').map(Number);
    if (parts.some((part) => part > 255) || parts.some((part, index) => String(part) !== value.split('.')[index]))
      return false;
    const [first = 0] = parts;
    if (first === 0 || first === 127 || first === 255) return false;
    const before = text.slice(Math.max(0, start - 40), start);
    if (BEFORE_VERSION.test(before)) return false;
    // 1.2.3.4 may be either; without a word that says so it is taken for a number of a release or a section
    return parts.some((part) => part > 9) || BEFORE_ADDRESS.test(before);
  });
  return [...v4, ...findMatches('ip', V6, text, isV6)];
}

/** RFC 4291, section 2.2, without the form that ends in a v4 address. */
function isV6(value: string): boolean {
  const halves = value.split('::');
  if (halves.length > 2 || !/\d/.test(value)) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return false;
  if (halves.length === 1) return groups.length === 8;
  // `::1` is loopback, and `dead::beef` may be a name in a program: two groups must begin as addresses in use do
  return (
    groups.length <= 7 &&
    (groups.length >= 3 ||
      (groups.length === 2 && /^(?:2[0-9a-f]{3}|3[0-9a-f]{3}|f[cd][0-9a-f]{2}|fe80):/i.test(value)))
  );
}
