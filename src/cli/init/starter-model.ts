import type { EnvironmentVariables } from '../../model/environment-variables.js';

/** A model that the starter may be written for, and the variable that holds its key. */
export interface StarterModel {
  readonly model: string;
  readonly key: string;
}

/** The first is the one that the template names. */
const OPENAI: StarterModel = { model: 'openai/gpt-6-luna', key: 'OPENAI_API_KEY' };
/**
 * The newest small model of each vendor, as of 2026-11-28: https://developers.openai.com/api/docs/models and
 * https://platform.claude.com/docs/en/about-claude/models/overview.
 */
const MODELS: readonly StarterModel[] = [OPENAI, { model: 'anthropic/claude-haiku-5-5', key: 'ANTHROPIC_API_KEY' }];

/** The model of the vendor whose key is there; OpenAI's where none or both are. */
export function starterModelFor(env: EnvironmentVariables): StarterModel {
  return MODELS.find(({ key }) => env[key]?.trim()) ?? OPENAI;
}

/** The model without a key: workflows show OpenAI who they are. */
export const KEYLESS_STARTER = OPENAI;

/** A text of the template for this model. */
export function withModel(text: string, { model }: StarterModel): string {
  return text.replaceAll(OPENAI.model, model);
}

/** The model that a text of the template was written for; null when it is something else. */
export function modelOfText(text: string, template: string): StarterModel | null {
  return MODELS.find((each) => withModel(template, each) === text) ?? null;
}
