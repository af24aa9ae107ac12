import type { AccessTokens } from '../transport/access-tokens.js';

/**
 * A function as fetch for an SDK, which sends each request with an access token, and once more with a new one when the
 * answer is 401. Null for a key that the SDK sends itself.
 */
export function withTokens(send: typeof fetch, tokens: AccessTokens | null): typeof fetch {
  if (tokens === null) return send;
  return async (input, init = {}) => {
    const signal = init.signal ?? new AbortController().signal;
    const attempt = async () => {
      const token = await tokens.get(signal);
      const headers = new Headers(init.headers);
      headers.delete('x-api-key');
      headers.set('authorization', `Bearer ${token}`);
      return { token, response: await send(input, { ...init, headers }) };
    };
    const { token, response } = await attempt();
    if (response.status !== 401) return response;
    tokens.refused(token);
    return (await attempt()).response;
  };
}
