import type { PromptState } from '../../model/prompt-change.js';
import type { LoadedPrompt } from './load-prompts.js';

/** What of a loaded prompt is compared with another state of it. */
export function promptStateOf({ prompt, about, thresholds, files }: LoadedPrompt): PromptState {
  return {
    prompt,
    about,
    files,
    thresholds: thresholds?.file ?? null,
    thresholdsPath: thresholds?.source.file ?? null,
  };
}
