import { z } from 'zod';
import { addressIn, coAuthorsIn } from '../core/text/co-authors.js';
import { HostError } from './code-host.js';
import { gitlab, gitlabPlace } from './gitlab.js';
import { readOne, readPages } from './read-pages.js';
import type { ReviewApproval, ReviewHost } from './reviews.js';

const userSchema = z.object({
  username: z.string(),
  name: z.string().optional(),
  bot: z.boolean().optional(),
  state: z.string().optional(),
});

/** https://docs.gitlab.com/api/merge_request_approvals: older ones do not tell when. */
const approvalsSchema = z.object({
  approved_by: z.array(z.object({ user: userSchema, approved_at: z.iso.datetime({ offset: true }).nullish() })),
});
/** https://docs.gitlab.com/api/merge_requests/#get-merge-request-commits: names and addresses, and no accounts. */
const commitSchema = z.object({
  id: z.string(),
  ...{ author_name: z.string(), author_email: z.string(), committer_name: z.string(), committer_email: z.string() },
  message: z.string().nullish(),
});
const requestSchema = z.object({ author: userSchema });
/** https://docs.gitlab.com/api/merge_requests/#get-merge-request-diff-versions: one for each push. */
const versionSchema = z.object({ head_commit_sha: z.string(), created_at: z.iso.datetime({ offset: true }) });
const memberSchema = z.object({ username: z.string(), state: z.string().optional() });

export const gitlabReviews: ReviewHost = {
  name: 'GitLab',
  runsHere: gitlab.runsHere,
  rights: 'GITLAB_TOKEN the scope `read_api`',
  read: async (env, rest) => {
    const place = gitlabPlace(env, 'give', 'read_api');
    if ('why' in place) return place;
    const { name, api, url: root, headers } = place;
    const { author } = await readOne(rest, root, headers, requestSchema);
    const { approved_by: approved } = await readOne(rest, `${root}/approvals`, headers, approvalsSchema);
    const versions = await readPages(rest, `${root}/versions?per_page=100`, headers, versionSchema);
    const commits = await readPages(rest, `${root}/commits?per_page=100`, headers, commitSchema);
    return {
      name,
      approvals: approved.map(({ user, approved_at: at }): ReviewApproval => {
        const isBot = user.bot === true || /^(?:project|group)_\d+_bot/.test(user.username);
        const nothing = isBot
          ? 'is a bot'
          : at
            ? null
            : 'when they approved cannot be told: this GitLab does not say it';
        return { by: user.username, commit: at ? headAt(versions, at) : null, void: nothing };
      }),
      handsIn: async (hashes) => {
        const people = commits.filter(({ id }) => hashes.includes(id)).flatMap(peopleOf);
        const wrote = approved.filter(({ user }) => people.some((person) => mayBe(user, person)));
        return [author.username, ...wrote.map(({ user }) => user.username)];
      },
      isMember: async (group, account) => {
        const url = `${api}/groups/${encodeURIComponent(group)}/members/all?per_page=100&query=${encodeURIComponent(account)}`;
        try {
          const members = await readPages(rest, url, headers, memberSchema);
          return members.some(({ username, state = 'active' }) => username === account && state === 'active');
        } catch (error) {
          if (error instanceof HostError && error.isDenied) return null;
          throw error;
        }
      },
    };
  },
};

/** All who are named in a commit, as `Name <address>`. */
function peopleOf(commit: z.infer<typeof commitSchema>): readonly string[] {
  return [
    `${commit.author_name} <${commit.author_email}>`,
    `${commit.committer_name} <${commit.committer_email}>`,
    ...coAuthorsIn(commit.message ?? ''),
  ];
}

/** Whether an account may be a person of a commit: GitLab shows no addresses of others, but makes some of accounts. Enough to refuse. */
function mayBe({ username, name }: z.infer<typeof userSchema>, person: string): boolean {
  const account = /^(?:\d+-)?([^@]+)@users\.noreply\./i.exec(addressIn(person) ?? '')?.[1];
  const shown = person
    .replace(/<[^<>]*>\s*$/, '')
    .trim()
    .toLowerCase();
  return (
    account?.toLowerCase() === username.toLowerCase() ||
    [username, name].some((own) => own !== undefined && own.trim().toLowerCase() === shown)
  );
}

/** What the head of the merge request was at a time; null before the first push. */
function headAt(versions: readonly z.infer<typeof versionSchema>[], at: string): string | null {
  const before = versions.filter(({ created_at: made }) => Date.parse(made) <= Date.parse(at));
  const newest = before.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0];
  return newest?.head_commit_sha ?? null;
}
