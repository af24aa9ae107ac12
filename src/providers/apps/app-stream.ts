import { EventStream, type ServerSentEvent } from '../../core/text/event-stream.js';
import type { Json } from '../../model/json.js';
import { badResponse, type Service } from '../transport/faults.js';
import { DONE, findParts, type Paths, readEvent } from './http-answer.js';

/** The answer of an application that comes as server-sent events: JSON ones, or texts where nobody says where the text is. */
export class AppStream {
  readonly #stream = new EventStream();
  readonly #events: Json[] = [];
  readonly #output: Paths | undefined;
  readonly #service: Service;
  readonly #onFirstToken: () => void;
  #begun = false;
  #done = false;

  constructor(output: Paths | undefined, service: Service, onFirstToken: () => void = () => undefined) {
    this.#output = output;
    this.#service = service;
    this.#onFirstToken = onFirstToken;
  }

  /** Takes what has come. Throws ProviderError for an error in the stream, and for what cannot be read. */
  push(bytes: Uint8Array): void {
    for (const event of this.#decode(() => this.#stream.push(bytes))) this.#take(event);
  }

  /** What all events hold: JSON, or texts where nobody says where the text is. Throws as `push` does, and for none. */
  end(): readonly Json[] {
    this.#decode(() => this.#stream.end());
    // Some servers forget the empty line that ends the last event
    this.push(Buffer.from('\n\n'));
    if (this.#events.length === 0) throw badResponse('sent a stream without an answer', '', this.#service);
    return this.#events;
  }

  #take(event: ServerSentEvent): void {
    if (this.#done) return;
    if (event.data.trim() === DONE) {
      this.#done = true;
      return;
    }
    const isText = this.#output === undefined && event.name !== 'error';
    const json = isText ? event.data : readEvent(event, this.#service);
    if (json === null) return;
    this.#events.push(json);
    if (this.#begun) return;
    this.#begun = this.#output === undefined || findParts(this.#output, { events: [json] }, this.#service).length > 0;
    if (this.#begun) this.#onFirstToken();
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
