import type { Prompt } from '../model/prompt.js';
import type { NamedModel } from './lint-project.js';

/** The model that a prompt's own file names. */
export function modelOfPrompt({ path }: Prompt, models: readonly NamedModel[]): NamedModel | null {
  return models.find(({ use, spot }) => use === 'prompt' && spot.file === path) ?? null;
}
