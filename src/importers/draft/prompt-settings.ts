import type { PromptDraft } from './draft.js';

type PromptFile = PromptDraft['file'];

/** What a prompt asks besides its messages. */
export type PromptSettings = Pick<PromptFile, 'modelParameters' | 'tools' | 'output'>;

interface ReadSettings {
  readonly parameters: NonNullable<PromptFile['modelParameters']>;
  readonly tools: NonNullable<PromptFile['tools']>;
  readonly output: PromptFile['output'];
}

/** As the file of a prompt has them: without those that ask nothing. */
export function promptSettings({ parameters, tools, output }: ReadSettings): PromptSettings {
  return {
    ...(Object.keys(parameters).length > 0 ? { modelParameters: parameters } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    ...(output ? { output } : {}),
  };
}
