import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ModelServerOptions } from '../model-server.js';
import { anthropicMessages } from './anthropic-wire.js';
import { appChat } from './app-wire.js';
import { type BatchDesk, makeBatchDesk } from './batch-desk.js';
import { routeBatchCall } from './batch-routes.js';
import type { Behaviour, Call, Respond } from './behaviour.js';
import { deliver, send } from './deliver.js';
import { asObject, asText, type JsonObject, parseJson } from './json.js';
import type { Entry, Ledger } from './ledger.js';
import { listModels, openaiEmbeddings, openaiModerations } from './openai-aside-wire.js';
import { openaiChat } from './openai-wire.js';
import { echo, makeErrorReply, makeJsonReply, type Question, type Reply } from './reply.js';
import { type Limit, makeTokenBucket } from './token-bucket.js';
import type { Wire, WireError } from './wire.js';

const wires: Readonly<Record<string, Wire>> = {
  '/v1/chat/completions': openaiChat,
  '/v1/embeddings': openaiEmbeddings,
  '/v1/moderations': openaiModerations,
  '/v1/messages': anthropicMessages,
  '/chat': appChat,
};

/** The key that every service refuses. */
const wrongKey = 'bad-key';

/** Returns the request listener of a model server, which notes every request in the ledger. */
export function makeHandler(options: ModelServerOptions, ledger: Ledger) {
  const { decide, desk } = makeDecision(options);
  const batchCounts = { created: 0, asked: 0 };
  let serial = 0;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '' } = request;
    const path = url.split('?')[0] ?? '';
    if (path === '/stats') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(ledger.stats()));
      return;
    }
    const entry = ledger.open(request);
    response.once('close', () =>
      entry.close(response.headersSent ? response.statusCode : null, response.writableFinished),
    );
    const wire = wires[path] ?? openaiChat;
    serial += 1;
    const id = serial;
    const batchCall = routeBatchCall(request, desk, batchCounts, (one, headers) => refuseKey(one, headers, options));
    readBody(request, (bytes) => {
      if (batchCall) {
        entry.receive(parseJson(bytes.toString()) ?? null, '');
        batchCall(bytes, id, response, entry).catch((cause: unknown) => tellMistake(cause, response));
        return;
      }
      const text = bytes.toString();
      const json = parseJson(text);
      const question: Question = { wire, body: asObject(json), serial: id };
      entry.receive(json ?? null, wire.lastUserText(question.body));
      const reply = answerAside(path, request, question, json !== undefined, options);
      if (reply) send(reply, response);
      else decide(question, request.headers, response, entry);
    });
  };
  return { handle, batches: desk.held };
}

/** Returns the reply to what is no call of a service: the list of models, an unknown path, a body that is no JSON. */
function answerAside(
  path: string,
  { method, headers }: IncomingMessage,
  question: Question,
  isJson: boolean,
  options: ModelServerOptions,
): Reply | null {
  if (method === 'GET' && path === '/v1/models') {
    const error = refuseKey(openaiChat, headers, options);
    if (error) return makeErrorReply(question, error);
    return makeJsonReply(question, 200, listModels(options.models ?? ['gpt-4.1', 'gpt-4.1-mini']));
  }
  if (method !== 'POST' || !wires[path]) {
    return makeErrorReply(question, { status: 404, message: `Invalid URL (${method} ${path})` });
  }
  return isJson ? null : makeErrorReply(question, { status: 400, message: 'The body of the request is not JSON.' });
}

/** Returns what answers a call: with an error of the vendor's own, a 429 of the hidden limit, or as the test says. */
function makeDecision(options: ModelServerOptions): { decide: Decide; desk: BatchDesk } {
  const admit = options.limit && makeTokenBucket(options.limit);
  const responders = {
    chat: options.respond,
    embeddings: options.respondEmbeddings,
    moderations: options.respondModerations,
  };
  const indexes = { chat: 0, embeddings: 0, moderations: 0 };

  const desk = makeBatchDesk(options.batches ?? {}, async (question, call) => {
    const index = indexes.chat;
    indexes.chat += 1;
    return options.respond?.({ ...call, index }) ?? echo(question);
  });
  const decide: Decide = (question, headers, response, entry) => {
    const { wire, body } = question;
    const error = refuseKey(wire, headers, options) ?? wire.check(body, headers) ?? refuseModel(body, options);
    if (error) {
      send(makeErrorReply(question, error), response);
      return;
    }
    const waitMs = admit?.(performance.now()) ?? 0;
    if (waitMs > 0) {
      entry.reject();
      send(makeErrorReply(question, { status: 429 }, announceWait(waitMs, options.limit)), response);
      return;
    }
    const index = indexes[wire.service];
    indexes[wire.service] += 1;
    const respond = responders[wire.service];
    if (!respond) {
      deliver(question, echo(question, options.delayMs), response, entry);
      return;
    }
    const call = { index, api: wire.api, body, lastUserText: wire.lastUserText(body), headers };
    askTest(respond, call, (behaviour) => deliver(question, behaviour, response, entry), response);
  };
  return { decide, desk };
}

type Decide = (question: Question, headers: IncomingHttpHeaders, response: ServerResponse, entry: Entry) => void;

// A `respond` that throws is a mistake in the test: it is told with a status that no service has.
async function askTest(respond: Respond, call: Call, then: (behaviour: Behaviour) => void, response: ServerResponse) {
  try {
    then(await respond(call));
  } catch (cause) {
    tellMistake(cause, response);
  }
}

function tellMistake(cause: unknown, response: ServerResponse): void {
  send({ status: 599, headers: { 'content-type': 'text/plain' }, text: `respond threw: ${String(cause)}` }, response);
}

function readBody(request: IncomingMessage, then: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks)));
}

function refuseKey(wire: Wire, headers: IncomingHttpHeaders, options: ModelServerOptions): WireError | null {
  const key = wire.readKey(headers);
  if (key === undefined) return options.requireKeys === false ? null : wire.refuseKey(undefined);
  return key === wrongKey ? wire.refuseKey(key) : null;
}

function refuseModel(body: JsonObject, { models }: ModelServerOptions): WireError | null {
  const model = asText(body['model']);
  return models && model !== '' && !models.includes(model) ? { status: 404 } : null;
}

function announceWait(waitMs: number, limit: Limit | undefined): Record<string, string> {
  if (limit?.announce === 'retry-after-ms') return { 'retry-after-ms': String(waitMs) };
  return limit?.announce === 'retry-after' ? { 'retry-after': String(Math.ceil(waitMs / 1000)) } : {};
}
