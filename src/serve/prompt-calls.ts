import type { World } from '../calls/world.js';
import type { Answer, ErrorKind } from '../model/output.js';
import type { ProviderCall } from '../providers/provider.js';
import { ProviderError } from '../providers/provider-error.js';
import type { Prompts, Resolved } from '../runtime/prompts.js';
import { ApiError, asApiError } from './api-error.js';
import type { CallIds } from './call-ids.js';
import type { CallPrices } from './call-prices.js';
import type { Incoming, Outgoing } from './exchange.js';
import type { CallListener, FinishedCall } from './finished-call.js';
import type { Models } from './models.js';
import type { PromptCall } from './prompt-call.js';
import type { AnswerShape, ServedCall } from './served-call.js';
import { traceOf, traceparentOf } from './trace.js';

export interface PromptCallOptions {
  readonly prompts: Prompts;
  readonly models: Pick<Models, 'ask'>;
  readonly prices: Pick<CallPrices, 'usdOf'>;
  /** For one call of a model. */
  readonly timeoutMs: number;
  readonly world: Pick<World, 'date' | 'now' | 'later'>;
  readonly ids: CallIds;
  /** Told of every call of a model that has ended, failed ones too. */
  readonly listeners: readonly CallListener[];
  /** Told of what no client can cause. */
  readonly onFault: (error: unknown) => void;
}

/** Answers calls of prompts: fills in what is live, asks its model, and says how that went. */
export class PromptCalls {
  readonly #options: PromptCallOptions;

  constructor(options: PromptCallOptions) {
    this.#options = options;
  }

  /** Answers with what is to be sent, for apps that call models themselves. */
  render(call: PromptCall, incoming: Incoming, outgoing: Outgoing): void {
    const resolved = this.#resolve(call, incoming);
    const { ids, world } = this.#options;
    const callId = ids.sign(ids.next(), issuedOf(call, resolved, world.date().getTime(), true));
    outgoing.json(200, { callId, ...resolved }, headersOf(resolved));
  }

