import { FILE_SECRETS } from './file-secrets.js';
import { KEY_PATTERNS } from './key-patterns.js';

/** What has the shape of a key or password in a text. */
export interface SecretInText {
  readonly kind: string;
  /** Where it begins, in characters. */
  readonly index: number;
  readonly text: string;
}

/** Keys and passwords in a text that people wrote; of those that begin at one character, the most particular kind. */
export function secretsIn(text: string): readonly SecretInText[] {
  const found = new Map<number, SecretInText>();
  for (const { kind, pattern, confirm } of [...KEY_PATTERNS, ...FILE_SECRETS]) {
    for (const { index, 0: secret } of text.matchAll(pattern)) {
      if (confirm && !confirm(secret)) continue;
      // The particular kinds come first
      if (!found.has(index)) found.set(index, { kind, index, text: secret });
    }
  }
  return [...found.values()];
}
