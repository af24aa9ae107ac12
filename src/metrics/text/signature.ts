/** Raised whenever a metric of this folder gives another number for the same input, so that signatures tell them apart. */
const DEFINITION = 'llmci-1';

type SignatureValue = string | number | boolean | undefined;

/**
 * The settings behind a score in sacrebleu's notation, `key:value|key:value|version:…`: booleans as yes and no,
 * `undefined` left out. The version names this implementation, never sacrebleu's.
 */
export function formatSignature(fields: Readonly<Record<string, SignatureValue>>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries({ ...fields, version: DEFINITION })) {
    if (value === undefined) continue;
    parts.push(`${key}:${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`);
  }
  return parts.join('|');
}

/** How many references a score was taken against; `var` when the samples of a corpus differ in it. */
export type ReferenceCount = number | 'var';
