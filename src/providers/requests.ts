import { ProviderError } from './provider-error.js';

/** The model of a request. Throws ProviderError, which stops the provider, when none was named. */
export function requireModel(model: string | null, provider: string): string {
  if (model !== null) return model;
  throw new ProviderError('invalid-request', `which model? write ${provider}/MODEL`, { fatal: true });
}

/** Throws ProviderError for a body that asks for a stream: answers are read whole. */
export function refuseStream(body: Readonly<Record<string, unknown>>): void {
  if (body['stream'])
    throw new ProviderError('invalid-request', 'extra.stream: answers are read whole, not as a stream');
}

/** The object without its undefined members, which a request's body must not hold. */
export function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
