import { KEY_PATTERNS } from './key-patterns.js';
import { formsOf, hexOf, secretsWithin } from './secret-forms.js';
import { seeThrough, type Viewer } from './seen-text.js';

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

export const REDACTED = '[redacted]';

/** A shorter value would blot out half of every text; no service issues such keys. */
const SHORTEST_SECRET = 6;

/** The least of a value that was cut off which is replaced: what begins many keys of a service is shorter. */
const SHORTEST_REST = 10;

/**
 * A function that replaces each given secret value, and what is secret within it, wherever it stands: as it is, in the
 * encodings of `formsOf`, escaped letter by letter, as bytes in hex, and with characters between that nobody sees, since
 * whatever shows the text would take those away and make the value whole. A value that is wrapped over lines is one too,
 * and so is what is left of one where a text was cut.
 */
export function redactSecrets(secrets: Iterable<string>): Redact {
  const values = [...new Set([...secrets].flatMap((secret) => [secret, ...secretsWithin(secret)]))].filter(
    (secret) => secret.length >= SHORTEST_SECRET,
  );
  if (values.length === 0) return (text) => text;
  const pattern = anyOf([...values.flatMap(formsOf), ...values.flatMap(hexOf)], 'g');
  const hex = anyOf(values.flatMap(hexOf), 'gi');
  return (text) => {
    const seen = redactThrough(redactSeen(text, pattern), pattern, 'joined');
    const read = redactThrough(seen, pattern, 'unescaped');
    return redactRests(redactThrough(read, hex, 'dumped'), values);
  };
}

/** A pattern that finds any of these, the longest first. */
function anyOf(forms: readonly string[], flags: 'g' | 'gi'): RegExp {
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map(escapePattern).join('|'), flags);
}

/** Replaces what is left of a value where a text ends, begins, or says with `…` that something is left out. */
function redactRests(text: string, values: readonly string[]): string {
  return text
    .split(LEFT_OUT)
    .map((part) => values.reduce(redactEnds, part))
    .join('');
}

const LEFT_OUT = /(…|\.\.\.)/;

function redactEnds(part: string, value: string): string {
  const head = value.slice(0, SHORTEST_REST);
  const least = Math.max(0, part.length - value.length + 1);
  let redacted = part;
  for (let at = part.indexOf(head, least); at !== -1; at = part.indexOf(head, at + 1)) {
    if (!value.startsWith(part.slice(at))) continue;
    redacted = part.slice(0, at) + REDACTED;
    break;
  }
  const beginning = redacted.slice(0, SHORTEST_REST);
  if (beginning.length < SHORTEST_REST) return redacted;
  for (let at = value.indexOf(beginning, 1); at !== -1; at = value.indexOf(beginning, at + 1))
    if (redacted.startsWith(value.slice(at))) return REDACTED + redacted.slice(value.length - at);
  return redacted;
}

/** Secrets that are known so far. Others come up later, as tokens that are exchanged in a run. */
export interface KnownSecrets {
  readonly redact: Redact;
  readonly add: (secret: string) => void;
}

/** Secrets that may become more; what is redacted later is redacted of all of them. */
export function knownSecrets(first: Iterable<string>): KnownSecrets {
  const known = new Set(first);
  let redact = redactSecrets(known);
  return {
    redact: (text) => redact(text),
    add: (secret) => {
      if (known.has(secret)) return;
      known.add(secret);
      redact = redactSecrets(known);
    },
  };
}

/** Replaces whatever looks like a key of a known service. For error messages; a model's output is kept as it is. */
export function redactKeyPatterns(text: string): string {
  return KEY_PATTERNS.reduce((rest, { pattern }) => redactSeen(rest, pattern), text);
}

/** Replaces what a global pattern finds in the text, and in what is seen of it. */
function redactSeen(text: string, pattern: RegExp): string {
  const direct = text.replace(pattern, REDACTED);
  return redactThrough(redactThrough(direct, pattern, 'browser'), pattern, 'terminal');
}

function redactThrough(text: string, pattern: RegExp, place: Viewer): string {
  const seen = seeThrough(text, place);
  if (seen === null) return text;
  let redacted = '';
  let end = 0;
  for (const match of seen.text.matchAll(pattern)) {
    redacted += text.slice(end, seen.startOf(match.index)) + REDACTED;
    end = seen.endOf(match.index + match[0].length - 1);
  }
  return redacted + text.slice(end);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
