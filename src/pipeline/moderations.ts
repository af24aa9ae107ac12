import { digest } from '../core/canonical.js';
import { count } from '../core/format.js';
import { parseModelReference } from '../core/model-reference.js';
import type { RecordedAnswer } from '../model/output.js';
import { type Moderation, ProviderError } from '../providers/provider.js';
import { identityOf } from './answers.js';
import type { Execution } from './execution.js';
import { JudgeError } from './judge.js';

/** What the moderations of a run need of it. */
export type ModerationsContext = Pick<Execution, 'providers' | 'lanes' | 'mode' | 'cache' | 'redact'>;

/** Moderations by one model of a provider: kept from run to run, made once for equal texts, and counted. */
export class ModerationService {
  readonly #context: ModerationsContext;
  readonly #written: string;
  /** By the key of the text. */
  readonly #made = new Map<string, Promise<Moderation>>();
  #sent = 0;
  #kept = 0;

  /** `written` is `provider/model`. */
  constructor(context: ModerationsContext, written: string) {
    this.#context = context;
    this.#written = written;
  }

  /** The score of each category. Rejects with JudgeError: a moderation is a verdict, and fails as one. */
  async moderate(written: string): Promise<Moderation['categories']> {
    // JSON has no lone surrogates
    const text = written.replace(/\p{Surrogate}/gu, '\uFFFD');
    const key = this.#keyOf(text);
    const made = this.#made.get(key) ?? this.#find(key, text);
    this.#made.set(key, made);
    try {
      return (await made).categories;
    } catch (error) {
      this.#made.delete(key);
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

  async #find(key: string, text: string): Promise<Moderation> {
    const { cache, lanes, mode } = this.#context;
    const kept = readKept(await cache?.get(key));
    if (kept) {
      this.#kept += 1;
      return kept;
    }
    if (mode === 'replay') throw new ProviderError('not-recorded', '--replay sends nothing');
    const { provider, model } = parseModelReference(this.#written);
    const lane = lanes.get(provider);
    if (!lane) throw new Error(`provider ${provider} has no lane`);
    const moderation = await lane.moderate(model ?? '', text);
    this.#sent += 1;
    await cache?.put(key, asAnswer(moderation));
    return moderation;
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

function readKept(answer: RecordedAnswer | null | undefined): Moderation | null {
  // The cache vouches with a checksum for what was put there
  return answer ? { categories: JSON.parse(answer.text) as Moderation['categories'] } : null;
}
