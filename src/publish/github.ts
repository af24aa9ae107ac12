import { readFileSync } from 'node:fs';
import {
  type CodeHost,
  type Environment,
  type HostComment,
  type PullRequest,
  type Rest,
  variable,
} from './code-host.js';

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
    const place = githubPlace(env, 'write');
    return 'why' in place ? place : pullRequest(place, rest);
  },
};

/** The pull request that a run is of, and what its API is called with. */
interface GithubPlace {
  readonly api: string;
  readonly repository: string;
  readonly number: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Finds it in the environment of a run; else why there is none. `right` is the permission that the job needs. */
export function githubPlace(env: Environment, right: 'read' | 'write'): GithubPlace | { readonly why: string } {
  const token = variable(env, 'GITHUB_TOKEN') ?? variable(env, 'GH_TOKEN');
  const repository = variable(env, 'GITHUB_REPOSITORY');
  const number = numberOf(env);
  if (number === null) return { why: 'this is no run of a pull request' };
  if (repository === null) return { why: 'GITHUB_REPOSITORY is not set' };
  if (token === null)
    return {
      why: `GITHUB_TOKEN is not set: give it to the step (\`env\`), and the job \`permissions: { pull-requests: ${right} }\``,
    };
  const api = variable(env, 'GITHUB_API_URL') ?? 'https://api.github.com';
  return { api, repository, number, headers: githubHeaders(token) };
}

function pullRequest({ api, repository, number, headers }: GithubPlace, rest: Rest): PullRequest {
  const issues = `${api}/repos/${repository}/issues`;
  const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    rest({ method, url: `${issues}${path}`, headers, ...(body ? { body } : {}) }).then(() => undefined);
  return {
    name: `${repository}#${number}`,
    async *comments() {
      let url: string | null = `${issues}/${number}/comments?per_page=100`;
      while (url !== null) {
        const { body, next }: { body: unknown; next: string | null } = await rest({ method: 'GET', url, headers });
        for (const each of Array.isArray(body) ? body : []) {
          const { id, body: text } = each as { id?: unknown; body?: unknown };
          if (typeof text === 'string' && !isOfStranger(each))
            yield { id: String(id), body: text } satisfies HostComment;
        }
        url = next;
      }
    },
    create: (body) => send('POST', `/${number}/comments`, { body }),
    update: (id, body) => send('PATCH', `/comments/${id}`, { body }),
    remove: (id) => send('DELETE', `/comments/${id}`),
  };
}

/** Who may write, as GitHub tells of the author of a comment or a review. */
export const WRITERS: readonly unknown[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** Whether a comment is of somebody who may not write here: a token may change theirs too, and then they could say what we have said. */
function isOfStranger(comment: unknown): boolean {
  const { user, author_association: association } = comment as {
    user?: { type?: unknown } | null;
    author_association?: unknown;
  };
  return association !== undefined && user?.type !== 'Bot' && !WRITERS.includes(association);
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
function numberOf(env: Environment): number | null {
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
