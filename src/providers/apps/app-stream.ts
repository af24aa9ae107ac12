import type { ServerSentEvent } from '../../core/text/event-stream.js';
import type { Json } from '../../model/json.js';
import { badResponse, type Service } from '../transport/faults.js';
import { ServiceEvents } from '../transport/service-events.js';
import { findParts, type Paths, readEvent } from './http-answer.js';

/** The answer of an application that comes as server-sent events: JSON ones, or texts where nobody says where the text is. */
export class AppStream {
  readonly #stream: ServiceEvents;
  readonly #events: Json[] = [];
  readonly #output: Paths | undefined;
  readonly #service: Service;
  readonly #onFirstToken: () => void;
  #begun = false;

  constructor(output: Paths | undefined, service: Service, onFirstToken: () => void = () => undefined) {
    this.#output = output;
    this.#service = service;
    this.#stream = new ServiceEvents(service);
    this.#onFirstToken = onFirstToken;
  }

  /** Takes what has come. Throws ProviderError for an error in the stream, and for what cannot be read. */
  push(bytes: Uint8Array): void {
    for (const event of this.#stream.push(bytes)) this.#take(event);
  }

  /** What all events hold: JSON, or texts where nobody says where the text is. Throws as `push` does, and for none. */
  end(): readonly Json[] {
    this.#stream.end();
    // Some servers forget the empty line that ends the last event
    this.push(Buffer.from('\n\n'));
    if (this.#events.length === 0) throw badResponse('sent a stream without an answer', '', this.#service);
    return this.#events;
  }

  #take(event: ServerSentEvent): void {
    const isText = this.#output === undefined && event.name !== 'error';
    const json = isText ? event.data : readEvent(event, this.#service);
    if (json === null) return;
    this.#events.push(json);
    if (this.#begun) return;
    this.#begun = this.#output === undefined || findParts(this.#output, { events: [json] }, this.#service).length > 0;
    if (this.#begun) this.#onFirstToken();
  }
}
