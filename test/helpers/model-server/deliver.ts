import type { ServerResponse } from 'node:http';
import type { Behaviour } from './behaviour.js';
import type { Entry } from './ledger.js';
import { makeReply, type Question, type Reply } from './reply.js';

/** Answers the question as the behaviour says: after its delay, in drops, cut off or never. */
export function deliver(question: Question, behaviour: Behaviour, response: ServerResponse, entry: Entry): void {
  // A client may leave while a test still decides: then nothing is left to answer, and no drip to start.
  if (response.destroyed) return;
  switch (behaviour.kind) {
    case 'hang':
      if (behaviour.afterHeaders) writeHead(makeReply(question, behaviour), response).flushHeaders();
      break;
    case 'slow-drip':
      drip(makeReply(question, behaviour), behaviour.chunkBytes ?? 16, behaviour.everyMs ?? 20, response);
      break;
    case 'reset':
      if (behaviour.when === 'mid-body') resetInBody(makeReply(question, behaviour), response, entry);
      else reset(response, entry);
      break;
    default:
      sendLater(question, behaviour, response);
  }
}

/** Sends a whole reply. */
export function send(reply: Reply, response: ServerResponse): void {
  writeHead(reply, response).end(reply.text);
}

function writeHead({ status, headers, text }: Reply, response: ServerResponse): ServerResponse {
  return response.writeHead(status, { 'content-length': Buffer.byteLength(text), ...headers });
}

function sendLater(question: Question, behaviour: Behaviour, response: ServerResponse): void {
  const delayMs = 'delayMs' in behaviour ? (behaviour.delayMs ?? 0) : 0;
  if (delayMs === 0) {
    send(makeReply(question, behaviour), response);
  } else {
    const timer = setTimeout(() => send(makeReply(question, behaviour), response), delayMs);
    response.once('close', () => clearTimeout(timer));
  }
}

function drip(reply: Reply, size: number, everyMs: number, response: ServerResponse): void {
  writeHead(reply, response).flushHeaders();
  const bytes = Buffer.from(reply.text);
  let at = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(at, at + size));
    at += size;
    if (at < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

// Resets only when the first half has left, so that it is surely in the middle of the body.
function resetInBody(reply: Reply, response: ServerResponse, entry: Entry): void {
  const half = reply.text.slice(0, reply.text.length / 2);
  writeHead(reply, response).write(half, () => reset(response, entry));
}

function reset(response: ServerResponse, entry: Entry): void {
  entry.cut();
  response.socket?.resetAndDestroy();
}
