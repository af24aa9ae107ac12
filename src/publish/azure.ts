import { type CodeHost, variable } from './code-host.js';

/** https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads: a comment is the first of a thread. */
export const azure: CodeHost = {
  name: 'Azure DevOps',
  // Azure Pipelines build what is reviewed elsewhere too
  runsHere: (env) =>
    variable(env, 'TF_BUILD') !== null && (variable(env, 'BUILD_REPOSITORY_PROVIDER') ?? 'TfsGit') === 'TfsGit',
  runUrl: (env) => {
    const [collection, project, build] = ['SYSTEM_COLLECTIONURI', 'SYSTEM_TEAMPROJECT', 'BUILD_BUILDID'].map((name) =>
      variable(env, name),
    );
    return collection && project && build
      ? `${collection}${encodeURIComponent(project)}/_build/results?buildId=${build}`
      : null;
  },
  open: async (env, rest) => {
    const token = variable(env, 'SYSTEM_ACCESSTOKEN');
    const collection = variable(env, 'SYSTEM_COLLECTIONURI');
    const project = variable(env, 'SYSTEM_TEAMPROJECT');
    const repository = variable(env, 'BUILD_REPOSITORY_ID');
    const number = variable(env, 'SYSTEM_PULLREQUEST_PULLREQUESTID');
    if (number === null) return { why: 'this is no build of a pull request' };
    if (collection === null || project === null || repository === null)
      return { why: 'SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT or BUILD_REPOSITORY_ID is not set' };
    if (token === null)
      return {
        why: 'SYSTEM_ACCESSTOKEN is not set: give the step `env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }`, and the build service the right to contribute to pull requests',
      };
    const headers = { authorization: `Bearer ${token}` };
    const root = `${collection.replace(/\/*$/, '/')}${encodeURIComponent(project)}/_apis/git/repositories/${repository}/pullRequests/${number}/threads`;
    const version = '?api-version=7.1';
    const place = (id: string) => {
      const [thread = '', comment = ''] = id.split('/');
      return `${root}/${thread}/comments/${comment}${version}`;
    };
    return {
      name: `${project}!${number}`,
      async *comments() {
        const { body } = await rest({ method: 'GET', url: `${root}${version}`, headers });
        const threads = (body as { value?: unknown } | null)?.value;
        for (const thread of Array.isArray(threads) ? threads : []) {
          const { id, comments } = thread as { id?: unknown; comments?: unknown };
          for (const each of Array.isArray(comments) ? comments : []) {
            const {
              id: comment,
              content,
              isDeleted,
            } = each as { id?: unknown; content?: unknown; isDeleted?: unknown };
            if (typeof content === 'string' && isDeleted !== true)
              yield { id: `${String(id)}/${String(comment)}`, body: content };
          }
        }
      },
      create: async (body) => {
        const comments = [{ parentCommentId: 0, content: body, commentType: 1 }];
        await rest({ method: 'POST', url: `${root}${version}`, headers, body: { comments, status: 1 } });
      },
      update: async (id, body) =>
        void (await rest({ method: 'PATCH', url: place(id), headers, body: { content: body } })),
      remove: async (id) => void (await rest({ method: 'DELETE', url: place(id), headers })),
    };
  },
};
