import { LlmciError } from '../../core/text/errors.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { ask, isCommitName } from './git.js';
import { commonAncestor, resolveCommit } from './git-tree.js';

/** What a change is compared with. */
export interface Base {
  /** As people call it: `main`, `origin/main`, a hash. */
  readonly name: string;
  readonly commit: string;
}

/** The variables in which CI systems tell the branch that a pull request goes into. */
const TARGETS = [
  'GITHUB_BASE_REF',
  'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
  'BITBUCKET_PR_DESTINATION_BRANCH',
  'SYSTEM_PULLREQUEST_TARGETBRANCH',
  'CHANGE_TARGET',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH',
  'DRONE_TARGET_BRANCH',
];
const FETCH_PATIENCE_MS = 60_000;

/**
 * The base of the change that is checked out: what `given` names, else the branch that the CI system says the pull request
 * goes into, which is fetched when the checkout lacks it. Where the two histories meet, since what has happened on the base
 * since then is not part of the change; the tip of the base where a shallow checkout does not reach back. Null without both.
 * Throws `unknown-commit`.
 */
export async function findBase(folder: string, env: EnvironmentVariables, given: string | null): Promise<Base | null> {
  // A whole hash may come from a run on another machine, whose commits this one has not fetched
  if (given !== null && /^[0-9a-f]{40}$/.test(given)) return met(folder, given, await reach(folder, given, given));
  if (given !== null) return met(folder, given, await resolveCommit(folder, given));
  const fork = env['CI_MERGE_REQUEST_DIFF_BASE_SHA'];
  if (fork !== undefined && isCommitName(fork)) {
    return { name: env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] ?? fork, commit: await reach(folder, fork, fork) };
  }
  const target = TARGETS.map((name) => env[name]?.replace(/^refs\/heads\//, '')).find(
    (name) => name && name !== 'false',
  );
  if (target === undefined || !isCommitName(target)) return null;
  return met(folder, target, await reach(folder, `refs/remotes/origin/${target}`, target));
}

async function met(folder: string, name: string, commit: string): Promise<Base> {
  return { name, commit: (await commonAncestor(folder, commit, 'HEAD')) ?? commit };
}

/** A commit that may have to be fetched: `wanted` is what the remote calls it. Throws `unknown-commit`. */
export async function reach(folder: string, ref: string, wanted: string): Promise<string> {
  try {
    return await resolveCommit(folder, ref);
  } catch {
    try {
      // In a whole checkout, --depth would cut the history that is there
      const shallow = (await ask(folder, ['rev-parse', '--is-shallow-repository'])).trim() === 'true';
      const args = ['fetch', '--quiet', '--no-tags', ...(shallow ? ['--depth=1'] : []), 'origin', wanted];
      await ask(folder, args, FETCH_PATIENCE_MS);
    } catch {
      throw new LlmciError('unknown-commit', { ref: wanted, why: 'it is not in this checkout, and cannot be fetched' });
    }
    return resolveCommit(folder, 'FETCH_HEAD');
  }
}
