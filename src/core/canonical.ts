import { createHash, hash } from 'node:crypto';

/**
 * JSON with the keys of every object sorted and `undefined` members left out, so that equal values give equal text.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  // A plain loop: this runs for every sample, and chained array methods take twice as long
  const members: string[] = [];
  const record = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  }
  return `{${members.join(',')}}`;
}

/** sha256 of the canonical JSON of a value, in hex. */
export function digest(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

/** sha256 of many values in their order, in hex: their canonical JSON, a line each, is never there all at once. */
export function digestEach(values: Iterable<unknown>): string {
  const lines = createHash('sha256');
  for (const value of values) lines.update(`${canonicalJson(value)}\n`);
  return lines.digest('hex');
}
