import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Review } from '../model/review.js';
import type { RunReader } from '../model/run-record.js';
import { HostError, type Rest } from '../publish/code-host.js';
import { findCodeHost } from '../publish/find-code-host.js';
import { postComment } from '../publish/post-comment.js';
import { commentMark, writeComment } from '../reporters/comment.js';
import { reviewMarkdown } from '../reporters/diff/review-markdown.js';

interface Place {
  readonly env: EnvironmentVariables;
  readonly rest: Rest;
}

/** GitHub takes 65,536 characters, Azure 150,000, and Bitbucket 32,768. */
const MOST = 30_000;

/**
 * Puts a review into the one comment on the pull request: above what a run says, where there is one. Returns a sentence of
 * what became of it; it never rejects for a code host, since the verdict is the exit code.
 */
export async function postReview(
  review: Review,
  run: RunReader | null,
  folder: string,
  { env, rest }: Place,
): Promise<string> {
  const built = findCodeHost(env);
  if (!built)
    return 'No comment: this is no build of a pull request on GitHub, GitLab, Bitbucket or Azure DevOps. See it with --markdown.';
  const { host } = built;
  const mark = run ? commentMark(run.summary, folder) : commentMark({ suites: [] }, folder);
  try {
    const pullRequest = await host.open(built.env, rest);
    if ('why' in pullRequest) return `No comment on ${host.name}: ${pullRequest.why}.`;
    const posted = await postComment(pullRequest, mark, async (before) => {
      const place = { link: built.runUrl, folder, prompts: '' };
      const again = run && (await writeComment(run, before, place));
      // Of the same run it is the comment that is there, review and all
      const verdict = run && again === before ? await writeComment(run, null, place) : again;
      const text = reviewMarkdown(review);
      const head = `${mark}\n\n${text.length > MOST / 2 ? `${cut(text)}\n\n… the rest: \`llmci review\`` : text}`;
      return `${
        verdict === null
          ? head
          : `${head}\n\n${verdict
              .slice(mark.length)
              .trimStart()
              .slice(0, MOST / 2)}`
      }\n`;
    });
    return `Comment on ${pullRequest.name}: ${posted}.`;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return `No comment on ${host.name}: ${error.message}.`;
  }
}

/** The start of a text up to the end of a line; what was opened there is closed. */
function cut(text: string): string {
  const start = text.slice(0, MOST / 2);
  const whole = start.slice(0, start.lastIndexOf('\n'));
  const fences = (whole.match(/^`{3,}/gm) ?? []).length;
  const open = (whole.match(/<details>/g) ?? []).length - (whole.match(/<\/details>/g) ?? []).length;
  return `${whole}${fences % 2 === 1 ? '\n```' : ''}${'\n</details>'.repeat(Math.max(0, open))}`;
}
