import { expect } from 'vitest';
import { z } from 'zod';
import type { Embedder } from '../../src/embedders/embedder.js';
import { createLocalEmbedder } from '../../src/embedders/local.js';
import type { AnyMetric, Example, ScoreResult, ScoreTools } from '../../src/metrics/define.js';
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
/** The tools of a project without any settings, with a judge that gives these answers. */
function toolsWith({ judge }: AnyMetric, { answers = [], baseline = null }: Given): ScoreTools {
  let asked = 0;
  return {
    embed: embedLocally,
    embedLocally,
    ask: async ({ rules, evidence, answer }) => {
      // The judge's prompt knows these names, and no others
      expect(Object.keys(rules)).toEqual(judge?.rules);
      expect(Object.keys(evidence).sort()).toEqual([...(judge?.evidence ?? []), ...(judge?.background ?? [])].sort());
      return answer.parse(answers[Math.min(asked++, answers.length - 1)]);
    },
    baseline: async () => baseline,
  };
}

/** An example, or something like it. */
type Given = Pick<Example<unknown>, 'params' | 'output' | 'vars' | 'answers'> & {
  readonly expected?: Json | undefined;
  readonly baseline?: string | null | undefined;
};

/** The score of an output, with parameters as a suite writes them. Throws when they are wrong. */
export async function scoreOf(metric: AnyMetric, given: Given): Promise<ScoreResult> {
  const params = z.strictObject(metric.params).parse(given.params);
  return metric.score({
    params: params as never,
    case: { vars: given.vars ?? {}, expected: given.expected, tags: [] },
    messages: [{ role: 'user', content: 'What is your answer?' }],
    output: outputOf(given.output),
    tools: toolsWith(metric, given),
  });
}
