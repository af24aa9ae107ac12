import { readFileSync } from 'node:fs';
import { type CodeHost, type HostComment, type PullRequest, type Rest, variable } from './code-host.js';

/** https://docs.github.com/rest/issues/comments */
export const github: CodeHost = {
  name: 'GitHub',
  runsHere: (env) => env['GITHUB_ACTIONS'] === 'true',
  runUrl: (env) => {
    const [server, repository, run] = ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'].map((name) =>
      variable(env, name),
    );
    return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : null;
  },
  open: async (env, rest) => {
    const token = variable(env, 'GITHUB_TOKEN') ?? variable(env, 'GH_TOKEN');
    const repository = variable(env, 'GITHUB_REPOSITORY');
    const number = numberOf(env);
    if (number === null) return { why: 'this is no run of a pull request' };
    if (repository === null) return { why: 'GITHUB_REPOSITORY is not set' };
    if (token === null)
      return {
        why: 'GITHUB_TOKEN is not set: give it to the step (`env`), and the job `permissions: { pull-requests: write }`',
      };
    const api = variable(env, 'GITHUB_API_URL') ?? 'https://api.github.com';
    return pullRequest(`${api}/repos/${repository}/issues`, number, { token, name: `${repository}#${number}` }, rest);
  },
};

function pullRequest(
  issues: string,
  number: number,
  { token, name }: { readonly token: string; readonly name: string },
  rest: Rest,
): PullRequest {
  const headers = githubHeaders(token);
  const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    rest({ method, url: `${issues}${path}`, headers, ...(body ? { body } : {}) }).then(() => undefined);
  return {
    name,
    async *comments() {
      let url: string | null = `${issues}/${number}/comments?per_page=100`;
      while (url !== null) {
        const { body, next }: { body: unknown; next: string | null } = await rest({ method: 'GET', url, headers });
        for (const each of Array.isArray(body) ? body : []) {
          const { id, body: text } = each as { id?: unknown; body?: unknown };
          if (typeof text === 'string') yield { id: String(id), body: text } satisfies HostComment;
        }
        url = next;
      }
    },
    create: (body) => send('POST', `/${number}/comments`, { body }),
    update: (id, body) => send('PATCH', `/comments/${id}`, { body }),
    remove: (id) => send('DELETE', `/comments/${id}`),
  };
}

/** What every request to GitHub says. */
export function githubHeaders(token: string): Readonly<Record<string, string>> {
  return {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    authorization: `Bearer ${token}`,
  };
}

/** The number of the pull request: of the event that started the run, else of the ref that was checked out. */
export function numberOf(env: Readonly<Record<string, string | undefined>>): number | null {
  const ofRef = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1];
  if (ofRef !== undefined) return Number(ofRef);
  const path = variable(env, 'GITHUB_EVENT_PATH');
  if (path === null) return null;
  try {
    const event = JSON.parse(readFileSync(path, 'utf8')) as {
      pull_request?: { number?: unknown };
      issue?: { number?: unknown; pull_request?: unknown };
    };
    const number = event.pull_request?.number ?? (event.issue?.pull_request ? event.issue.number : null);
    return typeof number === 'number' ? number : null;
  } catch {
    return null;
  }
}
