import { z } from 'zod';
import { withinOneSecond } from '../../core/text/patience.js';
import { checkResult } from '../../metrics/check-result.js';
import type { AnyMetric, ScoreInput } from '../../metrics/contract.js';
import type { JudgeQuestion, ScoreTools } from '../../metrics/score-tools.js';
import type { Caller } from './callers.js';
import { type Functions, functionAt, parseWith } from './functions.js';

/** The input of a score as it comes from the main thread: its tools stay there, but for the name of the embedder. */
export type SentInput = Omit<ScoreInput<never>, 'tools'> & { readonly embedder: string };

/** A question as it goes to the main thread: the schema of the answer stays here. */
export type SentQuestion = Omit<JudgeQuestion<never>, 'answer'> & {
  readonly schema: Readonly<Record<string, unknown>>;
  /** What `readAnswer` knows the schema by. */
  readonly answer: number;
};

/** What the main thread can call of a metric. */
export function metricFunctions(definition: AnyMetric): Functions {
  const schemas = new Map<number, z.ZodType>();
  return (name) => {
    if (name === 'parse') return ([key, value]) => parseWith(definition.params[key as string], value);
    if (name === 'readAnswer') return ([answer, value]) => parseWith(schemas.get(answer as number), value);
    if (name !== 'score') return functionAt(definition, name);
    return async ([sent], caller) => {
      const { embedder, ...input } = sent as SentInput;
      const tools = toolsOf(caller, embedder, schemas);
      return checkResult(definition, await definition.score({ ...input, tools }));
    };
  };
}

function toolsOf(caller: Caller, embedder: string, schemas: Map<number, z.ZodType>): ScoreTools {
  return {
    embed: (texts) => caller.ask('embed', texts) as Promise<readonly Float32Array[]>,
    embedder,
    embedLocally: (texts) => caller.ask('embedLocally', texts) as Promise<readonly Float32Array[]>,
    ask: async <T>({ answer, ...question }: JudgeQuestion<T>) => {
      const id = schemas.size === 0 ? 0 : Math.max(...schemas.keys()) + 1;
      schemas.set(id, answer);
      try {
        const { $schema: _, ...schema } = z.toJSONSchema(answer);
        return (await caller.ask('ask', { ...question, schema, answer: id } satisfies SentQuestion)) as T;
      } finally {
        schemas.delete(id);
      }
    },
    moderate: (model, text) => caller.ask('moderate', model, text) as ReturnType<ScoreTools['moderate']>,
    baseline: () => caller.ask('baseline') as Promise<string | null>,
    run: (command, input, options) => caller.ask('run', command, input, options) as ReturnType<ScoreTools['run']>,
    // A thread has a time limit of its own, beside the patience of the run
    within: withinOneSecond,
  };
}
