import { z } from 'zod';
import type { Embedder } from '../../src/embedders/embedder.js';
import { createLocalEmbedder } from '../../src/embedders/local.js';
import type { AnyMetric, ScoreResult, ScoreTools } from '../../src/metrics/define.js';
import type { Json } from '../../src/model/json.js';
import type { Output } from '../../src/model/output.js';

/** An output about which nothing is known but what is given. */
export function outputOf(given: string | Partial<Output>): Output {
  return {
    text: '',
    toolCalls: [],
    usage: { inputTokens: null, outputTokens: null },
    finishReason: null,
    servedModel: null,
    latencyMs: null,
    usd: null,
    source: 'replay',
    ...(typeof given === 'string' ? { text: given } : given),
  };
}

let local: Embedder | null = null;
const embedLocally = (texts: readonly string[]) => {
  local ??= createLocalEmbedder();
  return local.embed(texts);
};
/** The tools of a project without any settings. */
const tools: ScoreTools = { embed: embedLocally, embedLocally };

/** The score of an output, with parameters as a suite writes them. Throws when they are wrong. */
export async function scoreOf(
  metric: AnyMetric,
  given: { readonly params: unknown; readonly expected?: Json | undefined; readonly output: string | Partial<Output> },
): Promise<ScoreResult> {
  const params = z.strictObject(metric.params).parse(given.params);
  return metric.score({
    params: params as never,
    case: { vars: {}, expected: given.expected, tags: [] },
    messages: [{ role: 'user', content: 'What is your answer?' }],
    output: outputOf(given.output),
    tools,
  });
}
