import type { z } from 'zod';
import type { AnyMetric, ScoreInput } from '../../metrics/contract.js';
import type { ScoreResult } from '../../metrics/score-result.js';
import type { ScoreTools } from '../../metrics/score-tools.js';
import { fillOutline } from './fill-outline.js';
import { DEFAULT_SCORE_MS } from './limited-metric.js';
import type { SentQuestion } from './metric-functions.js';
import type { ModuleThread } from './module-thread.js';
import type { Outline, Parsed } from './protocol.js';
import { remoteSchema } from './remote-schema.js';

/** A metric whose functions run in the thread of its module. */
export function threadedMetric(thread: ModuleThread, outline: Outline): AnyMetric {
  const { keys } = outline;
  const definition = fillOutline(outline, thread) as unknown as AnyMetric;
  const parse = (key: string) => remoteSchema((value) => thread.callAwaited('parse', key, value) as Parsed);
  const limitMs = definition.timeoutMs ?? DEFAULT_SCORE_MS;
  const { corpus } = definition;
  // It is asked thousands of times while this thread stands still, and no signal is heard: all that may take as long as a score
  let leftMs = limitMs;
  const inAll: typeof corpus = (sums, params) => {
    if (leftMs <= 0) throw new Error(`corpus took longer than ${limitMs / 1000} s`);
    const began = performance.now();
    try {
      return corpus?.(sums, params) ?? null;
    } finally {
      leftMs -= performance.now() - began;
    }
  };
  return {
    ...definition,
    ...(corpus ? { corpus: inAll } : {}),
    params: Object.fromEntries(keys.map((key) => [key, parse(key)])),
    examples: [],
    score: async ({ tools, ...input }: ScoreInput<never>) => {
      leftMs = limitMs;
      // Of a case, what a metric may see: the rest need not be data
      const { vars, expected, tags } = input.case;
      const sent = { ...input, case: { vars, expected, tags }, embedder: tools.embedder };
      const onAsk = (name: string, args: readonly unknown[]) => useTool(tools, thread, name, args);
      // What comes of it is checked where scores are checked
      return (await thread.call('score', [sent], { limitMs, again: true, onAsk })) as ScoreResult;
    },
  };
}

/** Does what a metric asks of its tools. The thread is not believed: it can ask for what any metric can. */
function useTool(tools: ScoreTools, thread: ModuleThread, name: string, args: readonly unknown[]): Promise<unknown> {
  const [first, second, third] = args as readonly [never, never, never];
  switch (name) {
    case 'embed':
      return tools.embed(first);
    case 'embedLocally':
      return tools.embedLocally(first);
    case 'moderate':
      return tools.moderate(first, second);
    case 'baseline':
      return tools.baseline();
    case 'run':
      return tools.run(first, second, third);
    case 'ask': {
      const { schema, answer, ...question }: SentQuestion = first;
      return tools.ask({ ...question, answer: remoteAnswer(thread, schema, answer) });
    }
    default:
      return Promise.reject(new Error(`metrics have no tool ${name}`));
  }
}

/** The schema of an answer, which the thread has. Its JSON Schema was made there. */
function remoteAnswer(thread: ModuleThread, schema: SentQuestion['schema'], id: number): z.ZodType<unknown> {
  const remote = remoteSchema((value) => thread.callAwaited('readAnswer', id, value) as Parsed);
  remote._zod.toJSONSchema = () => ({ ...schema });
  return remote;
}
