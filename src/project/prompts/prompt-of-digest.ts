import type { Prompt } from '../../model/prompt.js';
import { inTemporaryFolder } from '../../store/files/temporary-folder.js';
import { commitsOfFile } from '../../store/git/commits.js';
import { exportTree } from '../../store/git/git-tree.js';
import { loadPrompts } from './load-prompts.js';

/** What a prompt was at some time. */
export interface PromptWanted {
  readonly id: string;
  readonly digest: string;
  /** The commit at which it was judged; null where nobody knows. */
  readonly commit: string | null;
  /** Where it stands now, by its path from the root. */
  readonly path: string;
}

/** States of the file that are looked at, the newest first. */
const MOST_STATES = 20;

/**
 * The prompt with this id and digest, as git has it: at the commit that it was judged at, or at one that changed its file
 * since. It is often blessed before it is committed, so the first need not have it. Null when git has no such prompt.
 */
export async function findPromptOfDigest(root: string, wanted: PromptWanted): Promise<Prompt | null> {
  const { id, digest, commit, path } = wanted;
  for (const state of await commitsOfFile(root, path, commit, MOST_STATES)) {
    const prompt = await promptAt(root, state, id);
    if (prompt?.digest === digest) return prompt;
  }
  return null;
}

function promptAt(root: string, commit: string, id: string): Promise<Prompt | null> {
  return inTemporaryFolder('prompt', async (folder) => {
    await exportTree(root, commit, folder);
    // What else is wrong with the files of that time is no matter
    const { value } = await loadPrompts(folder);
    return value.prompts.get(id)?.prompt ?? null;
  });
}
