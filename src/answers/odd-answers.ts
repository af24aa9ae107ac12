import { isOtherModel } from '../core/requests/served-model.js';
import { count } from '../core/text/format.js';
import type { FinishReason } from '../model/output.js';
import type { Result } from '../model/run-record.js';

/** Names that a note tells at the most. */
const MOST_NAMES = 5;

interface Oddities {
  unreadAnswers: number;
  readonly unread: Set<string>;
  otherAnswers: number;
  readonly others: Set<string>;
  cutAnswers: number;
  readonly cuts: Set<string>;
}

/** What ended an answer before its model did. */
const CUTS: Readonly<Partial<Record<FinishReason, string>>> = {
  length: 'the limit of tokens',
  'content-filter': 'a filter of the service',
  other: 'a reason that llmci does not know',
};

/** Counts answers that hold more than llmci can read, came from another model, or were cut off, by prompt and model. */
export class OddAnswers {
  readonly #columns = new Map<string, Map<string, Oddities>>();

  add({ prompt, model, output }: Pick<Result, 'prompt' | 'model' | 'output'>): void {
    if (output === null) return;
    const { unread = [], servedModel } = output;
    const other = servedModel !== null && isOtherModel(model, servedModel) ? servedModel : null;
    // In a conversation any of its answers may be cut off
    const cuts = (output.steps ?? [output]).flatMap(({ finishReason }) => (finishReason && CUTS[finishReason]) || []);
    if (unread.length === 0 && other === null && cuts.length === 0) return;
    const odd = this.#oddities(prompt, model);
    if (unread.length > 0) odd.unreadAnswers++;
    for (const kind of unread) odd.unread.add(kind);
    odd.cutAnswers += cuts.length;
    for (const cut of cuts) odd.cuts.add(cut);
    if (other === null) return;
    odd.otherAnswers++;
    odd.others.add(other);
  }

  /** A sentence on each prompt and model with answers of each kind. */
  describe(): readonly string[] {
    return [...this.#columns].flatMap(([prompt, models]) =>
      [...models].flatMap(([model, { unreadAnswers, unread, otherAnswers, others, cutAnswers, cuts }]) => [
        ...(unreadAnswers > 0
          ? [
              `${count(unreadAnswers, 'answer')} of ${model} to ${prompt} had parts that llmci cannot read (${listed(unread)}); the rest of them was used.`,
            ]
          : []),
        ...(otherAnswers > 0
          ? [`${count(otherAnswers, 'answer')} to ${prompt} came from ${listed(others)}, where ${model} was asked for.`]
          : []),
        ...(cutAnswers > 0
          ? [
              `${count(cutAnswers, 'answer')} of ${model} to ${prompt} ended early, by ${listed(cuts)}; what came of them was used. The metric finish finds such answers.`,
            ]
          : []),
      ]),
    );
  }

  #oddities(prompt: string, model: string): Oddities {
    const models = this.#columns.get(prompt) ?? new Map<string, Oddities>();
    const odd = models.get(model) ?? {
      unreadAnswers: 0,
      unread: new Set(),
      otherAnswers: 0,
      others: new Set(),
      cutAnswers: 0,
      cuts: new Set(),
    };
    this.#columns.set(prompt, models.set(model, odd));
    return odd;
  }
}

function listed(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MOST_NAMES);
  return names.size > shown.length ? `${shown.join(', ')} and ${names.size - shown.length} more` : shown.join(', ');
}
