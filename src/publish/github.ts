import { readFileSync } from 'node:fs';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import { type CodeHost, type PullRequest, type Rest, variable } from './code-host.js';
import { restComments } from './rest-comments.js';

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
export function githubPlace(
  env: EnvironmentVariables,
  right: 'read' | 'write',
): GithubPlace | { readonly why: string } {
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
  return {
    name: `${repository}#${number}`,
    ...restComments(rest, {
      list: `${issues}/${number}/comments`,
      headers,
      one: (id) => `${issues}/comments/${id}`,
      update: 'PATCH',
      isForeign: isOfStranger,
    }),
  };
}

/** Who may write, as GitHub tells of the author of a comment or a review. */
export const WRITERS: readonly unknown[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** Whether a comment is of somebody who may not write here. */
function isOfStranger(comment: object): boolean {
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
function numberOf(env: EnvironmentVariables): number | null {
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
