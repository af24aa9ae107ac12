import { fromBitbucket, toBitbucket } from './bitbucket-markdown.js';
import { type CodeHost, variable } from './code-host.js';

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
export const bitbucket: CodeHost = {
  name: 'Bitbucket',
  runsHere: (env) => variable(env, 'BITBUCKET_BUILD_NUMBER') !== null,
  runUrl: (env) => {
    const [origin, build] = ['BITBUCKET_GIT_HTTP_ORIGIN', 'BITBUCKET_BUILD_NUMBER'].map((name) => variable(env, name));
    return origin && build ? `${origin}/pipelines/results/${build}` : null;
  },
  open: async (env, rest) => {
    const token = variable(env, 'BITBUCKET_TOKEN');
    const repository = variable(env, 'BITBUCKET_REPO_FULL_NAME');
    const number = variable(env, 'BITBUCKET_PR_ID');
    if (number === null) return { why: 'this is no pipeline of a pull request' };
    if (repository === null) return { why: 'BITBUCKET_REPO_FULL_NAME is not set' };
    if (token === null)
      return {
        why: 'BITBUCKET_TOKEN is not set: give the repository an access token that may write pull requests as a secured variable',
      };
    const headers = { authorization: `Bearer ${token}` };
    const api = variable(env, 'BITBUCKET_API_URL') ?? 'https://api.bitbucket.org/2.0';
    const comments = `${api}/repositories/${repository}/pullrequests/${number}/comments`;
    const content = (body: string) => ({ content: { raw: toBitbucket(body) } });
    return {
      name: `${repository}#${number}`,
      async *comments() {
        let url: string | null = `${comments}?pagelen=100`;
        while (url !== null) {
          const page = (await rest({ method: 'GET', url, headers })).body as {
            values?: unknown;
            next?: unknown;
          } | null;
          for (const each of Array.isArray(page?.values) ? page.values : []) {
            const {
              id,
              deleted,
              content: written,
            } = each as { id?: unknown; deleted?: unknown; content?: { raw?: unknown } };
            if (typeof written?.raw === 'string' && deleted !== true)
              yield { id: String(id), body: fromBitbucket(written.raw) };
          }
          url = typeof page?.next === 'string' ? page.next : null;
        }
      },
      create: async (body) => void (await rest({ method: 'POST', url: comments, headers, body: content(body) })),
      update: async (id, body) =>
        void (await rest({ method: 'PUT', url: `${comments}/${id}`, headers, body: content(body) })),
      remove: async (id) => void (await rest({ method: 'DELETE', url: `${comments}/${id}`, headers })),
    };
  },
};
