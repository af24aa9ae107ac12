import type { Accounts } from '../answers/accounts.js';
import type { AnswerPool } from '../answers/answer-pool.js';
import type { Budgets } from '../answers/budgets.js';
import type { ReachedModel } from '../answers/reach.js';
import { costOf, estimateTokens } from '../core/requests/cost.js';
import { digest } from '../core/text/canonical.js';
import { count } from '../core/text/format.js';
import type { Redact } from '../core/text/redact.js';
import type { RecordedAnswer } from '../model/output.js';
import { identityOf } from '../providers/contract/identity.js';
import type { Moderation } from '../providers/contract/provider.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import { JudgeError } from './judge-service.js';

/** What moderations by one model take. */
export interface ModerationServiceParts {
  readonly model: ReachedModel;
  readonly pool: AnswerPool;
  /** Whether nothing may be sent. */
  readonly offline: boolean;
  readonly budgets: Budgets;
  readonly accounts: Accounts;
  readonly redact: Redact;
}

/** Moderations by one model of a provider: kept from run to run, made once for equal texts, and counted. */
export class ModerationService {
  readonly #parts: ModerationServiceParts;
  #sent = 0;
  #kept = 0;

  constructor(parts: ModerationServiceParts) {
    this.#parts = parts;
  }

  /**
   * The score of each category. It counts against the budget of the suite that asks first. Rejects with JudgeError: a
   * moderation is a verdict, and fails as one.
   */
  async moderate(written: string, suite: string): Promise<Moderation['categories']> {
    // JSON has no lone surrogates
    const text = written.replace(/\p{Surrogate}/gu, '\uFFFD');
    const { model, pool, redact } = this.#parts;
    try {
      const { answer, source } = await pool.get(this.#keyOf(text), () => this.#call(text, suite), {
        shared: true,
        kept: true,
      });
      if (source === 'live') this.#sent += 1;
      else this.#kept += 1;
      return categoriesIn(answer);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw new JudgeError(error.kind, redact(`no moderation by ${model.reference.text}: ${error.message}`));
    }
  }

  /** What was sent where, for the notes of the run; null when nothing was. */
  describe(): string | null {
    const sent = this.#sent > 0 ? `${count(this.#sent, 'text')} sent` : '';
    const kept = this.#kept > 0 ? `${count(this.#kept, 'text')} read from the cache` : '';
    const parts = [sent, kept].filter(Boolean);
    return parts.length === 0 ? null : `Moderations by ${this.#parts.model.reference.text}: ${parts.join(', ')}.`;
  }

  async #call(text: string, suite: string): Promise<RecordedAnswer> {
    const { model, budgets, accounts, offline } = this.#parts;
    if (offline) throw new ProviderError('not-recorded', '--replay sends nothing');
    // Most take nothing for it. No service tells how many tokens it counted, so none are
    const usd = costOf({ inputTokens: estimateTokens([text]), outputTokens: 0 }, model.price);
    const used = { usd, tokens: 0, calls: 1 };
    const around = budgets.around<Moderation>({ suite, kind: 'moderations' }, used, () => used);
    const moderation = await model.lane.moderate(model.reference.model ?? '', text, around);
    accounts.spend('moderations', suite, { inputTokens: 0, outputTokens: 0 }, usd, model.reference.text);
    return asAnswer(moderation);
  }

  #keyOf(text: string): string {
    const { reference, provider } = this.#parts.model;
    return digest({ moderates: reference.model, ...identityOf(provider), text });
  }
}

/** A moderation in the form in which the cache keeps answers. */
function asAnswer({ categories }: Moderation): RecordedAnswer {
  return {
    text: JSON.stringify(categories),
    toolCalls: [],
    usage: { inputTokens: null, outputTokens: null },
    finishReason: null,
    servedModel: null,
    latencyMs: null,
  };
}

function categoriesIn({ text }: RecordedAnswer): Moderation['categories'] {
  // Whatever it comes from, `asAnswer` wrote it
  return JSON.parse(text) as Moderation['categories'];
}
