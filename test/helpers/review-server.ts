import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterThisTest } from './cleanup.js';

/** A pull request whose reviews a server tells of, as GitHub and GitLab do. */
export interface ReviewServer {
  readonly url: string;
  author: string;
  /** In their order; `at` is a time, of GitLab. */
  readonly reviews: {
    readonly by: string;
    readonly state?: string;
    readonly commit?: string | null;
    readonly at?: string;
    readonly type?: string;
    readonly association?: string;
  }[];
  /** Commits of the pull request, with the account of the author; of GitLab it is the name that the commit has. */
  readonly commits: ServedCommit[];
  /** Those that GitHub has and does not list, as there are too many. */
  readonly unlisted: ServedCommit[];
  /** Pushes, of GitLab. */
  readonly versions: { readonly sha: string; readonly at: string }[];
  /** Members by `organisation/team`. */
  readonly teams: Map<string, readonly string[]>;
  /** Statuses that paths answer with, in place of what they would. */
  readonly refusals: Map<RegExp, number>;
  readonly comments: { readonly id: number; body: string }[];
  readonly asked: string[];
}

interface ServedCommit {
  readonly sha: string;
  readonly by: string;
  readonly message?: string;
}

const PAGE = 2;

/** Starts one. Lists come in pages of two. */
export async function startReviewServer(): Promise<ReviewServer> {
  const state: ReviewServer = {
    ...{ url: '', author: 'ann', reviews: [], commits: [], unlisted: [], versions: [], comments: [], asked: [] },
    teams: new Map(),
    refusals: new Map(),
  };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    state.asked.push(`${request.method} ${decodeURIComponent(pathname)}`);
    const refusal = [...state.refusals].find(([path]) => path.test(pathname));
    if (refusal) return send(response, refusal[1], { message: 'Resource not accessible by integration' });
    if (request.method !== 'GET') {
      let text = '';
      for await (const piece of request) text += String(piece);
      const { body } = JSON.parse(text) as { body: string };
      const found = state.comments.find(({ id }) => pathname.endsWith(`/${id}`));
      if (found) found.body = body;
      else state.comments.push({ id: state.comments.length + 1, body });
      return send(response, 200, {});
    }
    const answer = answerTo(decodeURIComponent(pathname), searchParams, state);
    if (!Array.isArray(answer)) return send(response, answer === null ? 404 : 200, answer ?? { message: 'Not Found' });
    const page = Number(searchParams.get('page') ?? 1);
    const next = page * PAGE < answer.length ? { link: `<${state.url}${pathname}?page=${page + 1}>; rel="next"` } : {};
    send(response, 200, answer.slice((page - 1) * PAGE, page * PAGE), next);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => void (await new Promise((resolve) => server.close(resolve))));
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function answerTo(path: string, query: URLSearchParams, state: ReviewServer): unknown {
  const { author, reviews, commits, versions, teams, comments } = state;
  switch (path) {
    case '/repos/acme/shop/pulls/12':
      return { number: 12, user: { login: author, type: 'User' } };
    case '/repos/acme/shop/pulls/12/reviews':
      return reviews.map(({ by, state: said = 'APPROVED', commit = null, type = 'User', association = 'MEMBER' }) => ({
        ...{ user: { login: by, type }, state: said, commit_id: commit, author_association: association },
      }));
    case '/repos/acme/shop/pulls/12/commits':
      return commits.map(githubCommit);
    case '/projects/5/merge_requests/12/commits':
      return commits.map(({ sha, by, message = '' }) => ({
        ...{ id: sha, author_name: by, author_email: `${by}@example.com`, message },
        ...{ committer_name: 'GitLab', committer_email: 'noreply@gitlab.com' },
      }));
    case '/repos/acme/shop/issues/12/comments':
      return comments;
    case '/projects/5/merge_requests/12':
      return { iid: 12, author: { username: author } };
    case '/projects/5/merge_requests/12/approvals':
      return {
        approved_by: reviews.map(({ by, at }) => ({ user: { username: by }, ...(at ? { approved_at: at } : {}) })),
      };
    case '/projects/5/merge_requests/12/versions':
      return versions.map(({ sha, at }) => ({ head_commit_sha: sha, created_at: at }));
    default: {
      const [, sha] = /^\/repos\/acme\/shop\/commits\/(.+)$/.exec(path) ?? [];
      const commit = state.unlisted.find((each) => each.sha === sha);
      if (commit) return githubCommit(commit);
      const [, organisation, team, account = ''] =
        /^\/orgs\/([^/]+)\/teams\/([^/]+)\/memberships\/(.+)$/.exec(path) ?? [];
      if (team) return teams.get(`${organisation}/${team}`)?.includes(account) ? { state: 'active' } : null;
      const group = /^\/groups\/(.+)\/members\/all$/.exec(path)?.[1];
      const found = teams.get(group ?? '')?.filter((name) => name.includes(query.get('query') ?? ''));
      return found?.map((username) => ({ username, state: 'active' })) ?? null;
    }
  }
}

function githubCommit({ sha, by, message = '' }: ServedCommit) {
  return { sha, author: { login: by }, committer: { login: 'web-flow' }, commit: { message } };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
