import { EventStream, type ServerSentEvent } from '../../core/text/event-stream.js';
import { isRecord, type Json } from '../../model/json.js';
import type { ProviderCall } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import { badResponse, errorInAnswer, parseAnswer, requireNoError, type Service } from './faults.js';

/** Puts the events of one format together into what the service would have sent whole. */
export interface Assembly {
  /** Takes the data of an event; kinds of events that it does not know are nothing to it. Returns what it adds to the text. */
  take(event: Readonly<Record<string, unknown>>): string;
  /** Whether a piece of the answer is there: text, reasoning or a call. */
  readonly begun: boolean;
  /** Whether the service has said that the answer is complete. */
  readonly ended: boolean;
  /** Whether `[DONE]` says so too. A gateway may write it behind whatever has come. */
  readonly endsWithDone: boolean;
  /** The answer as it comes without a stream. */
  whole(): unknown;
}

/** How some services say that nothing comes any more. */
const DONE = '[DONE]';

/** An answer that comes as a stream of events. */
export class AnswerStream {
  readonly #events = new EventStream();
  readonly #assembly: Assembly;
  readonly #service: Service;
  readonly #call: Pick<ProviderCall, 'onFirstToken' | 'onText'>;
  #done = false;

  constructor(assembly: Assembly, service: Service, call: Pick<ProviderCall, 'onFirstToken' | 'onText'>) {
    this.#assembly = assembly;
    this.#service = service;
    this.#call = call;
  }

  /** Takes what has come. Throws ProviderError for an error in the stream, and for what cannot be read. */
  push(bytes: Uint8Array): void {
    for (const event of this.#decode(() => this.#events.push(bytes))) this.#take(event);
  }

  /** The whole answer. Throws ProviderError when the stream ended before it was complete. */
  end(): unknown {
    this.#decode(() => this.#events.end());
    if (this.#assembly.ended || (this.#done && this.#assembly.endsWithDone)) return this.#assembly.whole();
    throw new ProviderError('network', `${this.#service.host} ended its stream before the answer was complete`);
  }

  #take({ name, data }: ServerSentEvent): void {
    if (this.#done) return;
    if (data.trim() === DONE) {
      this.#done = true;
      return;
    }
    // A sign of life need not be JSON, an error need not be either
    const named = name !== 'message' && !/^\s*[{[]/.test(data);
    if (named && name !== 'error') return;
    const json: Json = named ? data : parseAnswer(data, this.#service);
    requireNoError(json, this.#service);
    if (name === 'error') throw errorInAnswer(json, this.#service);
    if (!isRecord(json)) return;
    const begun = this.#assembly.begun;
    const piece = this.#assembly.take(json);
    if (!begun && this.#assembly.begun) this.#call.onFirstToken?.();
    if (piece !== '') this.#call.onText?.(piece);
  }

  #decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw badResponse('sent a stream that cannot be read: it is not UTF-8', '', this.#service);
    }
  }
}
