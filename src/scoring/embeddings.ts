import { identityOf, priceAt } from '../answers/answers.js';
import type { Execution } from '../answers/execution.js';
import { add, type Tally } from '../answers/tally.js';
import { costOf, estimateTokens } from '../core/requests/cost.js';
import { canonicalJson } from '../core/text/canonical.js';
import { count, formatUsd } from '../core/text/format.js';
import type { VectorStore } from '../embedders/batched.js';
import type { RemoteEngineOptions } from '../embedders/remote.js';
import type { Embeddings } from '../providers/provider.js';
import { ProviderError } from '../providers/provider-error.js';
import { Vectors } from '../store/vectors.js';

/** What the embeddings of a run need of it. */
export type EmbeddingsContext = Pick<
  Execution,
  'providers' | 'lanes' | 'mode' | 'budgets' | 'prices' | 'redact' | 'vectors'
>;

/** Embeddings of one model of a provider: kept from run to run, sent within the budget, and counted. */
export class EmbeddingService implements RemoteEngineOptions {
  readonly id: string;
  readonly store: VectorStore | null;
  readonly #context: EmbeddingsContext;
  readonly #provider: string;
  readonly #model: string;
  readonly #suite: string | null;
  readonly #tally: Pick<Tally, 'spend'>;
  #requests = 0;
  #texts = 0;
  #tokens: number | null = 0;
  #usd: number | null = 0;
  #kept = 0;

  /** Against the budget of `suite` it counts besides that of the run; null when several are served. */
  constructor(
    context: EmbeddingsContext,
    { provider, model, suite }: { readonly provider: string; readonly model: string; readonly suite: string | null },
    tally: Pick<Tally, 'spend'>,
  ) {
    const entry = context.providers.get(provider);
    if (!entry) throw new Error(`provider ${provider} was not loaded`);
    this.id = `${provider}/${model}`;
    this.#context = context;
    this.#provider = provider;
    this.#model = model;
    this.#suite = suite;
    this.#tally = tally;
    this.store =
      context.vectors === null
        ? null
        : this.#countKept(new Vectors(context.vectors, canonicalJson({ model, ...identityOf(entry) })));
  }

  readonly refused = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'invalid-request';

  readonly send = async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    const { mode, redact } = this.#context;
    try {
      if (mode === 'replay')
        throw new ProviderError(
          'not-recorded',
          'its vectors are not kept from an earlier run, and --replay sends nothing',
        );
      const { vectors, usage } = await this.#call(texts);
      const usd = costOf(usage, this.#price());
      this.#requests += 1;
      this.#texts += texts.length;
      this.#tokens = add(this.#tokens, usage.inputTokens);
      this.#usd = add(this.#usd, usd);
      this.#tally.spend(usage, usd, this.id);
      return vectors;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const { kind, status, retryAfterMs, fatal } = error;
      throw new ProviderError(kind, redact(`no embeddings of ${this.id}: ${error.message}`), {
        status,
        retryAfterMs,
        fatal,
      });
    }
  };

  /** What was sent where, for the notes of the run; null when nothing was. */
  describe(): string | null {
    const kept = this.#kept > 0 ? `${count(this.#kept, 'text')} read from the cache` : '';
    const tokens = this.#tokens === null ? 'tokens not known' : count(this.#tokens, 'token');
    const sent =
      this.#requests > 0
        ? `${count(this.#texts, 'text')} sent in ${count(this.#requests, 'request')} (${tokens}, ${this.#usd === null ? 'cost not known' : formatUsd(this.#usd)})`
        : '';
    const parts = [sent, kept].filter(Boolean);
    return parts.length === 0
      ? null
      : `Embeddings of ${this.id}${this.#suite === null ? '' : ` for suite ${this.#suite}`}: ${parts.join(', ')}.`;
  }

  async #call(texts: readonly string[]): Promise<Embeddings> {
    const { budgets, lanes } = this.#context;
    const lane = lanes.get(this.#provider);
    if (!lane) throw new Error(`provider ${this.#provider} has no lane`);
    const tokens = estimateTokens(texts);
    const most = { usd: costOf({ inputTokens: tokens, outputTokens: 0 }, this.#price()), tokens, calls: 1 };
    const usedBy = ({ usage }: Embeddings) => ({
      usd: costOf(usage, this.#price()) ?? most.usd,
      tokens: usage.inputTokens ?? tokens,
      calls: 1,
    });
    return lane.embed(
      this.#model,
      texts,
      budgets.around({ suite: this.#suite, judge: false, aside: true }, most, usedBy),
    );
  }

  #price() {
    const model = { text: this.id, provider: this.#provider, model: this.#model };
    const entry = this.#context.providers.get(this.#provider);
    return entry ? priceAt(entry, model, this.#context.prices) : null;
  }

  #countKept(vectors: Vectors): VectorStore {
    return {
      get: async (text) => {
        const vector = await vectors.get(text);
        if (vector) this.#kept += 1;
        return vector;
      },
      put: (text, vector) => vectors.put(text, vector),
    };
  }
}
