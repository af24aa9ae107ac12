import { partThinking } from '../../core/text/thinking.js';
import type { Answer } from '../../model/output.js';

/**
 * Models that write what they think between `<think>` tags, where the server does not take it out: those whose parser is
 * `deepseek_r1`, `qwen3`, `glm45` or `minimax_m2` in vLLM (https://docs.vllm.ai/en/latest/features/reasoning_outputs/) and
 * SGLang (https://docs.sglang.io/docs/advanced_features/separate_reasoning.md), and Perplexity's reasoning models
 * (https://docs.perplexity.ai/getting-started/models/models/sonar-reasoning-pro). As of 2026-11-28.
 */
const WRITERS =
  /(?:deepseek-?(?:r1|reasoner)|r1-distill|\br1-1776|qwq|qwen-?3(?!.*(?:instruct|coder|embedding|rerank))|glm-?4\.[1-9]|minimax-?m[12]|sonar-reasoning|smollm3|openthinker)/i;

/** OpenAI's open models at Bedrock, which writes what they think into the text, between tags of another name. */
const BEDROCK = /^openai\.gpt-oss/i;

export const THINKING_FORMS = ['tags', 'none'] as const;
export type ThinkingForm = (typeof THINKING_FORMS)[number];

/** How a model shows what it thinks in its text, as far as its name tells. */
export function thinkingFormOf(model: string): ThinkingForm {
  return WRITERS.test(model) || BEDROCK.test(model) ? 'tags' : 'none';
}

/** The answer with what stands between the tags of its model at its start taken out of the text. What was cut off is all thinking. */
export function takeOutThinking(answer: Answer, model: string): Answer {
  const parted = partThinking(answer.text, BEDROCK.test(model) ? 'reasoning' : 'think');
  if (parted === null) return answer;
  const thought = [answer.reasoning ?? '', parted.thought].filter(Boolean).join('\n\n');
  return { ...answer, text: parted.text, ...(thought !== '' && { reasoning: thought }) };
}