  /** Answers with what the model says, whole or in pieces. */
  async complete(call: PromptCall, shape: AnswerShape, incoming: Incoming, outgoing: Outgoing): Promise<void> {
    const unit = unitOf(call, incoming);
    const resolved = this.#resolve(call, incoming);
    const { ids, world } = this.#options;
    const at = world.date().getTime();
    const served: ServedCall = { id: ids.next(), created: Math.floor(at / 1000), resolved };
    const headers = {
      ...headersOf(resolved),
      'llmci-call': ids.sign(served.id, issuedOf(call, resolved, at, false)),
    };
    const asked = { call, unit, at, served };
    if (!call.stream) {
      const answer = await this.#ask(asked, incoming);
      return outgoing.json(200, shape.whole(served, answer), headers);
    }
    const stream = shape.stream(served, { usage: call.usage });
    // What fails before the first piece has a status of its own, as it has without a stream
    let begun = false;
    let written = Promise.resolve();
    const write = (text: string) => {
      const first = begun ? '' : stream.begin();
      if (!begun) outgoing.begin(headers);
      begun = true;
      written = written.then(() => outgoing.write(first + text));
      return written;
    };
    try {
      let told = '';
      const answer = await this.#ask(asked, incoming, (piece) => {
        told += piece;
        void write(stream.text(piece)).catch(() => undefined);
      });
      const rest = told === '' && answer.finishReason !== 'refusal' ? answer.text : '';
      await write((rest === '' ? '' : stream.text(rest)) + stream.end(answer));
    } catch (error) {
      if (!begun || incoming.signal.aborted) throw error;
      const failed = asApiError(error);
      if (failed === null) this.#options.onFault(error);
      await write(
        stream.fail((failed ?? new ApiError(500, 'internal_error', 'the gateway failed; its log says more')).body),
      );
    }
    outgoing.end();
  }

  #resolve(call: PromptCall, incoming: Incoming): Resolved {
    const { id, version, variables, messages } = call;
    const unit = unitOf(call, incoming);
    const resolved = this.#options.prompts.resolve(id, {
      vars: variables,
      messages: messages as never,
      ...(unit !== null && { unit }),
      cohorts: namesIn(incoming.header('llmci-cohort')),
    });
    if (version !== null && resolved.release !== `${id}@${version}`) {
      const why = `${id}@${version} is not what is live here, which is ${resolved.release}: leave out the version, or promote that one`;
      throw new ApiError(404, 'version_not_live', why, 'prompt.version');
    }
    return resolved;
  }

  /** Asks the model, and tells the listeners how that ended before anybody else hears of it. */
  async #ask(asked: Asked, incoming: Incoming, onText?: (piece: string) => void): Promise<Answer> {
    const { world, timeoutMs, models, prices, listeners } = this.#options;
    const { call, served, unit, at } = asked;
    const { resolved } = served;
    const trace = traceOf(incoming.header('traceparent'));
    const ended = new AbortController();
    const takeBack = world.later(timeoutMs, () => ended.abort(new ProviderError('timeout', 'no answer in time')));
    const leave = () => ended.abort(incoming.signal.reason);
    incoming.signal.addEventListener('abort', leave, { once: true });
    const began = world.now();
    let firstTokenMs: number | null = null;
    const finish = (how: Pick<FinishedCall, 'answer' | 'usd' | 'error' | 'clientLeft'>) => {
      const { release, digest, arm, rollout, model, messages } = resolved;
      const finished: FinishedCall = {
        ...{ id: served.id, at, prompt: call.id, release, digest, arm, rollout, unit, model, messages },
        ...how,
        latencyMs: world.now() - began,
        firstTokenMs,
        variables: call.variables,
        trace,
      };
      for (const listener of listeners) listener.onCall(finished);
    };
    const providerCall: ProviderCall = {
      signal: ended.signal,
      headers: { traceparent: traceparentOf(trace) },
      onFirstToken: () => {
        firstTokenMs ??= world.now() - began;
      },
      ...(onText && { onText }),
    };
    try {
      if (incoming.signal.aborted) leave();
      const answer = await models.ask(resolved, call.variables, providerCall).catch((error: unknown) => {
        finish({ answer: null, usd: null, error: kindOf(error, ended.signal), clientLeft: incoming.signal.aborted });
        throw error;
      });
      finish({ answer, usd: prices.usdOf(resolved.model, answer), error: null, clientLeft: false });
      return answer;
    } finally {
      takeBack();
      incoming.signal.removeEventListener('abort', leave);
    }
  }
}

/** A call on its way to the model. */
interface Asked {
  readonly call: PromptCall;
  readonly unit: string | null;
  readonly at: number;
  readonly served: ServedCall;
}

/** What a call failed of. A release whose model nobody knows has failed too, and so has one that trips over its answer. */
function kindOf(error: unknown, signal: AbortSignal): ErrorKind {
  if (error instanceof ProviderError) return error.kind;
  if (signal.aborted) return 'cancelled';
  return error instanceof ApiError ? 'unknown-model' : 'bad-response';
}

function issuedOf({ id: prompt }: PromptCall, { release, arm, rollout }: Resolved, at: number, rendered: boolean) {
  return { prompt, release, arm, rollout, at, rendered };
}

function unitOf({ unit }: PromptCall, { header }: Incoming): string | null {
  return header('llmci-unit') ?? unit;
}

/** Names between commas, as headers have lists. */
export function namesIn(header: string | null): readonly string[] {
  if (header === null) return [];
  return header.split(',').flatMap((name) => name.trim() || []);
}

/** By these, logs and traces of the app can say which release has answered. */
function headersOf({ release, arm }: Resolved): Record<string, string> {
  // Ids of prompts may have any letters, headers may not
  return { 'llmci-release': encodeURI(release), 'llmci-arm': arm };
}
