import { weakeningsOf } from '../core/prompts/weakening.js';
import type { PromptState } from '../model/prompt-change.js';
import type { Weakening } from '../model/weakening.js';
import { readShipped } from '../project/prompts/load-judges.js';
import { promptStateOf } from '../project/prompts/prompt-state.js';
import type { ExportedProject } from '../store/git/git-tree.js';
import { readProjectState } from './project-state.js';

/** What judges a change and is weaker now than before, in the folders of two states. */
export async function weakenedSince(before: ExportedProject, now: ExportedProject): Promise<readonly Weakening[]> {
  const [was, is] = [await readProjectState(before.root, before.config), await readProjectState(now.root, now.config)];
  return weakeningsOf({ ...was, prompts: await withShipped(was.prompts, is.prompts) }, is);
}

/** The prompts of one state, and those that come with llmci where only the other state has its own in their place. */
async function withShipped(
  prompts: ReadonlyMap<string, PromptState>,
  others: ReadonlyMap<string, PromptState>,
): Promise<ReadonlyMap<string, PromptState>> {
  const found = new Map(prompts);
  for (const id of others.keys()) {
    const [, folder, name] = /^((?:judges|users)\/)(.*)$/.exec(id) ?? [];
    const shipped = prompts.has(id) || !folder || !name ? null : await readShipped(name, folder);
    if (shipped) found.set(id, promptStateOf(shipped));
  }
  return found;
}
