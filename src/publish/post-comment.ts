import { type HostComment, HostError, type PullRequest } from './code-host.js';

/** What became of a comment. */
export type Posted = 'created' | 'updated' | 'unchanged' | 'removed' | 'none';

/**
 * Brings the one comment with this mark to what it should be: made when there is none, replaced when there is, taken away
 * for a body of null. Further ones with the mark, as two jobs at once may leave, are taken away. Rejects with HostError.
 */
export async function postComment(
  pullRequest: PullRequest,
  mark: string,
  make: (before: string | null) => Promise<string | null>,
): Promise<Posted> {
  const own: HostComment[] = [];
  for await (const comment of pullRequest.comments()) if (comment.body.startsWith(mark)) own.push(comment);
  const [first, ...others] = own;
  const body = await make(first?.body ?? null);
  for (const { id } of body === null ? own : others) await pullRequest.remove(id);
  if (body === null) return first ? 'removed' : 'none';
  if (first === undefined) await createOnce(pullRequest, mark, body);
  else if (first.body === body) return 'unchanged';
  else await pullRequest.update(first.id, body);
  return first ? 'updated' : 'created';
}

/** Makes a comment. One that may have been made, for all that is known, is looked for before it is made again. */
async function createOnce(pullRequest: PullRequest, mark: string, body: string): Promise<void> {
  try {
    await pullRequest.create(body);
  } catch (error) {
    if (!(error instanceof HostError && error.maybeDone)) throw error;
    for await (const comment of pullRequest.comments()) if (comment.body.startsWith(mark)) return;
    await pullRequest.create(body);
  }
}
