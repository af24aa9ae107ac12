import type { EnvironmentVariables } from '../model/environment-variables.js';
import { type CodeHost, HostError, type Rest, variable } from './code-host.js';
import { restComments } from './rest-comments.js';

/** https://docs.gitlab.com/api/notes/#merge-requests */
export const gitlab: CodeHost = {
  name: 'GitLab',
  runsHere: (env) => env['GITLAB_CI'] === 'true',
  runUrl: (env) => variable(env, 'CI_JOB_URL'),
  open: async (env, rest) => {
    const place = gitlabPlace(env, 'the token of the job may write no notes, so give', 'api');
    if ('why' in place) return place;
    const { name, api, url: request, headers } = place;
    const notes = `${request}/notes`;
    let own: Promise<string | null> | null = null;
    const isOfOther = async (note: object): Promise<boolean> => {
      const { author } = note as { author?: { username?: unknown } };
      if (typeof author?.username !== 'string') return false;
      own ??= accountOf(rest, api, headers);
      return ![null, author.username].includes(await own);
    };
    return {
      name,
      ...restComments(rest, {
        list: notes,
        headers,
        one: (id) => `${notes}/${id}`,
        update: 'PUT',
        isForeign: (note, text) => text.startsWith('<!-- llmci') && isOfOther(note),
      }),
    };
  },
};

/** The account of a token; null where it is not told. */
async function accountOf(rest: Rest, api: string, headers: Readonly<Record<string, string>>): Promise<string | null> {
  const answer = await rest({ method: 'GET', url: `${api}/user`, headers }).catch((error: unknown) => {
    if (error instanceof HostError && error.isDenied) return null;
    throw error;
  });
  const { username } = (answer?.body ?? {}) as { username?: unknown };
  return typeof username === 'string' ? username : null;
}

/** The merge request that a job is of, and what its API is called with. */
interface GitlabPlace {
  readonly name: string;
  readonly api: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Finds it in the environment of a job; else why there is none, with `advice` and the scope that a token needs. */
export function gitlabPlace(
  env: EnvironmentVariables,
  advice: string,
  scope: string,
): GitlabPlace | { readonly why: string } {
  const token = variable(env, 'GITLAB_TOKEN');
  const project = variable(env, 'CI_PROJECT_ID');
  const number = variable(env, 'CI_MERGE_REQUEST_IID');
  const api = variable(env, 'CI_API_V4_URL');
  if (number === null) return { why: 'this is no pipeline of a merge request' };
  if (project === null || api === null) return { why: 'CI_PROJECT_ID or CI_API_V4_URL is not set' };
  if (token === null)
    return {
      why: `GITLAB_TOKEN is not set: ${advice} the project an access token with the scope \`${scope}\` as a masked variable`,
    };
  return {
    name: `${variable(env, 'CI_PROJECT_PATH') ?? project}!${number}`,
    api,
    url: `${api}/projects/${encodeURIComponent(project)}/merge_requests/${number}`,
    headers: { 'private-token': token },
  };
}
