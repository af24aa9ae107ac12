import { createRequire } from 'node:module';
import { join } from 'node:path';
import { placeMessages } from '../core/prompts/messages.js';
import { estimateTokens } from '../core/requests/cost.js';
import { jsonText } from '../core/text/json-value.js';
import type { TokenCount } from '../model/diff.js';
import type { Prompt } from '../model/prompt.js';

/** The package that users install to have tokens of OpenAI's models counted. */
const TOKENIZER = 'gpt-tokenizer';

/** Models whose vocabulary OpenAI has published: https://github.com/openai/tiktoken, `model.py`. */
const VOCABULARIES: readonly (readonly [models: RegExp, vocabulary: string])[] = [
  [/^openai\/(?:gpt-5|gpt-4\.1|gpt-4\.5|gpt-4o|chatgpt-4o|o[1-9])/, 'o200k_base'],
  [/^openai\/(?:gpt-4|gpt-3\.5)/, 'cl100k_base'],
];

type CountTokens = (text: string) => number;

/**
 * The tokens of a prompt's own texts, variables as they are named: counted for models whose vocabulary is published, with
 * the tokenizer that the project at `root` has installed, and estimated for all others. It is no dependency, being 30 MB.
 */
export function countPromptTokens({ model, messages, tools }: Prompt, root: string): TokenCount {
  const texts = [...placeMessages(messages).map(({ text }) => text), ...(tools.length > 0 ? [jsonText(tools)] : [])];
  const vocabulary = VOCABULARIES.find(([models]) => models.test(model ?? ''))?.[1];
  const count = vocabulary === undefined ? null : loadTokenizer(root, vocabulary);
  if (count === null) return { tokens: estimateTokens(texts), counted: false };
  return { tokens: texts.reduce((sum, text) => sum + count(text), 0), counted: true };
}

function loadTokenizer(root: string, vocabulary: string): CountTokens | null {
  try {
    const loaded: unknown = createRequire(join(root, 'package.json'))(`${TOKENIZER}/encoding/${vocabulary}`);
    const { countTokens } = loaded as { readonly countTokens?: (text: string, options: object) => number };
    // `<|endoftext|>` in a prompt is text like any other
    return countTokens ? (text) => countTokens(text, { disallowedSpecial: new Set() }) : null;
  } catch {
    return null; // not installed
  }
}
