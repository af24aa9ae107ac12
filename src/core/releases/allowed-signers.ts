import { personKey } from './policy.js';
import { readSshSignature } from './ssh-signature.js';

/** A signature of a commit is none of ours, nor the other way round. */
export const SIGNATURE_NAMESPACE = 'llmci';

/** A line of the file. */
interface Entry {
  readonly principals: string;
  readonly isAuthority: boolean;
  readonly namespaces: string | null;
  /** Milliseconds since 1970; null without a bound. */
  readonly after: number | null;
  readonly before: number | null;
  readonly key: string;
}

/** What was signed, by whom and when, as a line of a ledger says. */
export interface Claim {
  readonly text: string;
  readonly signature: string;
  readonly name: string;
  readonly at: string;
}

/** Why somebody has not signed what they are said to have; null when they have. */
export type CheckSignature = (claim: Claim) => string | null;

/**
 * Says why somebody has not signed what they are said to have, as a file of allowed signers has it; null when they have. The
 * file is that of ssh-keygen(1), ALLOWED SIGNERS; its times are of UTC, wherever it is read. Certificates are not read.
 */
export function signersOf(file: string): CheckSignature {
  const entries = file.split('\n').flatMap((line) => readEntry(line) ?? []);
  const known = new Map<string, string | null>();
  // A gateway looks at the same lines every second
  return (claim) => {
    const { text, signature } = claim;
    const key = `${signature}${text}`;
    const why = known.get(key) ?? (known.has(key) ? null : faultIn(entries, claim));
    known.set(key, why);
    return why;
  };
}

function faultIn(entries: readonly Entry[], { text, signature, name, at }: Claim): string | null {
  const read = readSshSignature(signature);
  if (read === null) return 'it is signed by a key of a kind that llmci does not know';
  if (read.namespace !== SIGNATURE_NAMESPACE) return `it is signed for ${read.namespace}`;
  const own = entries.filter(({ key, principals }) => key === read.key && isInPatterns(name, principals));
  if (own.length === 0) return `allowed_signers has no such key of ${name}`;
  const whys = own.map((entry) => whyNot(entry, Date.parse(at)));
  if (!whys.includes(null)) return whys[0] ?? null;
  return read.isOf(text) ? null : 'it is signed for another line';
}

function whyNot({ isAuthority, namespaces, after, before }: Entry, at: number): string | null {
  if (isAuthority) return 'the key signs certificates, which llmci does not read';
  if (namespaces !== null && !isInPatterns(SIGNATURE_NAMESPACE, namespaces))
    return `the key is not for namespaces="${SIGNATURE_NAMESPACE}"`;
  if (after !== null && at < after) return 'the key was not valid yet';
  return before !== null && at > before ? 'the key was not valid any more' : null;
}

const LINE = /^\s*(?:"([^"]*)"|([^\s#"]\S*))\s+(?:((?:[^\s"]|"[^"]*")+)\s+)??(?:sk-)?(?:ssh|ecdsa)-\S+\s+([\w+/=]+)/;
const OPTIONS = new Set(['cert-authority', 'namespaces', 'valid-after', 'valid-before']);

/** Null for what is no such line: it lets nobody sign. */
function readEntry(line: string): Entry | null {
  const [, quoted, plain, options = '', key] = LINE.exec(line) ?? [];
  const principals = quoted ?? plain;
  if (principals === undefined || key === undefined) return null;
  const given = new Map(
    [...options.matchAll(/([^,="]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
  // An option that is not known might forbid what would be allowed without it
  if (![...given.keys()].every((name) => OPTIONS.has(name))) return null;
  const [after, before] = [timeOf(given.get('valid-after')), timeOf(given.get('valid-before'))];
  if (Number.isNaN(after) || Number.isNaN(before)) return null;
  const [isAuthority, namespaces] = [given.has('cert-authority'), given.get('namespaces') ?? null];
  return { principals, isAuthority, namespaces, after, before, key };
}

/** `20261201`, `202612011530`, with seconds, with or without Z. NaN for what is no time. */
function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Patterns of OpenSSH: `*` and `?`, separated by commas; one that begins with `!` and fits forbids. */
function isInPatterns(name: string, patterns: string): boolean {
  let found = false;
  for (const pattern of patterns.split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!fits(name, isNegated ? pattern.slice(1) : pattern)) continue;
    if (isNegated) return false;
    found = true;
  }
  return found;
}

function fits(name: string, pattern: string): boolean {
  const escaped = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(name);
}

/**
 * Leads each name of a person to one of them, from the text of a file of allowed signers: names beside one key are of one
 * person, and so are keys that share a name. Patterns are nobody's name. Who is not in the file keeps their name.
 */
export function readAliases(text: string): (name: string) => string {
  const people = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [, quoted, plain] = /^\s*(?:"([^"]*)"|([^\s#]\S*))\s/.exec(line) ?? [];
    const names = (quoted ?? plain ?? '').split(',').filter((name) => name !== '' && !/[*?!]/.test(name));
    const keys = names.map(personKey);
    const same = new Set(keys.flatMap((key) => people.get(key) ?? []));
    const [person = new Set(), ...others] = [...same].sort((a, b) => b.size - a.size);
    for (const key of [...others.flatMap((each) => [...each]), ...keys]) people.set(key, person.add(key));
  }
  const first = new Map([...new Set(people.values())].map((person) => [person, [...person].sort()[0]]));
  return (name) => {
    const person = people.get(personKey(name));
    return (person && first.get(person)) ?? name;
  };
}
