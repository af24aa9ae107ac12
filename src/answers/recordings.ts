import type { AnswerLabels } from '../model/cassette.js';
import type { RecordedAnswer } from '../model/output.js';
import type { RunMode } from '../model/run-settings.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import type { Cassette } from '../store/answers/cassette.js';
import { Unrecorded } from './unrecorded.js';

/** Whether the recordings have another answer of the same column, with its prompt and model as they are now. */
export type OthersFit = (recordings: Pick<Recordings, 'has'>) => boolean;

/** The answers in the cassette that a suite names, if any, in the mode of the run. */
export class Recordings {
  readonly #cassette: Cassette | null;
  readonly #mode: RunMode;
  #unrecorded: Unrecorded | null = null;

  constructor(cassette: Cassette | null, mode: RunMode) {
    this.#cassette = cassette;
    this.#mode = mode;
  }

  /** Whether there is nothing to look for and nothing to keep. */
  get idle(): boolean {
    return this.#mode === 'normal' && this.#cassette === null;
  }

  /** Whether new answers are kept. */
  get recording(): boolean {
    return this.#mode === 'record' && this.#cassette !== null;
  }

  /**
   * The recorded answer; null when there is none. Throws ProviderError when there has to be one. `othersFit`: whether
   * another answer of the same column is recorded.
   */
  find(key: string, labels: AnswerLabels, othersFit: OthersFit): RecordedAnswer | null {
    const recorded = this.#cassette?.find(key);
    if (recorded) return recorded;
    if (this.#mode === 'replay') throw new ProviderError('not-recorded', this.#whyMissing(labels, othersFit));
    return null;
  }

  /** Whether there is an answer to a request. */
  has(key: string): boolean {
    return (this.#cassette?.find(key) ?? null) !== null;
  }

  /** The day on which a recorded answer was made; null where nobody knows. */
  dayOf(key: string): string | null {
    return this.#cassette?.dayOf(key) ?? null;
  }

  /** Whether it was this run that recorded an answer. */
  isNew(key: string): boolean {
    return this.#cassette?.isNew(key) ?? false;
  }

  /** Keeps an answer that is not there yet, when this run records; `made` is its day, null where nobody knows. */
  add(key: string, answer: RecordedAnswer, labels: AnswerLabels, made: string | null): void {
    if (this.recording && !this.#cassette?.find(key)) this.put(key, answer, labels, made);
  }

  /** Keeps an answer, when this run records. */
  put(key: string, { session: _, ...answer }: RecordedAnswer, labels: AnswerLabels, made: string | null): void {
    if (this.#mode !== 'record') return;
    this.#cassette?.record({ ...labels, key, ...(made === null ? {} : { recorded: made }), answer });
  }

  /** Lets go of what was recorded of a longer conversation of a sample, when this run records. */
  endAfter(sample: AnswerLabels, steps: number, lines: number): void {
    if (this.#mode === 'record') this.#cassette?.endAfter(sample, steps, lines);
  }

  #whyMissing(labels: AnswerLabels, othersFit: OthersFit): string {
    if (this.#cassette === null) return `suite ${labels.suite} names no cassette, which --replay answers from`;
    this.#unrecorded ??= new Unrecorded(this.#cassette.path, this.#cassette.labels());
    return this.#unrecorded.explain(labels, othersFit(this));
  }
}
