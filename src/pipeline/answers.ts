import { costOf, estimateUsage, priceOf } from '../core/cost.js';
import type { Redact } from '../core/redact.js';
import { type ProviderIdentity, sampleKey } from '../core/request.js';
import type { CassetteEntry } from '../model/cassette.js';
import type { Price } from '../model/config.js';
import { type Output, type RecordedAnswer, recordedAnswerSchema, type SampleError } from '../model/output.js';
import type { ModelReference, ModelRequest } from '../model/request.js';
import type { ProviderEntry } from '../project/load-config.js';
import { ProviderError } from '../providers/provider.js';
import type { Cassette } from '../store/cassette.js';
import type { Spend } from './budget.js';
import type { Execution } from './execution.js';
import type { Lane } from './lane.js';

/** What became of a request: an output, or an error that says nothing about the prompt. */
export type Outcome =
  | { readonly output: Output; readonly error: null }
  | { readonly output: null; readonly error: SampleError };

/** What a recorded answer belongs to, for those who read the cassette. */
export type AnswerLabels = Omit<CassetteEntry, 'key' | 'answer'>;

/** Gets answers of one model: from a cassette, from the cache, or live. */
export class Answers {
  readonly #execution: Execution;
  readonly #provider: ProviderEntry;
  readonly #identity: ProviderIdentity;
  readonly #lane: Lane;
  readonly #cassette: Cassette | null;
  readonly #price: Price | null;

  /** `cassette` is the path of the one that the suite names, if any. */
  constructor(execution: Execution, model: ModelReference, cassette: string | null) {
    const provider = execution.providers.get(model.provider);
    const lane = execution.lanes.get(model.provider);
    if (!provider || !lane) throw new Error(`provider ${model.provider} was not loaded`);
    this.#execution = execution;
    this.#provider = provider;
    this.#identity = identityOf(provider);
    this.#lane = lane;
    this.#cassette = execution.cassettes.get(cassette ?? '') ?? null;
    this.#price = priceAt(provider, model, execution.prices);
  }

  /** By which the answer to a request is found in cassettes and the cache. */
  keyOf(request: ModelRequest, trial: number): string {
    return sampleKey(this.#identity, request, trial);
  }

  /** Never rejects for what a provider does. Trials of the same request are different answers. */
  async get(request: ModelRequest, trial: number, labels: AnswerLabels): Promise<Outcome> {
    try {
      const key = this.keyOf(request, trial);
      return (await this.find(key, labels)) ?? (await this.keep(key, await this.#call(request), labels));
    } catch (error) {
      return this.fail(error);
    }
  }

  /** The answer that is there already, recorded or cached; null when there is none. Rejects with ProviderError when there has to be one. */
  async find(key: string, labels: AnswerLabels): Promise<Outcome | null> {
    const recorded = this.#cassette?.find(key);
    if (recorded) return this.#output(recorded, 'replay');
    const { cache, mode } = this.#execution;
    if (mode === 'replay') throw new ProviderError('not-recorded', this.#notRecorded());
    const cached = this.#provider.definition.cacheable ? await cache?.get(key) : null;
    if (!cached) return null;
    this.#record(key, cached, labels);
    return this.#output(cached, 'cache');
  }

  /** Makes an outcome of an answer that has come, and keeps it where later ones are looked for. */
  async keep(
    key: string,
    received: RecordedAnswer,
    labels: AnswerLabels,
    source: Output['source'] = 'live',
  ): Promise<Outcome> {
    const answer = redactAnswer(received, this.#execution.redact);
    if (this.#provider.definition.cacheable) await this.#execution.cache?.put(key, answer);
    this.#record(key, answer, labels);
    return this.#output(answer, source);
  }

  /** Keeps an output that is there already in the cassette, when this run records. */
  record(request: ModelRequest, trial: number, labels: AnswerLabels, output: Output): void {
    const { source: _, usd: _usd, ...answer } = output;
    this.#record(this.keyOf(request, trial), answer, labels);
  }

  /** Makes an outcome of what a provider or the budget has thrown; throws anything else. */
  fail(error: unknown): Outcome {
    if (!(error instanceof ProviderError)) throw error;
    const message = this.#execution.redact(error.message);
    return { output: null, error: { kind: error.kind, message, status: error.status } };
  }

  /**
   * Reserves what a request may cost; what is returned takes the answer, or null when there is none. Throws
   * ProviderError of kind budget, unless the request is `paid` already.
   */
  reserve(request: ModelRequest, { batched = false, paid = false } = {}): (answer: RecordedAnswer | null) => void {
    const { budget } = this.#execution;
    const estimate = estimateUsage(request);
    const usd = costOf(estimate, this.#price);
    let reserved: Spend = {
      usd: usd === null ? null : usd * this.#shareOfPrice(batched),
      tokens: estimate.inputTokens + estimate.outputTokens,
    };
    const refusal = budget.reserve(reserved);
    if (refusal !== null && !paid) throw new ProviderError('budget', refusal);
    if (refusal !== null) reserved = { usd: 0, tokens: 0 };
    return (answer) => {
      if (answer === null) return budget.settle(reserved, { usd: 0, tokens: 0 });
      const { inputTokens, outputTokens } = answer.usage;
      const tokens = inputTokens === null || outputTokens === null ? reserved.tokens : inputTokens + outputTokens;
      budget.settle(reserved, { usd: this.#costOf(answer), tokens });
    };
  }

  async #call(request: ModelRequest): Promise<RecordedAnswer> {
    const settle = this.reserve(request);
    try {
      const answer = await this.#lane.call(request);
      settle(answer);
      return answer;
    } catch (error) {
      settle(null);
      throw error;
    }
  }

  #record(key: string, answer: RecordedAnswer, labels: AnswerLabels): void {
    if (this.#execution.mode === 'record') this.#cassette?.record({ ...labels, key, answer });
  }

  #output(answer: RecordedAnswer, source: Output['source']): Outcome {
    return { output: { ...answer, usd: this.#costOf(answer), source }, error: null };
  }

  #costOf(answer: RecordedAnswer): number | null {
    if (answer.usd !== undefined) return answer.usd;
    const usd = costOf(answer.usage, this.#price);
    return usd === null ? null : usd * this.#shareOfPrice(answer.batched ?? false);
  }

  #shareOfPrice(batched: boolean): number {
    return batched ? (this.#provider.definition.batches?.priceFactor ?? 1) : 1;
  }

  #notRecorded(): string {
    return this.#cassette === null
      ? 'its suite names no cassette'
      : `no answer to this request in ${this.#cassette.path}`;
  }
}

/** What a model costs at a provider; null when that is not known. */
export function priceAt(
  { definition }: ProviderEntry,
  model: ModelReference,
  own: Readonly<Record<string, Price>>,
): Price | null {
  return definition.free ? { input: 0, output: 0 } : priceOf(model, definition.type, own);
}

/** What of a provider goes into the keys of its answers. */
export function identityOf({ definition, config }: ProviderEntry): ProviderIdentity {
  // The configuration was checked by this provider's own schema
  const settings = definition.identity(config as never);
  return { type: definition.type, sendsVars: definition.sendsVars ?? false, settings };
}

/** An answer with the secrets taken out of every text in it: a model may repeat them in the arguments of a tool too. */
function redactAnswer(answer: RecordedAnswer, redact: Redact): RecordedAnswer {
  const written = JSON.stringify(answer);
  const redacted = redact(written);
  return redacted === written ? answer : recordedAnswerSchema.parse(JSON.parse(redacted));
}
