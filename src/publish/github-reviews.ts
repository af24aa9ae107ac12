import { z } from 'zod';
import { addressIn, coAuthorsIn } from '../core/text/co-authors.js';
import { HostError, type Rest } from './code-host.js';
import { github, githubPlace, WRITERS } from './github.js';
import { readOne, readPages } from './read-pages.js';
import type { ReviewApproval, ReviewHost } from './reviews.js';

const userSchema = z.object({ login: z.string(), type: z.string().optional() }).nullable();

/** https://docs.github.com/rest/pulls/reviews: `commit_id` is null when that commit was thrown away. */
const reviewSchema = z.object({
  user: userSchema,
  state: z.string(),
  commit_id: z.string().nullish(),
  author_association: z.string().optional(),
});
const pullSchema = z.object({ user: userSchema });
const commitSchema = z.object({
  ...{ sha: z.string(), author: userSchema.optional(), committer: userSchema.optional() },
  commit: z.object({ message: z.string() }).optional(),
});
type Commit = z.infer<typeof commitSchema>;

export const githubReviews: ReviewHost = {
  name: 'GitHub',
  runsHere: github.runsHere,
  rights: 'the job `permissions: { pull-requests: read }`',
  read: async (env, rest) => {
    const place = githubPlace(env, 'read');
    if ('why' in place) return place;
    const { api, repository, number, headers } = place;
    const pull = `${api}/repos/${repository}/pulls/${number}`;
    const author = (await readOne(rest, pull, headers, pullSchema)).user;
    const reviews = await readPages(rest, `${pull}/reviews?per_page=100`, headers, reviewSchema);
    const commits = await readPages(rest, `${pull}/commits?per_page=100`, headers, commitSchema);
    return {
      name: `${repository}#${number}`,
      approvals: standing(reviews),
      handsIn: async (hashes) => {
        const hands = author === null ? [] : [author.login];
        for (const hash of hashes) {
          // GitHub lists 250 commits of a pull request: others are asked for
          const known = commits.find(({ sha }) => sha === hash);
          const commit = known ?? (await commitOf(rest, `${api}/repos/${repository}/commits/${hash}`, headers));
          hands.push(...(commit === null ? [] : handsOf(commit)));
        }
        return hands;
      },
      isMember: async (team, account) => isMember(rest, api, headers, team, account),
    };
  },
};

/** Null for one that was made here, by who merges before a run, and never came to GitHub. */
async function commitOf(rest: Rest, url: string, headers: Readonly<Record<string, string>>): Promise<Commit | null> {
  try {
    return await readOne(rest, url, headers, commitSchema);
  } catch (error) {
    if (error instanceof HostError && (error.status === 404 || error.status === 422)) return null;
    throw error;
  }
}

/** The accounts behind a commit, with those whom its message names by the addresses that GitHub makes of accounts. */
function handsOf({ author, committer, commit }: Commit): readonly string[] {
  const together = coAuthorsIn(commit?.message ?? '').flatMap(
    (name) => /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/i.exec(addressIn(name) ?? '')?.[1] ?? [],
  );
  return [...[author, committer].flatMap((user) => user?.login ?? []), ...together];
}

/** The last word of each: a comment takes no approval back, and a dismissed one counts for nothing. */
function standing(reviews: readonly z.infer<typeof reviewSchema>[]): readonly ReviewApproval[] {
  const last = new Map<string, z.infer<typeof reviewSchema>>();
  for (const review of reviews) {
    if (review.user === null || review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    last.set(review.user.login, review);
  }
  return [...last].flatMap(([by, { user, state, commit_id: commit, author_association: association = 'NONE' }]) => {
    if (state === 'DISMISSED') return [{ by, commit: null, void: 'their approval was dismissed' }];
    if (state !== 'APPROVED') return [];
    const isBot = user?.type === 'Bot' || by.endsWith('[bot]');
    const nothing = isBot
      ? 'is a bot'
      : WRITERS.includes(association)
        ? null
        : 'may not write to this repository, as GitHub tells';
    return [{ by, commit: commit ?? null, void: nothing }];
  });
}

async function isMember(
  rest: Rest,
  api: string,
  headers: Readonly<Record<string, string>>,
  team: string,
  account: string,
): Promise<boolean | null> {
  const [organisation = '', name] = team.split('/');
  if (name === undefined) return false; // a user
  const url = `${api}/orgs/${encodeURIComponent(organisation)}/teams/${encodeURIComponent(name)}/memberships/${encodeURIComponent(account)}`;
  try {
    const { body } = await rest({ method: 'GET', url, headers });
    return z.object({ state: z.string() }).safeParse(body).data?.state === 'active';
  } catch (error) {
    if (error instanceof HostError && error.isDenied) return null;
    throw error;
  }
}
