import type { ModelFacts } from '../../lint/lint-project.js';

export type Vendor = ModelFacts['vendor'];

/** Where vendors answer themselves, with the type of provider that asks there. */
const OWN: readonly (readonly [vendor: Vendor, type: string, address: RegExp])[] = [
  ['openai', 'openai', /^https:\/\/[a-z.]*api\.openai\.com(?:\/|$)/],
  ['anthropic', 'anthropic', /^https:\/\/[a-z.]*api\.anthropic\.com(?:\/|$)/],
  ['google', 'openai', /^https:\/\/generativelanguage\.googleapis\.com(?:\/|$)/],
  ['mistral', 'openai', /^https:\/\/api\.mistral\.ai(?:\/|$)/],
];

/** Whose own service a provider is; null for a gateway, a cloud or a server of one's own, which offer what they like. */
export function vendorOf(type: string, baseUrl: unknown): Vendor | null {
  const found = OWN.find(([vendor, asks, address]) =>
    baseUrl === undefined ? type === vendor : type === asks && typeof baseUrl === 'string' && address.test(baseUrl),
  );
  return found?.[0] ?? null;
}
