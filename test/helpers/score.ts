import { expect } from 'vitest';
import { z } from 'zod';
import { makeRunner } from '../../src/calls/programs.js';
import { realWorld } from '../../src/calls/world.js';
import { judgeGates } from '../../src/core/gates/gate.js';
import { ScoreTable } from '../../src/core/scores/score-table.js';
import { withinOneSecond } from '../../src/core/text/patience.js';
import type { Embedder } from '../../src/embedders/embedder.js';
import { createLocalEmbedder } from '../../src/embedders/local.js';
import { metricEntrySchema } from '../../src/metrics/access.js';
import type { AnyMetric, Example } from '../../src/metrics/contract.js';
import type { ScoreResult } from '../../src/metrics/score-result.js';
import type { ScoreTools } from '../../src/metrics/score-tools.js';
import type { Json } from '../../src/model/json.js';
import type { Output } from '../../src/model/output.js';
import type { GateResult } from '../../src/model/run-record.js';
import { parseYaml } from '../../src/project/source/yaml-source.js';
import { resolveMetricEntries } from '../../src/project/suites/metric-entries.js';
import { scoreSample } from '../../src/scoring/score.js';
import { columnOf, gateRule, suiteOf } from './suite.js';

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
const run = makeRunner(process.cwd(), realWorld(), new AbortController().signal, (text) => text);
/** The tools of a project without any settings, with a judge that gives these answers. */
function toolsWith({ judge }: AnyMetric, { answers = [], baseline = null, moderation }: Given): ScoreTools {
  let asked = 0;
  return {
    embed: embedLocally,
    embedder: 'local',
    embedLocally,
    run,
    within: withinOneSecond,
    ask: async ({ rules, evidence, answer }) => {
      // The judge's prompt knows these names, and no others
      expect(Object.keys(rules)).toEqual(judge?.rules);
      expect(Object.keys(evidence).sort()).toEqual([...(judge?.evidence ?? []), ...(judge?.background ?? [])].sort());
      return answer.parse(answers[Math.min(asked++, answers.length - 1)]);
    },
    baseline: async () => baseline,
    moderate: async () => {
      if (!moderation) throw new Error('nobody moderates here');
      return moderation;
    },
  };
}

/** An example, or something like it. */
type Given = Pick<Example<unknown>, 'params' | 'output' | 'vars' | 'answers' | 'moderation'> & {
  readonly expected?: Json | undefined;
  readonly baseline?: string | null | undefined;
  /** What the user asked. */
  readonly question?: string;
};

/** The score of an output, with parameters as a suite writes them. Throws when they are wrong. */
export async function scoreOf(metric: AnyMetric, given: Given): Promise<ScoreResult> {
  const params = z.strictObject(metric.params).parse(given.params);
  return metric.score({
    params: params as never,
    case: { vars: given.vars ?? {}, expected: given.expected, tags: [] },
    messages: [{ role: 'user', content: given.question ?? 'What is your answer?' }],
    output: outputOf(given.output),
    tools: toolsWith(metric, given),
  });
}

/** A gate with `stat: corpus` over these samples, each a case: from the written entry to the verdict, as a run judges it. */
export async function judgeCorpus(
  metric: AnyMetric,
  params: object,
  samples: readonly { readonly output: string; readonly expected: Json }[],
  changes: Partial<Parameters<typeof gateRule>[0]> = {},
): Promise<GateResult> {
  const written = metricEntrySchema(metric).parse({ metric: metric.type, ...params });
  const named = new Map([[metric.type, { type: metric.type, definition: metric }]]);
  const { source } = parseYaml('evals/suite.eval.yaml', '{}');
  const { value: entries } = resolveMetricEntries([written], named, source, ['metrics']);
  const empty = suiteOf(samples.length, { metrics: entries });
  const cases = empty.cases.map((each, index) => ({ ...each, expected: samples[index]?.expected }));
  const suite = { ...empty, cases };
  const table = new ScoreTable(suite);
  for (const [index, testCase] of cases.entries()) {
    const scorable = {
      case: testCase,
      messages: [],
      output: outputOf(samples[index]?.output ?? ''),
      toolsFor: () => toolsWith(metric, { params, output: '' }),
      optional: false,
      redact: (text: string) => text,
      describeJudge: () => null,
    };
    table.set(index, 1, await scoreSample(suite, scorable, new Map([[metric.type, metric]])));
  }
  const rule = gateRule({ metric: metric.type, stat: 'corpus', unit: metric.unit, threshold: 0, ...changes });
  const [result] = judgeGates([rule], columnOf(table, { suite }));
  if (!result) throw new Error('no gate was judged');
  return result;
}
