import { digest } from '../../src/core/text/canonical.js';
import { type PromptFile, promptFileSchema } from '../../src/model/prompt.js';
import type { PromptState } from '../../src/model/prompt-change.js';
import { thresholdsFileSchema } from '../../src/model/thresholds-file.js';

/** A prompt as it is when this is written in its file, and gates beside it. */
export function promptState(written: object, gates?: readonly object[]): PromptState {
  const file: PromptFile = promptFileSchema.parse(written);
  const { id = 'reply', name, description, owners, risk, ...asked } = file;
  return {
    prompt: {
      id,
      path: `prompts/${id}.prompt.yaml`,
      digest: digest(asked),
      fileDigest: digest(file),
      model: file.model ?? null,
      parameters: file.modelParameters,
      messages: file.messages,
      tools: file.tools ?? [],
      output: file.output ?? { format: 'text' },
      inputSchema: file.input?.schema ?? null,
      defaults: file.input?.defaults ?? {},
      ...(file.input?.trusted && { trusted: file.input.trusted }),
    },
    about: { name, description, owners, risk },
    thresholds: gates ? thresholdsFileSchema.parse({ gates }) : null,
    thresholdsPath: gates ? `prompts/${id}.thresholds.yaml` : null,
    files: [`prompts/${id}.prompt.yaml`],
  };
}
