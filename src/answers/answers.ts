import { NO_SPEND, type Spend } from '../calls/budget.js';
import { costOf, estimateUsage, limitedBy, mostCostOf } from '../core/requests/cost.js';
import { type ProviderIdentity, sampleKey } from '../core/requests/request.js';
import type { Redact } from '../core/text/redact.js';
import { redactJson } from '../core/text/redact-json.js';
import { withMembers } from '../core/text/with-members.js';
import type { AnswerLabels } from '../model/cassette.js';
import type { CallKind } from '../model/journal.js';
import type { Answer, Output, RecordedAnswer, SampleError } from '../model/output.js';
import type { ModelRequest } from '../model/request.js';
import { identityOf } from '../providers/contract/identity.js';
import type { AnyProvider } from '../providers/contract/provider.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import type { AnswerPool } from './answer-pool.js';
import type { Budgets, Purpose } from './budgets.js';
import type { ReachedModel } from './reach.js';
import type { OthersFit, Recordings } from './recordings.js';

/** What became of a request: an output, or an error that says nothing about the prompt. */
export type Outcome =
  /** `session` is by which an app knows the conversation that the answer is one of. */
  | { readonly output: Output; readonly error: null; readonly session?: string | undefined }
  | { readonly output: null; readonly error: SampleError; readonly session?: undefined };

/** That of a request which is not made any more. */
export const STOPPED = {
  output: null,
  error: { kind: 'cancelled', message: 'the run was stopped', status: null },
} satisfies Outcome;

/** Takes the answer that something was reserved for, or null when there is none. */
export type TakeAnswer = (answer: RecordedAnswer | null) => void;

/** Makes the call that answers a request, or several when a service does not take it in the form that it has. */
export type Asking = (
  request: ModelRequest,
  call: (request: ModelRequest) => Promise<RecordedAnswer>,
  provider: Pick<AnyProvider, 'sendsFormat'>,
) => Promise<RecordedAnswer>;

/** How an answer is got. */
interface GetOptions {
  /** Whether the recording has answers to other cases of the column. */
  readonly othersFit?: OthersFit;
  /** Whether the call is made although its answer is recorded. */
  readonly anew?: boolean;
  /** What it makes of the request to get it answered is no part of its key. */
  readonly ask?: Asking;
}

const askAsIs: Asking = (request, call) => call(request);

export interface AnswersParts {
  readonly model: ReachedModel;
  readonly recordings: Recordings;
  /** Where live answers are looked for before a call is made. */
  readonly pool: AnswerPool;
  readonly budgets: Budgets;
  readonly redact: Redact;
}

function kindOf({ judge, user }: AnswerLabels): CallKind {
  return judge ? 'judge' : user ? 'users' : 'samples';
}

/** Where an answer came from. */
interface Origin {
  readonly source: Output['source'];
  /** The day on which it was made; null where nobody knows. */
  readonly made: string | null;
  /** Whether the model gave it in this very run, to an equal request. */
  readonly shared?: boolean;
}

/** Gets answers of one model: from a cassette, from the cache, or live. */
export class Answers {
  readonly #model: ReachedModel;
  readonly #identity: ProviderIdentity;
  readonly #recordings: Recordings;
  readonly #pool: AnswerPool;
  readonly #budgets: Budgets;
  readonly #redact: Redact;

  constructor({ model, recordings, pool, budgets, redact }: AnswersParts) {
    this.#model = model;
    this.#identity = identityOf(model.provider);
    this.#recordings = recordings;
    this.#pool = pool;
    this.#budgets = budgets;
    this.#redact = redact;
  }

