import type { Outcome, TakeAnswer } from '../../answers/answers.js';
import type { CallsOf } from '../../answers/column-calls.js';
import type { Sample } from '../../core/scores/plan.js';
import type { RecordedAnswer } from '../../model/output.js';
import { admitResult } from '../../providers/contract/admit.js';
import type { BatchResult } from '../../providers/contract/batches.js';
import { ProviderError } from '../../providers/contract/provider-error.js';

/** Takes what became of a sample; resolves when there is room for more. */
export type Settle = (sample: Sample, outcome: Outcome) => Promise<void>;

/** Takes the answer to a call of a sample by its key, which may be one of several; see `Settle`. */
export type Take = (sample: Sample, outcome: Outcome, key: string) => Promise<void>;

/** A sample that waits, with which of its calls. */
interface Waiting {
  readonly sample: Sample;
  readonly step: number;
}

/** An answer that is awaited, and by whom: equal requests are asked once. */
interface Awaited {
  readonly samples: Waiting[];
  readonly hold: TakeAnswer;
}

/** The answers that samples wait for, by their keys. */
export class AwaitedAnswers {
  readonly #callsOf: CallsOf;
  readonly #awaited = new Map<string, Awaited>();

  constructor(callsOf: CallsOf) {
    this.#callsOf = callsOf;
  }

  /** A sample waits for an answer; `hold` is what is reserved for it. */
  add(key: string, waiting: Waiting, hold: TakeAnswer): void {
    this.#awaited.set(key, { samples: [waiting], hold });
  }

  /** Whether an equal request is awaited already; then it answers this sample too. */
  join(key: string, waiting: Waiting): boolean {
    const same = this.#awaited.get(key);
    same?.samples.push(waiting);
    return same !== undefined;
  }

  hasAny(keys: ReadonlySet<string>): boolean {
    for (const key of keys) if (this.#awaited.has(key)) return true;
    return false;
  }

  /** Nothing is awaited any more. Returns the samples that did wait. */
  release(): readonly Sample[] {
    const waiting = [...this.#awaited.values()];
    this.#awaited.clear();
    for (const { hold } of waiting) hold(null);
    return waiting.flatMap(({ samples }) => samples.map(({ sample }) => sample));
  }

  /** Settles results by their ids. Returns how many were not asked for, or were there before. */
  async settleResults(results: AsyncIterable<BatchResult>, keys: ReadonlySet<string>, take: Take): Promise<number> {
    const seen = new Set<string>();
    let strangers = 0;
    for await (const { id, result } of results) {
      if (!keys.has(id) || seen.has(id)) {
        strangers++;
        continue;
      }
      seen.add(id);
      await this.#settle(id, admitResult(result), take);
    }
    return strangers;
  }

  /** Settles all of these that are awaited with an error. */
  async failAll(keys: Iterable<string>, error: ProviderError, take: Take): Promise<void> {
    for (const key of keys) await this.#settle(key, error, take);
  }

  async #settle(key: string, result: BatchResult['result'], take: Take): Promise<void> {
    const awaited = this.#awaited.get(key);
    if (!awaited) return;
    this.#awaited.delete(key);
    const answer =
      result instanceof ProviderError ? null : ({ ...result, latencyMs: null, batched: true } satisfies RecordedAnswer);
    awaited.hold(answer);
    for (const [index, { sample, step }] of awaited.samples.entries()) {
      const calls = this.#callsOf(sample);
      const source = index === 0 ? 'live' : 'cache';
      const { answers } = calls;
      await take(
        sample,
        answer === null ? answers.fail(result) : await answers.keep(key, answer, calls.labels(sample, step), source),
        key,
      );
    }
  }
}
