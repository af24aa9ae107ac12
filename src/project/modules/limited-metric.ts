import type { AnyMetric, ScoreInput } from '../../metrics/contract.js';
import type { ScoreTools } from '../../metrics/score-tools.js';
import { Stopwatch } from './stopwatch.js';

/** What one score may take unless its metric says another time, in milliseconds. */
export const DEFAULT_SCORE_MS = 30_000;

/** A metric that the caller of `evaluate` brings: it runs here and cannot be ended, but nobody waits for it for ever. */
export function limitedMetric(definition: AnyMetric): AnyMetric {
  const limitMs = definition.timeoutMs ?? DEFAULT_SCORE_MS;
  return {
    ...definition,
    score: (input: ScoreInput<never>) =>
      new Promise((resolve, reject) => {
        const watch = new Stopwatch(limitMs, () => reject(new Error(`no answer within ${limitMs / 1000} s`)));
        const pausing = { ...input, tools: pausingTools(input.tools, watch) };
        // A score that throws at once rejects too
        const given = (async () => definition.score(pausing))();
        given.then(resolve, reject).finally(() => watch.stop());
      }),
  };
}

/** Tools that count for nothing in the time of a score: services have limits of their own. */
function pausingTools(tools: ScoreTools, watch: Stopwatch): ScoreTools {
  const pausing =
    <Args extends readonly unknown[], T>(use: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      watch.pause();
      try {
        return await use(...args);
      } finally {
        watch.resume();
      }
    };
  return {
    ...tools,
    embed: pausing(tools.embed),
    embedLocally: pausing(tools.embedLocally),
    ask: (question) => pausing(() => tools.ask(question))(),
    moderate: pausing(tools.moderate),
    baseline: pausing(tools.baseline),
    run: pausing(tools.run),
  };
}
