import type { Accounts } from '../answers/accounts.js';
import type { Budgets } from '../answers/budgets.js';
import type { ReachedModel } from '../answers/reach.js';
import { costOf, estimateTokens } from '../core/requests/cost.js';
import { addKnown } from '../core/stats/add-known.js';
import { canonicalJson } from '../core/text/canonical.js';
import { count, formatUsd } from '../core/text/format.js';
import type { Redact } from '../core/text/redact.js';
import type { VectorStore } from '../embedders/batched.js';
import type { RemoteEngineOptions } from '../embedders/remote.js';
import { identityOf } from '../providers/contract/identity.js';
import type { Embeddings } from '../providers/contract/provider.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import type { EntryStore } from '../store/answers/entry-store.js';
import { Vectors } from '../store/answers/vectors.js';

/** What embeddings by one model take. */
export interface EmbeddingServiceParts {
  readonly model: ReachedModel;
  /** Against whose budget it counts besides that of the run; null when several suites are served. */
  readonly suite: string | null;
  /** Where vectors are kept; null when none are to be. */
  readonly vectors: EntryStore | null;
  /** Whether nothing may be sent. */
  readonly offline: boolean;
  readonly budgets: Budgets;
  readonly accounts: Accounts;
  readonly redact: Redact;
}

/** Embeddings of one model of a provider: kept from run to run, sent within the budget, and counted. */
export class EmbeddingService implements RemoteEngineOptions {
  readonly store: VectorStore | null;
  readonly #parts: EmbeddingServiceParts;
  #requests = 0;
  #texts = 0;
  #tokens: number | null = 0;
  #usd: number | null = 0;
  #kept = 0;

  constructor(parts: EmbeddingServiceParts) {
    this.#parts = parts;
    const { model, vectors } = parts;
    const engine = () => canonicalJson({ model: model.reference.model, ...identityOf(model.provider) });
    this.store = vectors && this.#countKept(new Vectors(vectors, engine()));
  }

  get id(): string {
    return this.#parts.model.reference.text;
  }

  readonly refused = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'invalid-request';

  readonly send = async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    const { model, suite, offline, accounts, redact } = this.#parts;
    try {
      if (offline)
        throw new ProviderError(
          'not-recorded',
          'its vectors are not kept from an earlier run, and --replay sends nothing',
        );
      const { vectors, usage } = await this.#call(texts);
      const usd = costOf(usage, model.price);
      this.#requests += 1;
      this.#texts += texts.length;
      this.#tokens = addKnown(this.#tokens, usage.inputTokens);
      this.#usd = addKnown(this.#usd, usd);
      accounts.spend('embeddings', suite, usage, usd, this.id);
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
      : `Embeddings of ${this.id}${this.#parts.suite === null ? '' : ` for suite ${this.#parts.suite}`}: ${parts.join(', ')}.`;
  }

  #call(texts: readonly string[]): Promise<Embeddings> {
    const { model, suite, budgets } = this.#parts;
    const tokens = estimateTokens(texts);
    const most = { usd: costOf({ inputTokens: tokens, outputTokens: 0 }, model.price), tokens, calls: 1 };
    const usedBy = ({ usage }: Embeddings) => ({
      usd: costOf(usage, model.price) ?? most.usd,
      tokens: usage.inputTokens ?? tokens,
      calls: 1,
    });
    const purpose = { suite, kind: 'embeddings' } as const;
    return model.lane.embed(model.reference.model ?? '', texts, budgets.around(purpose, most, usedBy));
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
