import { isBlank } from '../model/blank.js';
import type { Result } from '../model/run-record.js';

interface Counts {
  answers: number;
  empty: number;
}

/** Counts answers that say nothing and call no tool, by prompt and model: an outage may look so. */
export class EmptyAnswers {
  /** By `prompt`, then by `model`. */
  readonly #counts = new Map<string, Map<string, Counts>>();

  add({ prompt, model, output }: Pick<Result, 'prompt' | 'model' | 'output'>): void {
    if (output === null) return;
    const models = this.#counts.get(prompt) ?? new Map<string, Counts>();
    const counts = models.get(model) ?? { answers: 0, empty: 0 };
    counts.answers++;
    if (isBlank(output.text) && output.toolCalls.length === 0) counts.empty++;
    this.#counts.set(prompt, models.set(model, counts));
  }

  /** A sentence on each prompt and model of which more than half of the answers are empty. */
  describe(): readonly string[] {
    return [...this.#counts].flatMap(([prompt, models]) =>
      [...models].flatMap(([model, { answers, empty }]) =>
        empty * 2 > answers
          ? `${empty} of ${answers} answers of ${model} to ${prompt} are empty. Look at one before you believe its scores.`
          : [],
      ),
    );
  }
}
