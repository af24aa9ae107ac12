import { identityOf, priceAt } from '../answers/answers.js';
import type { Execution } from '../answers/execution.js';
import { costOf, estimateTokens } from '../core/requests/cost.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { digest } from '../core/text/canonical.js';
import { count } from '../core/text/format.js';
import type { RecordedAnswer } from '../model/output.js';
import type { Moderation } from '../providers/provider.js';
import { ProviderError } from '../providers/provider-error.js';
import { JudgeError } from './judge.js';

/** What the moderations of a run need of it. */
export type ModerationsContext = Pick<
  Execution,
  'providers' | 'lanes' | 'mode' | 'budgets' | 'pool' | 'prices' | 'redact'
>;

/** Moderations by one model of a provider: kept from run to run, made once for equal texts, and counted. */
export class ModerationService {
  readonly #context: ModerationsContext;
  readonly #written: string;
  #sent = 0;
  #kept = 0;

  /** `written` is `provider/model`. */
  constructor(context: ModerationsContext, written: string) {
    this.#context = context;
    this.#written = written;
  }

  /**
   * The score of each category. It counts against the budget of the suite that asks first. Rejects with JudgeError: a
   * moderation is a verdict, and fails as one.
   */
  async moderate(written: string, suite: string): Promise<Moderation['categories']> {
    // JSON has no lone surrogates
    const text = written.replace(/\p{Surrogate}/gu, '\uFFFD');
    try {
      const { answer, source } = await this.#context.pool.get(this.#keyOf(text), () => this.#call(text, suite), {
        shared: true,
        kept: true,
      });
      if (source === 'live') this.#sent += 1;
      else this.#kept += 1;
      return categoriesIn(answer);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const { redact } = this.#context;
      throw new JudgeError(error.kind, redact(`no moderation by ${this.#written}: ${error.message}`));
    }
  }

  /** What was sent where, for the notes of the run; null when nothing was. */
  describe(): string | null {
    const sent = this.#sent > 0 ? `${count(this.#sent, 'text')} sent` : '';
    const kept = this.#kept > 0 ? `${count(this.#kept, 'text')} read from the cache` : '';
    const parts = [sent, kept].filter(Boolean);
    return parts.length === 0 ? null : `Moderations by ${this.#written}: ${parts.join(', ')}.`;
  }

  async #call(text: string, suite: string): Promise<RecordedAnswer> {
    const { budgets, lanes, mode } = this.#context;
    if (mode === 'replay') throw new ProviderError('not-recorded', '--replay sends nothing');
    const { provider, model } = parseModelReference(this.#written);
    const lane = lanes.get(provider);
    if (!lane) throw new Error(`provider ${provider} has no lane`);
    const used = { usd: this.#costOf(text), tokens: 0, calls: 1 };
    const around = budgets.around<Moderation>({ suite, judge: false, aside: true }, used, () => used);
    return asAnswer(await lane.moderate(model ?? '', text, around));
  }

  /** What the service takes for it: most take nothing. No service tells how many tokens it counted. */
  #costOf(text: string): number | null {
    const { providers, prices } = this.#context;
    const reference = parseModelReference(this.#written);
    const entry = providers.get(reference.provider);
    const price = entry ? priceAt(entry, reference, prices) : null;
    return costOf({ inputTokens: estimateTokens([text]), outputTokens: 0 }, price);
  }

  #keyOf(text: string): string {
    const { provider, model } = parseModelReference(this.#written);
    const entry = this.#context.providers.get(provider);
    if (!entry) throw new Error(`provider ${provider} was not loaded`);
    return digest({ moderates: model, ...identityOf(entry), text });
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
