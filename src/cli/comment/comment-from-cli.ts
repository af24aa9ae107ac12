import { resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableLine } from '../../core/text/printable.js';
import type { RunSummary } from '../../model/run-record.js';
import type { ConfigPlace } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import { HostError } from '../../publish/code-host.js';
import { findCodeHost } from '../../publish/find-code-host.js';
import { postComment } from '../../publish/post-comment.js';
import { commentMark, writeComment } from '../../reporters/comment.js';
import { foldedChanges } from '../../reporters/diff/diff-markdown.js';
import { diffStates } from '../../review/diff-states.js';
import { projectAt, WORKING_TREE } from '../../review/project-state.js';
import { pathInRepository } from '../../store/files/places.js';
import { readGit } from '../../store/git/git.js';
import { openOut } from '../../store/git/out-folder.js';
import { readRun, wholeName } from '../../store/runs/runs.js';
import { pricesOf } from '../diff/prices.js';
import { restOf } from '../rest-of.js';
import type { Terminal } from '../terminal.js';

/** Characters of a comment that may tell what has changed in prompts. */
const MOST_OF_CHANGE = 8000;

/** Why there is nothing to comment on. */
const NOWHERE =
  'this is no CI of GitHub, GitLab, Bitbucket or Azure DevOps, and no build of a pull request on Jenkins, CircleCI or Buildkite';

/** The flags of comment as commander parses them. */
export interface CommentFlags {
  readonly dryRun?: boolean;
  readonly link?: string;
  readonly deleteOnPass?: boolean;
  readonly onlyOnChange?: boolean;
  readonly out: string;
  readonly cwd?: string;
}

/** The comment command. Returns the exit code: 0 whether or not the comment could be posted, which stderr tells. */
export async function commentFromCli(name: string, flags: CommentFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  const run = await readRun(await openOut(root, flags.out), wholeName(cwd, name));
  const built = findCodeHost(env);
  const folder = pathInRepository(root);
  const prompts = await describeChange(root, run.summary, { cwd, env });
  const place = { link: flags.link ?? built?.runUrl ?? null, folder, prompts };
  if (flags.dryRun) {
    stdout.write(await writeComment(run, null, place));
    return EXIT.pass;
  }
  const say = (text: string) => void stderr.write(`${printableLine(text, 500)}\n`);
  if (!built) {
    say(`No comment: ${NOWHERE}. See it with --dry-run.`);
    return EXIT.pass;
  }
  const { host } = built;
  const other = name === 'latest' ? await ofAnotherCommit(root, run.summary) : null;
  if (other !== null) {
    say(`No comment on ${host.name}: ${other}.`);
    return EXIT.pass;
  }
  try {
    const pullRequest = await host.open(built.env, restOf(env));
    if ('why' in pullRequest) {
      say(`No comment on ${host.name}: ${pullRequest.why}.`);
      return EXIT.pass;
    }
    const passes = run.summary.exitCode === EXIT.pass;
    const wants = (before: string | null) =>
      !(passes && (flags.deleteOnPass || (flags.onlyOnChange && before === null)));
    const posted = await postComment(pullRequest, commentMark(run.summary, folder), async (before) =>
      wants(before) ? writeComment(run, before, place) : null,
    );
    say(`Comment on ${pullRequest.name}: ${posted}.`);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    say(`No comment on ${host.name}: ${error.message}${adviceOn(error)}.`);
  }
  return EXIT.pass;
}

/** Why the newest run is not of what is checked out: a workspace that is kept may have that of an earlier push. Null when it is. */
async function ofAnotherCommit(root: string, { git, runId }: RunSummary): Promise<string | null> {
  const head = (await readGit(root))?.commit;
  if (git === null || head === undefined || git.commit === head) return null;
  return `the newest run, ${runId}, is of commit ${git.commit.slice(0, 7)}, and ${head.slice(0, 7)} is checked out: llmci eval has made none of it`;
}

/**
 * What the change has done to the prompts that the run judged, against the base that it was compared with. Empty without a
 * base, or where it cannot be read any more: the verdict does not depend on it.
 */
async function describeChange(root: string, { protection, suites }: RunSummary, place: ConfigPlace): Promise<string> {
  const base = protection?.base ?? null;
  if (base === null) return '';
  const judged = new Set(suites.flatMap(({ prompts }) => prompts.map(({ digest }) => digest)));
  try {
    const [from, to] = [await projectAt(root, base.commit), await projectAt(root, WORKING_TREE)];
    const { prompts } = await diffStates(root, from, to, await pricesOf(place));
    // Files that were changed since the run are not what it judged
    return foldedChanges(
      prompts.filter(({ now }) => now !== null && judged.has(now.digest)),
      MOST_OF_CHANGE,
    );
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return '';
  }
}

function adviceOn({ status, message }: HostError): string {
  // GitHub says this with 403, too
  if (status === 429 || /rate limit/i.test(message)) return '; the next run brings the comment up to date';
  if (status === 401) return '; the token is not valid';
  if (status === 403)
    return '; the token may not write comments: a pull request from a fork gets one that can only read';
  if (status === 404) return '; the token cannot see this pull request';
  return '';
}
