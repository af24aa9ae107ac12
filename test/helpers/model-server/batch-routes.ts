import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { anthropicBatchRoutes } from './anthropic-batch-wire.js';
import { anthropicMessages } from './anthropic-wire.js';
import type { BatchDesk } from './batch-desk.js';
import { send } from './deliver.js';
import { asObject, type JsonObject, parseJson } from './json.js';
import type { Entry } from './ledger.js';
import { openaiBatchRoutes } from './openai-batch-wire.js';
import { openaiChat } from './openai-wire.js';
import { makeErrorReply, makeJsonReply } from './reply.js';
import type { Wire, WireError } from './wire.js';

/** A request to the services of batches. */
export interface BatchCall {
  /** The part of the path that names a batch or file. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly json: JsonObject;
}

/** A path of these services: answers JSON, a file (a text), or the vendor's error. */
export interface BatchRoute {
  readonly method: string;
  readonly path: RegExp;
  /** Whether it hands a batch in. */
  readonly creates?: boolean;
  answer(desk: BatchDesk, call: BatchCall): Promise<JsonObject | string | WireError>;
}

const services: readonly { readonly wire: Wire; readonly routes: readonly BatchRoute[] }[] = [
  { wire: openaiChat, routes: openaiBatchRoutes },
  { wire: anthropicMessages, routes: anthropicBatchRoutes },
];

/** Answers a request to the services of batches, once its body is there; null for every other request. */
export function routeBatchCall(
  { method, url = '', headers }: IncomingMessage,
  desk: BatchDesk,
  counts: { created: number; asked: number },
  refuseKey: (wire: Wire, headers: IncomingHttpHeaders) => WireError | null,
): ((bytes: Buffer, serial: number, response: ServerResponse, entry: Entry) => Promise<void>) | null {
  const [path = '', query = ''] = url.split('?');
  for (const { wire, routes } of services) {
    for (const route of routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (!match) continue;
      return async (bytes, serial, response, entry) => {
        const json = asObject(parseJson(bytes.toString()));
        const question = { wire, body: json, serial };
        const error = refuseKey(wire, headers);
        if (error) return send(makeErrorReply(question, error), response);
        const isState = method === 'GET' && /\/batches\/[^/]+$/.test(path);
        const status = isState ? (desk.options.onStatus?.(counts.asked++) ?? 200) : 200;
        if (status !== 200) return send(makeErrorReply(question, { status }), response);
        const isList = method === 'GET' && path.endsWith('/batches');
        const list = isList ? (desk.options.list?.() ?? null) : null;
        if (list !== null)
          return send({ status: 200, headers: { 'content-type': 'application/json' }, text: list }, response);
        const fate = route.creates ? (desk.options.onCreate?.(counts.created++) ?? 'answer') : 'answer';
        const cut = () => {
          entry.cut();
          response.socket?.resetAndDestroy();
        };
        if (fate === 'drop') return cut();
        const call = { id: match.groups?.['id'] ?? '', query: new URLSearchParams(query), headers, bytes, json };
        const answer = await route.answer(desk, call);
        if (fate === 'hang') return;
        if (fate === 'lose-answer') return cut();
        if (typeof answer === 'string')
          send({ status: 200, headers: { 'content-type': 'application/octet-stream' }, text: answer }, response);
        else if (typeof answer['status'] === 'number')
          send(makeErrorReply(question, answer as unknown as WireError), response);
        else send(makeJsonReply(question, 200, answer as JsonObject), response);
      };
    }
  }
  return null;
}
