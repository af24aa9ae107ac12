import type { ModelFacts } from '../../lint/lint-project.js';

export type Vendor = ModelFacts['vendor'];

/** Whose own service a provider is; null for a gateway, a cloud or a server of one's own, which offer what they like. */
export function vendorOf(type: string, baseUrl: unknown): Vendor | null {
  if (type !== 'openai' && type !== 'anthropic') return null;
  if (baseUrl === undefined) return type;
  const own = new RegExp(`^https://[a-z.]*api\\.${type}\\.com(?:/|$)`);
  return typeof baseUrl === 'string' && own.test(baseUrl) ? type : null;
}
