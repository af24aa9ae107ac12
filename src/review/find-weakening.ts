import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import { printableLine } from '../core/text/printable.js';
import type { Protection } from '../model/weakening.js';
import { findBase } from '../store/base-ref.js';
import { exportTree } from '../store/git-tree.js';
import { repositoryAround } from '../store/places.js';

type Environment = Readonly<Record<string, string | undefined>>;

const NO_BASE = 'nothing says what the change is compared with: this is no pull request; name it with --base';

/**
 * What the change that is checked out does to what judges it, against its base: `given`, or what the CI system names. Null
 * when there is no base. A base that cannot be read is told, and nothing is known then.
 */
export async function findWeakening(
  root: string,
  env: Environment,
  given: string | null,
  enforced: boolean,
): Promise<Protection | null> {
  if (!enforced && given === null && repositoryAround(root) === null) return null;
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'llmci-base-')));
  try {
    const base = await findBase(root, env, given);
    if (base === null && !enforced) return null;
    if (base === null) return { base: null, why: NO_BASE, weakened: [], enforced };
    await exportTree(root, base.commit, folder);
    const { weakenedSince } = await import('./weakened-since.js');
    const weakened = await weakenedSince(folder, root);
    return {
      base: { ...base },
      weakened: weakened.map((each) => ({ ...each, text: printableLine(each.text, 300) })),
      enforced,
    };
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return { base: null, why: printableLine(error.message, 300), weakened: [], enforced };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
