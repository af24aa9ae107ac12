import type { ServerSentEvent } from '../../core/text/event-stream.js';
import { isRecord, type Json } from '../../model/json.js';
import type { ProviderCall } from '../contract/provider.js';
import { ProviderError } from '../contract/provider-error.js';
import { errorInAnswer, parseAnswer, requireNoError, type Service } from './faults.js';
import { ServiceEvents } from './service-events.js';

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

/** An answer that comes as a stream of events. */
export class AnswerStream {
  readonly #events: ServiceEvents;
  readonly #assembly: Assembly;
  readonly #service: Service;
  readonly #call: Pick<ProviderCall, 'onFirstToken' | 'onText'>;

  constructor(assembly: Assembly, service: Service, call: Pick<ProviderCall, 'onFirstToken' | 'onText'>) {
    this.#assembly = assembly;
    this.#service = service;
    this.#events = new ServiceEvents(service);
    this.#call = call;
  }

  /** Takes what has come. Throws ProviderError for an error in the stream, and for what cannot be read. */
  push(bytes: Uint8Array): void {
    for (const event of this.#events.push(bytes)) this.#take(event);
  }

  /** The whole answer. Throws ProviderError when the stream ended before it was complete. */
  end(): unknown {
    this.#events.end();
    if (this.#assembly.ended || (this.#events.done && this.#assembly.endsWithDone)) return this.#assembly.whole();
    throw new ProviderError('network', `${this.#service.host} ended its stream before the answer was complete`);
  }

  #take({ name, data }: ServerSentEvent): void {
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
}
