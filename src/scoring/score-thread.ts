import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyMetric, ScoreInput } from '../metrics/contract.js';
import { ModuleThread } from '../project/modules/module-thread.js';
import { threadedMetric } from '../project/modules/threaded-metric.js';

/** A thread in which llmci's own metrics compute, so that the event loop is free. It starts with the first score. */
export class ScoreThread {
  readonly #thread = new ModuleThread(findModule(), 'the thread of metrics', 'metric');
  #any: Promise<AnyMetric> | null = null;

  /** The metric, computed there. What it asks of its tools is done here. */
  threaded(definition: AnyMetric): AnyMetric {
    return {
      ...definition,
      score: async (input: ScoreInput<never>) => {
        this.#any ??= this.#thread.load().then((outline) => threadedMetric(this.#thread, outline));
        const { score } = await this.#any;
        return score({ ...input, params: { type: definition.type, params: input.params } as never });
      },
    };
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

function findModule(): string {
  const compiled = new URL('./thread-metric.js', import.meta.url);
  // Run from its TypeScript source (vitest), this file has no compiled module beside it
  return fileURLToPath(
    existsSync(compiled) ? compiled : new URL('../../dist/scoring/thread-metric.js', import.meta.url),
  );
}
