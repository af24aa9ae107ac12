import { countOfTokens, type Usage, type usageParts } from '../../model/output.js';

/** The parts of a usage that a service told; the others are left out. */
export function toldParts(parts: { readonly [Part in keyof typeof usageParts]?: unknown }): Partial<Usage> {
  const counts = Object.entries(parts).map(([part, told]) => [part, countOfTokens(told)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count !== null));
}

/** A field of what may be no object at all. */
export function fieldOf(told: unknown, name: string): unknown {
  return typeof told === 'object' && told !== null ? (told as Readonly<Record<string, unknown>>)[name] : undefined;
}
