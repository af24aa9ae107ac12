import { KEY_PATTERNS } from './key-patterns.js';
import { seeThrough, type Viewer } from './printable.js';
import { ESCAPED, escapedFormsOf, formsOf } from './secret-forms.js';

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

export const REDACTED = '[redacted]';

/** A shorter value would blot out half of every text; no service issues such keys. */
const SHORTEST_SECRET = 6;

/**
 * A function that replaces each given secret value wherever it stands: as it is, in the encodings of `formsOf`, and with
 * characters between that nobody sees, since whatever shows the text would take those away and make the value whole. A
 * value that is wrapped over lines is one too.
 */
export function redactSecrets(secrets: Iterable<string>): Redact {
  const values = [...secrets].filter((secret) => secret.length >= SHORTEST_SECRET);
  if (values.length === 0) return (text) => text;
  const pattern = anyOf(values.flatMap(formsOf));
  const escaped = anyOf(values.flatMap(escapedFormsOf));
  return (text) => {
    const plain = ESCAPED.test(text) ? text.replace(escaped, REDACTED) : text;
    return redactThrough(redactSeen(plain, pattern), pattern, 'joined');
  };
}

/** A pattern that finds any of these, the longest first. */
function anyOf(forms: readonly string[]): RegExp {
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map(escapePattern).join('|'), 'g');
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
    redacted += text.slice(end, seen.placeOf(match.index)) + REDACTED;
    end = seen.placeOf(match.index + match[0].length - 1) + 1;
  }
  return redacted + text.slice(end);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
