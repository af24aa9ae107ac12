import { KEY_PATTERNS } from './key-patterns.js';

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

export const REDACTED = '[redacted]';

/** A function that replaces each given secret value wherever it stands, also URL-encoded or in base64. */
export function redactSecrets(secrets: Iterable<string>): Redact {
  const values = new Set<string>();
  for (const secret of secrets) {
    // A shorter value would blot out half of every text; no service issues such keys
    if (secret.length < 6) continue;
    values.add(secret).add(encodeURIComponent(secret)).add(Buffer.from(secret).toString('base64'));
    values.add(JSON.stringify(secret).slice(1, -1));
  }
  const ordered = [...values].sort((a, b) => b.length - a.length);
  return (text) =>
    ordered.reduce((rest, value) => (rest.includes(value) ? rest.replaceAll(value, REDACTED) : rest), text);
}

/** Replaces whatever looks like a key of a known service. For error messages; a model's output is kept as it is. */
export function redactKeyPatterns(text: string): string {
  return KEY_PATTERNS.reduce((rest, { pattern }) => rest.replace(pattern, REDACTED), text);
}
