import type { Behaviour, Headers, TextAnswer } from './behaviour.js';
import { isObject, type JsonObject } from './json.js';
import { makeExample } from './schema-example.js';
import type { Wire, WireError } from './wire.js';

/** A request that has been read, in its wire format. */
export interface Question {
  readonly wire: Wire;
  readonly body: JsonObject;
  /** The number of the request on this server; it makes the ids of the answer. */
  readonly serial: number;
}

/** A whole HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const page =
  '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';

/** Returns what the behaviour answers to the question. A connection fault answers well here. */
export function makeReply(question: Question, behaviour: Behaviour): Reply {
  const { wire, body, serial } = question;
  const answer = (text = wire.lastUserText(body)) => wire.answer(body, { kind: 'text', text }, serial);
  switch (behaviour.kind) {
    case 'text':
      return makeJsonReply(question, 200, wire.answer(body, behaviour, serial), behaviour.headers);
    case 'status': {
      const { status, headers, body: own } = behaviour;
      if (typeof own === 'string') return { status, headers: { ...wire.headers(serial), ...headers }, text: own };
      return isObject(own)
        ? makeJsonReply(question, status, own, headers)
        : makeErrorReply(question, { status }, headers);
    }
    case 'truncated-json': {
      const whole = makeJsonReply(question, 200, answer(behaviour.text));
      return { ...whole, text: whole.text.slice(0, whole.text.length / 2) };
    }
    case 'html':
      return { status: behaviour.status ?? 200, headers: { 'content-type': 'text/html; charset=utf-8' }, text: page };
    case 'wrong-content-type':
      return makeJsonReply(question, 200, answer(behaviour.text), { 'content-type': 'text/plain; charset=utf-8' });
    case 'error-in-200':
      return makeJsonReply(question, 200, wire.error({ status: behaviour.status ?? 500 }, body, serial));
    case 'empty-choices':
      return makeJsonReply(question, 200, wire.withoutContent(answer()));
    case 'null-content':
      return makeJsonReply(question, 200, wire.withNullContent(answer()));
    case 'no-usage': {
      const { usage: _, ...rest } = answer(behaviour.text);
      return makeJsonReply(question, 200, rest);
    }
    case 'hang':
      return makeJsonReply(question, 200, answer());
    case 'slow-drip':
    case 'reset':
      return makeJsonReply(question, 200, answer(behaviour.text));
    default:
      behaviour satisfies never;
      // Only a script in JSON can hold this; it must not look like a service's own error.
      return {
        status: 599,
        headers: { 'content-type': 'text/plain' },
        text: `no behaviour: ${JSON.stringify(behaviour)}`,
      };
  }
}

/** Returns the vendor's error as a reply. */
export function makeErrorReply({ wire, body, serial }: Question, error: WireError, headers: Headers = {}): Reply {
  return makeJsonReply({ wire, body, serial }, error.status, wire.error(error, body, serial), headers);
}

/** Returns a JSON body under the vendor's headers. */
export function makeJsonReply({ wire, serial }: Question, status: number, body: JsonObject, headers?: Headers): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...wire.headers(serial), ...headers },
    text: JSON.stringify(body),
  };
}

/** Returns the answer to a call that no test decides about: the last user message, in the shape that the request demands. */
export function echo({ wire, body }: Question, delayMs = 0): TextAnswer {
  const said = wire.lastUserText(body);
  const { schema, tool } = wire.demand(body);
  if (!tool) return { kind: 'text', text: schema ? JSON.stringify(makeExample(schema, said)) : said, delayMs };
  const input = makeExample(tool.schema, said);
  return { kind: 'text', text: '', toolCalls: [{ name: tool.name, arguments: isObject(input) ? input : {} }], delayMs };
}
