import type { Outcome } from '../../answers/answers.js';
import type { CallsOf, ColumnCalls } from '../../answers/column-calls.js';
import { failedIn } from '../../answers/converse.js';
import type { Conversation } from '../../core/requests/conversation.js';
import type { Sample } from '../../core/scores/plan.js';
import type { ModelRequest } from '../../model/request.js';
import type { Settle } from './awaited-answers.js';

/** A call of a sample that is to be answered. */
interface DueCall {
  readonly request: ModelRequest;
  readonly step: number;
  readonly key: string;
}

/** A conversation between its steps. */
interface Talk {
  readonly sample: Sample;
  readonly conversation: Conversation;
}

/** The conversations that are open in a round: each batch takes one step of each. */
export class OpenTalks {
  readonly #callsOf: CallsOf;
  readonly #talks = new Map<number, Talk>();
  /** Those that were answered and go on. */
  readonly #due = new Map<number, Sample>();

  constructor(callsOf: CallsOf) {
    this.#callsOf = callsOf;
  }

  /** The samples that have a further step to take; none is left then. */
  due(): readonly Sample[] {
    const due = [...this.#due.values()];
    this.#due.clear();
    return due;
  }

  /**
   * The next call of a sample whose answer is not there yet; null when it needs none, and was settled. Rejects with
   * ProviderError.
   */
  async advance(sample: Sample, calls: ColumnCalls, settle: Settle): Promise<DueCall | null> {
    const first = calls.request(sample);
    const open = this.#talks.get(sample.index);
    const kept = open ? null : await calls.keptOf(sample, first);
    if (kept) {
      await settle(sample, kept);
      return null;
    }
    const conversation = open?.conversation ?? calls.conversation(sample, first);
    if (conversation === null) return this.#single(sample, first, calls, settle);
    this.#talks.set(sample.index, { sample, conversation });
    const paid = await calls.stepsOf(sample);
    for (;;) {
      const next = conversation.next();
      if (next.kind === 'done') {
        await this.#end(sample, { output: conversation.output, error: null }, settle);
        return null;
      }
      if (next.kind === 'say') {
        const line = await calls.say(sample, next);
        if ('kind' in line) {
          await this.#end(sample, failedIn(conversation, line), settle);
          return null;
        }
        conversation.say(line);
        continue;
      }
      if (next.kind === 'call') {
        const results = await calls.results(sample, next);
        if ('kind' in results) {
          await this.#end(sample, failedIn(conversation, results), settle);
          return null;
        }
        conversation.give(results);
        continue;
      }
      const { request, step } = next;
      const key = calls.answers.keyOf(request, sample.trial);
      const known = paid.get(key);
      const labels = calls.labels(sample, step);
      const found = known ? await calls.answers.keep(key, known, labels) : await calls.answers.find(key, labels);
      if (!found?.output) return { request, step, key };
      conversation.take(found.output);
    }
  }

  /** Takes the answer to a call. A conversation that it does not end goes on. */
  async take(sample: Sample, outcome: Outcome, settle: Settle, key = ''): Promise<void> {
    const conversation = this.#talks.get(sample.index)?.conversation;
    if (!conversation) return settle(sample, outcome);
    if (outcome.error) return this.#end(sample, failedIn(conversation, outcome.error), settle);
    this.#callsOf(sample).keepStep(sample, conversation.steps.length + 1, key, outcome);
    conversation.take(outcome.output);
    if (conversation.next().kind === 'done')
      return this.#end(sample, { output: conversation.output, error: null }, settle);
    this.#due.set(sample.index, sample);
  }

  async #single(sample: Sample, request: ModelRequest, calls: ColumnCalls, settle: Settle): Promise<DueCall | null> {
    const key = calls.answers.keyOf(request, sample.trial);
    const found = await calls.answers.find(key, calls.labels(sample));
    if (!found) return { request, step: 1, key };
    await settle(sample, found);
    return null;
  }

  async #end(sample: Sample, outcome: Outcome, settle: Settle): Promise<void> {
    this.#talks.delete(sample.index);
    this.#callsOf(sample).end(sample, outcome);
    await settle(sample, outcome);
  }
}
