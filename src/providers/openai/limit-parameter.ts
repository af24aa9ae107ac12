export const LIMIT_PARAMETERS = ['max_tokens', 'max_completion_tokens'] as const;
export type LimitParameter = (typeof LIMIT_PARAMETERS)[number];

/** OpenAI's models that refuse `max_tokens`: those that reason, and all since GPT-5. */
const NEEDS_COMPLETION_TOKENS = /^(?:o[1-9]|gpt-(?:[5-9]|[1-9]\d))(?:\b|_)/;
/** Models of others, as Azure and GitHub name them. */
const OTHERS =
  /^(?:(?:mi|mini|code|dev|magi|pix)stral|mixtral|llama|meta|phi|cohere|command|deepseek|grok|jais|jamba|ai21|qwen|gemma|kimi|gpt-oss|mai|nemotron)(?:[-_.:\d]|$)/;
/** What serves OpenAI's models, all of which know `max_completion_tokens`, and on some of these hosts others too. */
const SERVES_OPENAI = /(?:^|\.)(?:api\.openai\.com|azure\.(?:com|us|cn)|models\.github\.ai)$/;
/** Where each endpoint is a single model, none of OpenAI's. */
const SERVES_OTHERS = /\.(?:models\.ai|inference\.ml)\.azure\.com$/;

/** Whether a model is one of OpenAI's that reason, or that is as new. */
export function takesCompletionTokens(model: string): boolean {
  return NEEDS_COMPLETION_TOKENS.test(nameOf(model));
}

/** `gpt-5-mini` of `openai/ft:gpt-5-mini:acme::x`, as models tuned of it and Bedrock's `openai.gpt-5.4` are of their base. */
function nameOf(model: string): string {
  const last = model.toLowerCase().split('/').at(-1) ?? '';
  return last.trim().replace(/^(?:ft:|openai\.)/, '');
}

/**
 * What a service calls the limit of tokens. `max_tokens` is refused by OpenAI's newer models and deprecated for its others;
 * `max_completion_tokens` is refused by Mistral and ignored by Ollama and some others that speak the format. So the model
 * decides where it is known, and else the host.
 */
export function limitParameterOf(baseUrl: string, model: string): LimitParameter {
  const { hostname, pathname } = new URL(baseUrl);
  // `openai/gpt-5` on GitHub, OpenRouter and the like; at Azure the address may name what is deployed
  const name = nameOf(/\/deployments\/([^/]+)/.exec(pathname)?.[1] ?? model);
  const publisher = model.includes('/') ? model.toLowerCase().split('/').at(-2) : undefined;
  if (OTHERS.test(name) || SERVES_OTHERS.test(hostname)) return 'max_tokens';
  if (NEEDS_COMPLETION_TOKENS.test(name)) return 'max_completion_tokens';
  const isOpenai = publisher === undefined || publisher === 'openai' || publisher === 'azure-openai';
  return SERVES_OPENAI.test(hostname) && isOpenai ? 'max_completion_tokens' : 'max_tokens';
}
