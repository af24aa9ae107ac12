import { nameOfSample } from '../core/scores/sample-name.js';
import type { CassetteEntry } from '../model/cassette.js';

type Labels = Omit<CassetteEntry, 'key' | 'answer'>;

/** What a cassette is for, and whether the answers of anything are in it: why another one is not. */
export class Unrecorded {
  readonly #path: string;
  readonly #models = new Map<string, Set<string>>();
  readonly #cases = new Set<string>();
  readonly #trials = new Set<string>();

  constructor(path: string, entries: Iterable<Labels>) {
    this.#path = path;
    for (const { suite, prompt, model, case: id, trial, judge, user } of entries) {
      if (judge || user) continue;
      const column = JSON.stringify([suite, prompt]);
      this.#models.set(column, (this.#models.get(column) ?? new Set()).add(model));
      this.#cases.add(JSON.stringify([suite, prompt, model, id]));
      this.#trials.add(nameOfSample({ suite, prompt, model, case: id, trial }));
    }
  }

  /**
   * Which of what an answer depends on has changed since the recording, as far as the labels tell: one sentence for all
   * samples with the same cause. `othersFit`: whether the recording has answers to other cases of the column as it is now.
   */
  explain({ suite, prompt, model, case: id, trial, step = 1, judge, user }: Labels, othersFit: boolean): string {
    const path = this.#path;
    if (judge)
      return `${path} has no answer of the judge to this question: its prompt, its model or the answer that it judges has changed; llmci eval --record asks it`;
    if (user)
      return `${path} has no line of the simulated user for this conversation: who it is, its prompt, its model or what was said before has changed; llmci eval --record asks for it`;
    if (this.#models.size === 0) return `${path} has no answers yet`;
    const models = this.#models.get(JSON.stringify([suite, prompt]));
    if (!models) return `${path} has no answers of prompt ${prompt} for suite ${suite}`;
    if (!models.has(model))
      return `the model has changed: ${path} has answers of ${[...models].join(', ')}, and none of ${model}`;
    if (!othersFit)
      return `prompt ${prompt} has changed since ${path} was recorded: its messages, parameters or tools, or the settings or the code of its provider`;
    if (!this.#cases.has(JSON.stringify([suite, prompt, model, id])))
      return `the dataset has changed: these cases are not in ${path}`;
    if (!this.#trials.has(nameOfSample({ suite, prompt, model, case: id, trial })))
      return `${path} has fewer trials of these cases than are asked for`;
    return step > 1
      ? `these conversations go another way than those in ${path}: what the tools or the user say has changed`
      : `the dataset has changed: these cases ask something else than when ${path} was recorded`;
  }
}
