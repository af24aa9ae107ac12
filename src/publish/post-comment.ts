import { type HostComment, HostError, type PullRequest } from './code-host.js';

/** What became of a comment. */
export type Posted = 'created' | 'updated' | 'unchanged' | 'removed' | 'none';

/**
 * Brings the one comment with this mark to what it should be: made when there is none, replaced when there is, taken away
 * for a body of null. Further ones with the mark, as two jobs at once may leave, are taken away. Anybody can write the mark:
 * a comment that the code host lets nobody but its author change is not ours, and stays. Rejects with HostError.
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
  if (body === null) {
    for (const { id } of own) await unlessForeign(() => pullRequest.remove(id));
    return first ? 'removed' : 'none';
  }
  const [ours, ...further] = await updated(pullRequest, own, body);
  if (ours === undefined) await createOnce(pullRequest, mark, body);
  for (const { id } of ours === undefined ? others : further) await unlessForeign(() => pullRequest.remove(id));
  if (ours === undefined) return 'created';
  return ours.body === body ? 'unchanged' : 'updated';
}

/** Replaces the first that is ours; returns it and those behind it, or none where none is. */
async function updated(
  pullRequest: PullRequest,
  comments: readonly HostComment[],
  body: string,
): Promise<readonly HostComment[]> {
  for (const [index, comment] of comments.entries()) {
    const isOurs = comment.body === body || (await unlessForeign(() => pullRequest.update(comment.id, body)));
    if (isOurs) return comments.slice(index);
  }
  return [];
}

/** Whether it was done: false where it is not ours to do. */
async function unlessForeign(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    // GitHub tells a limit of requests with 403, too
    if (!(error instanceof HostError && error.status === 403) || /rate limit/i.test(error.message)) throw error;
    return false;
  }
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
