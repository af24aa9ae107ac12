import { LlmciError } from '../core/text/errors.js';
import { printableLine } from '../core/text/printable.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Protection, Weakening } from '../model/weakening.js';
import { repositoryAround } from '../store/files/places.js';
import { inTemporaryFolder } from '../store/files/temporary-folder.js';
import { findBase } from '../store/git/base-ref.js';
import { type ExportedProject, exportProject } from '../store/git/git-tree.js';

const NO_BASE = 'nothing says what the change is compared with: this is no pull request; name it with --base';

/**
 * What the change that is checked out does to what judges it, against its base: `given`, or what the CI system names. Null
 * when there is no base. A base that cannot be read is told, and nothing is known then.
 */
export async function findWeakening(
  root: string,
  env: EnvironmentVariables,
  given: string | null,
  enforced: boolean,
  config?: string,
): Promise<Protection | null> {
  if (!enforced && given === null && repositoryAround(root) === null) return null;
  try {
    const base = await findBase(root, env, given);
    if (base === null && !enforced) return null;
    if (base === null) return { base: null, why: NO_BASE, weakened: [], enforced };
    return { base: { ...base }, weakened: await weakenedBeside(root, base.commit, { root, config }), enforced };
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return { base: null, why: printableLine(error.inOneLine, 300), weakened: [], enforced };
  }
}

/** What judges in the state `now` is weaker than in a commit of the repository around `root`. Throws `unknown-commit`. */
export async function weakenedBeside(root: string, commit: string, now: ExportedProject): Promise<Weakening[]> {
  return inTemporaryFolder('base', async (folder) => {
    const before = await exportProject(root, commit, folder, now.config);
    const { weakenedSince } = await import('./weakened-since.js');
    return (await weakenedSince(before, now)).map((each) => ({ ...each, text: printableLine(each.text, 300) }));
  });
}
