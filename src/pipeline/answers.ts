import { costOf, estimateUsage, priceOf } from '../core/cost.js';
import type { Redact } from '../core/redact.js';
import { type ProviderIdentity, sampleKey } from '../core/request.js';
import type { CassetteEntry } from '../model/cassette.js';
import type { Price } from '../model/config.js';
import {
  type Answer,
  type Output,
  type RecordedAnswer,
  recordedAnswerSchema,
  type SampleError,
} from '../model/output.js';
import type { ModelReference, ModelRequest } from '../model/request.js';
import type { ProviderEntry } from '../project/load-config.js';
import { ProviderError } from '../providers/provider.js';
import type { Cassette } from '../store/cassette.js';
import type { Purpose } from './budgets.js';
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
    const { pool, mode, redact } = this.#execution;
    const judge = labels.judge !== undefined;
    const cacheable = this.#provider.definition.cacheable ?? false;
    try {
      const key = this.keyOf(request, trial);
      const recorded = this.#cassette?.find(key);
      if (recorded) return this.#output(recorded, 'replay');
      if (mode === 'replay') throw new ProviderError('not-recorded', this.#notRecorded());

      const call = async () => redactAnswer(await this.#call(request, { suite: labels.suite, judge }), redact);
      // Two equal questions to a judge must get one verdict, whatever it runs on
      const { answer, source } = await pool.get(key, call, { shared: cacheable || judge, kept: cacheable });
      if (mode === 'record' && !this.#cassette?.find(key)) this.#cassette?.record({ ...labels, key, answer });
      return this.#output(answer, source);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { output: null, error: { kind: error.kind, message: redact(error.message), status: error.status } };
    }
  }

  /** Keeps an output that is there already in the cassette, when this run records. */
  record(request: ModelRequest, trial: number, labels: AnswerLabels, output: Output): void {
    if (this.#execution.mode !== 'record') return;
    const { source: _, usd: _usd, ...answer } = output;
    this.#cassette?.record({ ...labels, key: this.keyOf(request, trial), answer });
  }

  #call(request: ModelRequest, purpose: Purpose): Promise<RecordedAnswer> {
    const estimate = estimateUsage(request);
    const most = {
      usd: costOf(estimate, this.#price),
      tokens: estimate.inputTokens + estimate.outputTokens,
      calls: 1,
    };
    const usedBy = (answer: Answer) => {
      const { inputTokens, outputTokens } = answer.usage;
      const tokens = inputTokens === null || outputTokens === null ? most.tokens : inputTokens + outputTokens;
      return { usd: this.#costOf(answer) ?? most.usd, tokens, calls: 1 };
    };
    return this.#lane.call(request, this.#execution.budgets.around(purpose, most, usedBy));
  }

  #output(answer: RecordedAnswer, source: Output['source']): Outcome {
    return { output: { ...answer, usd: this.#costOf(answer), source }, error: null };
  }

  #costOf(answer: Answer): number | null {
    return answer.usd ?? costOf(answer.usage, this.#price);
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
