import type { Answer } from '../model/output.js';

/**
 * Models that write what they think between `<think>` tags, where the server does not take it out: those whose parser is
 * `deepseek_r1`, `qwen3`, `glm45` or `minimax_m2` in vLLM (https://docs.vllm.ai/en/latest/features/reasoning_outputs/) and
 * SGLang (https://docs.sglang.io/docs/advanced_features/separate_reasoning.md), and Perplexity's reasoning models
 * (https://docs.perplexity.ai/getting-started/models/models/sonar-reasoning-pro). As of 2026-11-28.
 */
const WRITERS =
  /(?:deepseek-?(?:r1|reasoner)|r1-distill|\br1-1776|qwq|qwen-?3(?!.*(?:instruct|coder|embedding|rerank))|glm-?4\.[1-9]|minimax-?m[12]|sonar-reasoning|smollm3|openthinker)/i;

export const THINKING_FORMS = ['tags', 'none'] as const;
export type ThinkingForm = (typeof THINKING_FORMS)[number];

/** How a model shows what it thinks in its text, as far as its name tells. */
export function thinkingFormOf(model: string): ThinkingForm {
  return WRITERS.test(model) ? 'tags' : 'none';
}

/** At the start only: within a text the tags are the text's own. */
const TAGGED = /^\s*<think>([\s\S]*?)(?:<\/think>\s*|$)/;
/** Some templates write the first tag themselves, so that the answer lacks it. */
const ENDED = /^((?:(?!<think>)[\s\S])*?)<\/think>\s*/;

/** The answer with what stands between thinking tags at its start taken out of the text. What was cut off is all thinking. */
export function takeOutThinking(answer: Answer): Answer {
  const found = TAGGED.exec(answer.text) ?? ENDED.exec(answer.text);
  if (!found) return answer;
  const thought = [answer.reasoning ?? '', (found[1] ?? '').trim()].filter(Boolean).join('\n\n');
  const text = answer.text.slice(found[0].length);
  return { ...answer, text, ...(thought !== '' && { reasoning: thought }) };
}
