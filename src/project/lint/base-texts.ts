import { inTemporaryFolder } from '../../store/files/temporary-folder.js';
import { exportTree } from '../../store/git/git-tree.js';
import { loadPrompts } from '../prompts/load-prompts.js';
import { type BaseTexts, textsOfMessages } from './lint-view.js';

/** The texts of all prompts of a project as they are in a commit, of those that can be read there. */
export async function textsAt(root: string, commit: string): Promise<BaseTexts> {
  return inTemporaryFolder('base', async (folder) => {
    await exportTree(root, commit, folder);
    const { prompts } = (await loadPrompts(folder)).value;
    return new Map([...prompts].map(([id, { prompt }]) => [id, textsOfMessages(prompt)]));
  });
}
