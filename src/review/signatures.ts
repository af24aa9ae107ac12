import { LlmciError } from '../core/text/errors.js';
import type { Diff } from '../model/diff.js';
import type { Signature } from '../model/sign-off.js';
import type { Reviews } from '../publish/reviews.js';
import { reach } from '../store/git/base-ref.js';
import { type ChangeCommit, listCommits } from '../store/git/commits.js';
import { type ProjectState, projectAt } from './project-state.js';
import { type ChangedItem, seenIn } from './signed-items.js';

/** The trailer by which a commit signs what a prompt is, where no code host tells of reviews. */
export const TRAILER = 'Signed-off-prompt';
/** Shorter beginnings of a digest could be another's. */
const SHORTEST = 12;

/** What is reviewed: the change between a base and what is checked out. */
export interface ReviewedChange {
  readonly root: string;
  readonly base: string;
  readonly from: ProjectState;
  readonly diff: Diff;
  readonly items: readonly ChangedItem[];
}

/** The approvals of a pull request as signatures of what it was when they were given. Rejects with HostError. */
export async function signaturesOfReviews(reviews: Reviews, change: ReviewedChange): Promise<readonly Signature[]> {
  const { root, from, diff, items } = change;
  const hands = new Map<string, readonly string[]>();
  for (const item of items) {
    const commits = await commitsOf(change, item);
    hands.set(item.id, (await reviews.handsIn(commits.map(({ hash }) => hash))).map(lower));
  }
  const owners = [...new Set(items.flatMap((item) => item.owners))];
  const signatures: Signature[] = [];
  for (const { by, commit, void: nothing } of reviews.approvals) {
    const state = commit === null || nothing !== null ? null : await stateAt(root, commit, from.rules.configPath);
    const isOwner = new Map<string, boolean | null>();
    if (nothing === null) for (const owner of owners) isOwner.set(owner, await owns(owner, by, reviews));
    signatures.push({
      ...{ by: `@${by}`, void: nothing, isOwner },
      saw: state === null ? new Map() : seenIn(state, items, from, diff),
      wrote: new Set(items.filter(({ id }) => hands.get(id)?.includes(lower(by))).map(({ id }) => id)),
    });
  }
  return signatures;
}

/** The trailers of the commits of a change as signatures by the authors of those commits. */
export async function signaturesOfTrailers(change: ReviewedChange): Promise<readonly Signature[]> {
  const { root, base, items } = change;
  const signed = new Map<string, string[]>();
  for (const { author, trailers } of await listCommits(root, base, TRAILER)) {
    if (trailers.length > 0) signed.set(author, [...(signed.get(author) ?? []), ...trailers]);
  }
  const hands = new Map<string, readonly string[]>();
  for (const item of items)
    hands.set(
      item.id,
      (await commitsOf(change, item)).flatMap((commit) => commit.hands),
    );
  return [...signed].map(([by, digests]) => ({
    ...{ by, void: null },
    saw: new Map(items.map(({ id, digest }) => [id, digests.some((each) => isOf(each, digest)) ? digest : 'another'])),
    wrote: new Set(items.filter(({ id }) => hands.get(id)?.includes(by)).map(({ id }) => id)),
    // An account cannot be told by an address
    isOwner: new Map(
      items.flatMap(({ owners }) => owners.map((owner) => [owner, owner.startsWith('@') ? null : lower(owner) === by])),
    ),
  }));
}

function isOf(written: string, digest: string): boolean {
  return written.length >= SHORTEST && digest.startsWith(written.toLowerCase());
}

/** The commits that touch an item. Where none names its files, all of the change: something else that it depends on was edited. */
async function commitsOf({ root, base }: ReviewedChange, { paths }: ChangedItem): Promise<readonly ChangeCommit[]> {
  const commits = await listCommits(root, base, TRAILER, paths);
  return commits.length > 0 ? commits : listCommits(root, base, TRAILER);
}

/** Null when the commit is not in the checkout and cannot be fetched. */
async function stateAt(root: string, commit: string, config: string): Promise<ProjectState | null> {
  try {
    return await projectAt(root, await reach(root, commit, commit), config);
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return null;
  }
}

async function owns(owner: string, account: string, reviews: Reviews): Promise<boolean | null> {
  // An account cannot be told by an address, nor by a role
  if (!owner.startsWith('@') || owner.startsWith('@@')) return null;
  if (lower(owner.slice(1)) === lower(account)) return true;
  return reviews.isMember(owner.slice(1), account);
}

function lower(name: string): string {
  return name.toLowerCase();
}
