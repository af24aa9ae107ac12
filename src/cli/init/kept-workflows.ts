import { join } from 'node:path';
import { readTextIfThere } from '../../project/source/files.js';
import { pathFrom } from '../../store/files/places.js';
import { GITLAB_ROOT } from './ci-system.js';

/** What a person has to do to workflows that were there already, by their paths from `root`, so that they do what is said. */
export async function keptWorkflowGaps(
  root: string,
  repository: string,
  kept: readonly { readonly path: string }[],
  keyless: boolean,
): Promise<readonly string[]> {
  const steps: string[] = [];
  for (const { path } of kept) {
    if (!/\.ya?ml$/.test(path) || path.endsWith(GITLAB_ROOT)) continue;
    const text = (await readTextIfThere(repository, pathFrom(repository, join(root, path)))) ?? '';
    if (!/\bllmci\S*["']?\s+[a-z]|\buses:\s*\S*llmci\S*@/.test(text))
      steps.push(`move ${path} away and run init again: it was there already, and nothing in it runs llmci`);
    else if (keyless && !/^\s*(?:id-token:\s*write|id_tokens:)/m.test(text))
      steps.push(`delete ${path} and run init again, or let its jobs show who they are: it asks for a key`);
  }
  return steps;
}
