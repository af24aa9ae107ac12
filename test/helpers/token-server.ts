import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterThisTest } from './cleanup.js';

/** What a token endpoint was sent. */
export interface TokenRequest {
  readonly method: string | undefined;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, string>>;
}

export interface TokenAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object | string;
}

/** A token endpoint on loopback, and GitHub's beside it. */
export interface TokenServer {
  readonly url: string;
  /** What GitHub puts into the environment of a job with `id-token: write`. */
  readonly githubEnv: Readonly<Record<string, string>>;
  readonly exchanges: readonly TokenRequest[];
  /** Requests for identity tokens. */
  readonly asked: readonly TokenRequest[];
}

/** A JWT of these claims, which nobody signed. */
export function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${'c2lnbmF0dXJl'.repeat(3)}`;
}

/**
 * Starts both. `exchange` answers the n-th exchange (from 1), with the access token `access-token-N` unless it says
 * otherwise; `identity` makes the identity token that GitHub gives for an audience.
 */
export async function startTokenServer({
  exchange = (n) => ({ body: { access_token: `access-token-${n}`, token_type: 'Bearer', expires_in: 3600 } }),
  identity = (audience) => ({
    body: { value: jwt({ iss: 'https://issuer', aud: audience, sub: 'repo:o/r:pull_request' }) },
  }),
}: {
  readonly exchange?: (n: number, request: TokenRequest) => TokenAnswer | Promise<TokenAnswer>;
  readonly identity?: (audience: string, request: TokenRequest) => TokenAnswer;
} = {}): Promise<TokenServer> {
  const exchanges: TokenRequest[] = [];
  const asked: TokenRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://x');
    const text = await textOf(incoming);
    const request = {
      method: incoming.method,
      path: pathname,
      headers: incoming.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, string>),
    };
    const forIdentity = pathname === '/github';
    (forIdentity ? asked : exchanges).push(request);
    const answer = forIdentity
      ? identity(searchParams.get('audience') ?? '', request)
      : await exchange(exchanges.length, request);
    outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    outgoing.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const githubEnv = {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-4720',
  };
  return { url, githubEnv, exchanges, asked };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk);
  return text;
}
