import { TextDecoder } from 'node:util';

/** An event as a server sends it. */
export interface ServerSentEvent {
  /** `message` where the server gives no name. */
  readonly name: string;
  readonly data: string;
}

/**
 * Reads server-sent events from bytes as they arrive, however they are cut. Follows the HTML standard
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream): lines end in CR, LF or both, a
 * byte order mark at the start is none, lines of data are joined by LF, comments and unknown fields are nothing, and an
 * event that no empty line ends is none. It differs in one: bytes that are not UTF-8 are an error, and not replaced.
 */
export class EventStream {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** What has come of a line that has not ended. */
  #line: string[] = [];
  #endedInCr = false;
  #name = '';
  #data: string[] = [];

  /** The events that these bytes complete. Throws TypeError for bytes that are not UTF-8. */
  push(bytes: Uint8Array): ServerSentEvent[] {
    return this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  /** To be called at the end of the stream. Throws TypeError when it ends within a character. */
  end(): void {
    this.#decoder.decode();
  }

  #read(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let from = 0;
    for (const { 0: ending, index } of text.matchAll(/\r\n|\n|\r/g)) {
      // The second half of a CRLF that was cut in two
      if (index === 0 && this.#endedInCr && ending === '\n') {
        from = 1;
        continue;
      }
      this.#line.push(text.slice(from, index));
      from = index + ending.length;
      const event = this.#readLine(this.#line.join(''));
      this.#line = [];
      if (event) events.push(event);
    }
    if (from < text.length) this.#line.push(text.slice(from));
    if (text !== '') this.#endedInCr = text.endsWith('\r');
    return events;
  }

  #readLine(line: string): ServerSentEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#name = value;
    return null;
  }

  #dispatch(): ServerSentEvent | null {
    const data = this.#data;
    const name = this.#name || 'message';
    this.#data = [];
    this.#name = '';
    return data.length === 0 ? null : { name, data: data.join('\n') };
  }
}