  /** By which the answer to a request is found in cassettes and the cache. */
  keyOf(request: ModelRequest, trial: number): string {
    return sampleKey(this.#identity, request, trial);
  }

  /** Never rejects for what a provider does. Trials of the same request are different answers. */
  async get(
    request: ModelRequest,
    trial: number,
    labels: AnswerLabels,
    { othersFit = () => false, anew = false, ask = askAsIs }: GetOptions = {},
  ): Promise<Outcome> {
    const judge = labels.judge !== undefined;
    // Two equal questions to a judge must get one verdict, whatever it runs on
    const shared = this.#cacheable || judge;
    const purpose = { suite: labels.suite, kind: kindOf(labels) } as const;
    const { definition } = this.#model.provider;
    const call = async () =>
      redactAnswer(await ask(request, (asked) => this.#call(asked, purpose), definition), this.#redact);
    try {
      // What nobody looks for needs no key, and the key of every sample takes a while
      if (!shared && this.#recordings.idle) return this.#output(await call(), { source: 'live', made: this.#pool.day });
      const key = this.keyOf(request, trial);
      const replayed = anew ? null : this.#replay(key, labels, othersFit);
      if (replayed) return replayed;
      const { answer, ...origin } = await this.#pool.get(key, call, { shared, kept: this.#cacheable });
      if (anew) this.#recordings.put(key, answer, labels, origin.made);
      else this.#recordings.add(key, answer, labels, origin.made);
      return this.#output(answer, origin);
    } catch (error) {
      return this.fail(error);
    }
  }

  /**
   * The answer that is there already, recorded or cached; null when there is none. Rejects with ProviderError when there
   * has to be one.
   */
  async find(key: string, labels: AnswerLabels): Promise<Outcome | null> {
    const replayed = this.#replay(key, labels, () => false);
    if (replayed) return replayed;
    const known = this.#cacheable ? this.#pool.known(key) : null;
    if (!known) return null;
    this.#recordings.add(key, known.answer, labels, known.made);
    return this.#output(known.answer, { ...known, source: 'cache' });
  }

  /** Makes an outcome of an answer that has come, and keeps it where later ones are looked for. */
  async keep(
    key: string,
    received: RecordedAnswer,
    labels: AnswerLabels,
    source: Output['source'] = 'live',
  ): Promise<Outcome> {
    const answer = redactAnswer(received, this.#redact);
    if (this.#cacheable) await this.#pool.keep(key, answer);
    this.#recordings.add(key, answer, labels, this.#pool.day);
    return this.#output(answer, { source, made: this.#pool.day, shared: source === 'cache' });
  }

  /** Whether the service keeps the state of conversations. */
  get inSessions(): boolean {
    const { definition, config } = this.#model.provider;
    // The configuration was checked by this provider's own schema
    return definition.keepsSession?.(config as never) ?? false;
  }

  /** Whether new answers are kept in the cassette. */
  get recording(): boolean {
    return this.#recordings.recording;
  }

  /** Keeps an output that is there already in the cassette, when this run records. */
  record(request: ModelRequest, trial: number, labels: AnswerLabels, output: Output): void {
    if (!this.#recordings.recording) return;
    const { source: _, usd: _usd, shared: _shared, recorded = null, ...answer } = output;
    this.#recordings.put(this.keyOf(request, trial), answer, labels, recorded);
  }

  /** A sample is done after so many calls of its model and lines of its user: what is recorded of further ones is old. */
  endAfter(sample: AnswerLabels, steps: number, lines: number): void {
    this.#recordings.endAfter(sample, steps, lines);
  }

  /** Makes an outcome of what a provider or the budget has thrown; throws anything else. */
  fail(error: unknown): Extract<Outcome, { readonly output: null }> {
    if (!(error instanceof ProviderError)) throw error;
    const message = this.#redact(error.message);
    return { output: null, error: { kind: error.kind, message, status: error.status } };
  }

  /**
   * Reserves what a request in a batch may cost; what is returned takes the answer, or null when there is none. Null when
   * there is no room for it before others have ended. Throws ProviderError of kind budget, unless it is `paid` already.
   */
  hold(request: ModelRequest, labels: AnswerLabels, { paid }: { readonly paid: boolean }): TakeAnswer | null {
    const { most, usedBy } = this.#spendOf(request, { batched: true });
    const purpose = { suite: labels.suite, kind: 'samples' } as const;
    const settle = this.#budgets.hold(purpose, most, { paid });
    return settle && ((answer) => settle(answer === null ? NO_SPEND : usedBy(answer)));
  }

  #call(request: ModelRequest, purpose: Purpose): Promise<RecordedAnswer> {
    const { most, usedBy } = this.#spendOf(request, { batched: false });
    return this.#model.lane.call(request, this.#budgets.around(purpose, most, usedBy));
  }

  /** What a request may use at the most, and what an answer to it has used. */
  #spendOf(request: ModelRequest, { batched }: { readonly batched: boolean }) {
    const estimate = estimateUsage(limitedBy(request, this.#model.provider.definition.answerLimit));
    const most: Spend = {
      usd: mostCostOf(estimate, this.#model.price, { share: this.#shareOf(batched) }),
      tokens: estimate.inputTokens + estimate.outputTokens,
      calls: 1,
    };
    const usedBy = (answer: Answer): Spend => {
      const { inputTokens, outputTokens } = answer.usage;
      const tokens = inputTokens === null || outputTokens === null ? most.tokens : inputTokens + outputTokens;
      return { usd: this.#costOf(answer, batched) ?? most.usd, tokens, calls: 1 };
    };
    return { most, usedBy };
  }

  get #cacheable(): boolean {
    return this.#model.provider.definition.cacheable ?? false;
  }

  #replay(key: string, labels: AnswerLabels, othersFit: OthersFit): Outcome | null {
    const recorded = this.#recordings.find(key, labels, othersFit);
    if (recorded === null) return null;
    const made = this.#recordings.dayOf(key);
    if (this.#recordings.isNew(key)) return this.#output(recorded, { source: 'cache', made, shared: true });
    return this.#output(recorded, { source: 'replay', made });
  }

  #output(
    answer: RecordedAnswer,
    { source, made, shared = false }: Origin,
  ): Extract<Outcome, { readonly error: null }> {
    const usd = this.#costOf(answer, answer.batched ?? false);
    const { session, ...kept } = answer;
    const recorded = source === 'live' || made === null ? {} : { recorded: made };
    const output = withMembers(kept, { usd, source, ...recorded, ...(shared && { shared }) });
    return { output, error: null, ...(session !== undefined && { session }) };
  }

  #costOf({ usd, usage, serviceTier }: Answer, batched: boolean): number | null {
    return usd ?? costOf(usage, this.#model.price, { share: this.#shareOf(batched), serviceTier });
  }

  #shareOf(batched: boolean): number | undefined {
    return batched ? this.#model.provider.definition.batches?.priceFactor : 1;
  }
}

/** An answer with the secrets taken out of every text in it: a model may repeat them in the arguments of a tool too. */
function redactAnswer(answer: RecordedAnswer, redact: Redact): RecordedAnswer {
  const { text, toolCalls, servedModel, reasoning, continuation, unread } = answer;
  return {
    ...answer,
    text: redact(text),
    toolCalls: toolCalls.map((call) => ({
      name: redact(call.name),
      arguments: redactJson(call.arguments, redact),
    })),
    servedModel: servedModel === null ? null : redact(servedModel),
    ...(reasoning !== undefined && { reasoning: redact(reasoning) }),
    ...(continuation !== undefined && { continuation: redactJson(continuation, redact) }),
    ...(unread !== undefined && { unread: unread.map(redact) }),
  };
}
