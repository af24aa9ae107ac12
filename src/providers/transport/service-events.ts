import { EventStream, type ServerSentEvent } from '../../core/text/event-stream.js';
import { ProviderError } from '../contract/provider-error.js';
import type { Service } from './faults.js';

/** How some services say that nothing comes any more. */
const DONE = '[DONE]';

/** The events of a stream that a service sends, up to its `[DONE]`. Bytes that are not UTF-8 are its fault: a ProviderError. */
export class ServiceEvents {
  readonly #stream = new EventStream();
  readonly #service: Service;
  #done = false;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Whether the service has said that nothing comes any more. */
  get done(): boolean {
    return this.#done;
  }

  /** The events that these bytes complete. */
  push(bytes: Uint8Array): readonly ServerSentEvent[] {
    const events = this.#decode(() => this.#stream.push(bytes));
    if (this.#done) return [];
    const last = events.findIndex(({ data }) => data.trim() === DONE);
    if (last === -1) return events;
    this.#done = true;
    return events.slice(0, last);
  }

  /** To be called at the end of the stream: it may have ended within a character. */
  end(): void {
    this.#decode(() => this.#stream.end());
  }

  #decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new ProviderError(
        'bad-response',
        `${this.#service.host} sent a stream that cannot be read: it is not UTF-8`,
      );
    }
  }
}
