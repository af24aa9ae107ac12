import type { ModelParameters } from '../../model/prompt.js';
import { ProviderError } from '../contract/provider-error.js';

/** The model of a request. Throws ProviderError, which stops the provider, when none was named. */
export function requireModel(model: string | null, provider: string): string {
  if (model !== null) return model;
  throw new ProviderError('invalid-request', `which model? write ${provider}/MODEL`, { fatal: true });
}

/** Throws ProviderError for parameters that ask for a stream: that is for the entry of the provider to say. */
export function refuseStream({ extra }: ModelParameters): void {
  if (extra?.['stream'])
    throw new ProviderError('invalid-request', 'extra.stream: write stream: true in the entry of the provider instead');
}

/** The object without its undefined members, which a request's body must not hold. */
export function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
