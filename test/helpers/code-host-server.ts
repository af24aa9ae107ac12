import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterThisTest } from './cleanup.js';

export interface KeptComment {
  readonly id: number;
  body: string;
  /** Whether somebody wrote it who may comment here, as anybody may, and nothing else. */
  readonly isOfStranger?: boolean;
}

/** What the server does instead of an answer, once each. */
export type Mishap =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: object }
  | 'hang up'
  /** It does what it was asked, and the answer is lost. */
  | 'do and hang up'
  | 'do and answer 502';

/** A server that keeps the comments of one pull request, and speaks of them as a code host does. */
export interface CodeHostServer {
  readonly url: string;
  readonly comments: KeptComment[];
  readonly mishaps: Mishap[];
  readonly requests: { readonly method: string; readonly path: string; readonly token: string }[];
}

type Dialect = 'github' | 'gitlab' | 'bitbucket' | 'azure';

const PAGE = 2;

/** Starts one; pages are short, so that a comment is never on the first. */
export async function startCodeHost(dialect: Dialect): Promise<CodeHostServer> {
  const comments: KeptComment[] = ['Nice.', 'Why?', 'Because.'].map((body, index) => ({ id: index + 1, body }));
  const state: CodeHostServer = { url: '', comments, mishaps: [], requests: [] };
  let last = comments.length;
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const token = String(request.headers.authorization ?? request.headers['private-token'] ?? '');
    state.requests.push({ method, path: url, token });
    const data = await readJson(request);
    const mishap = state.mishaps.shift();
    if (mishap === 'hang up') return void request.socket.destroy();
    if (typeof mishap === 'object')
      return send(response, mishap.status, mishap.body ?? { message: 'no' }, mishap.headers);
    if (mishap === 'do and hang up') response.writeHead = () => request.socket.destroy() && response;
    if (mishap === 'do and answer 502') {
      const answer = response.writeHead.bind(response);
      response.writeHead = ((_: number, headers: Record<string, string>) => answer(502, headers)) as never;
    }
    const body = bodyOf(dialect, data);
    const id = Number(/\/(\d+)(?:\?.*)?$/.exec(url)?.[1]);
    if (method === 'GET' && url.endsWith('/user')) return send(response, 200, { username: 'project_5_bot' });
    if (method === 'GET') return list(new URL(url, 'http://x'), response);
    if (method === 'POST') {
      comments.push({ id: ++last, body });
      return send(response, 201, { id: last });
    }
    const threads = dialect === 'azure' ? Number(/threads\/(\d+)\//.exec(url)?.[1]) : id;
    const index = comments.findIndex((comment) => comment.id === threads);
    const found = comments[index];
    if (!found) return send(response, 404, { message: 'Not Found' });
    // There nobody changes what others have written; elsewhere whoever may write can
    if (found.isOfStranger && (dialect === 'bitbucket' || dialect === 'azure'))
      return send(response, 403, { message: 'You may change your own comments only' });
    if (method === 'DELETE') comments.splice(index, 1);
    else found.body = body;
    return send(response, method === 'DELETE' ? 204 : 200, { id: found.id });
  });

  function list(asked: URL, response: ServerResponse): void {
    const page = Number(asked.searchParams.get('page') ?? 1);
    const here = comments.slice((page - 1) * PAGE, page * PAGE).map(({ isOfStranger, ...comment }) => ({
      ...comment,
      ...(dialect === 'github' && { user: { type: isOfStranger ? 'User' : 'Bot' }, author_association: 'NONE' }),
      ...(dialect === 'gitlab' && { author: { username: isOfStranger ? 'mallory' : 'project_5_bot' } }),
    }));
    const next = page * PAGE < comments.length ? `${state.url}${asked.pathname}?page=${page + 1}` : null;
    const link: Record<string, string> = next ? { link: `<${next}>; rel="next", <${state.url}>; rel="first"` } : {};
    if (dialect === 'github' || dialect === 'gitlab') send(response, 200, here, link);
    else if (dialect === 'bitbucket') {
      const values = here.map(({ id, body }) => ({ id, deleted: false, content: { raw: body } }));
      send(response, 200, { values, ...(next ? { next } : {}) });
    } else
      send(response, 200, { value: comments.map(({ id, body }) => ({ id, comments: [{ id: 1, content: body }] })) });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => void (await new Promise((resolve) => server.close(resolve))));
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function bodyOf(dialect: Dialect, data: unknown): string {
  const { body, content, comments } = data as {
    body?: string;
    content?: string | { raw: string };
    comments?: { content: string }[];
  };
  if (dialect === 'bitbucket') return (content as { raw: string })?.raw ?? '';
  if (dialect === 'azure') return comments?.[0]?.content ?? String(content ?? '');
  return body ?? '';
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text === '' ? {} : JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(status === 204 ? '' : JSON.stringify(body));
}
