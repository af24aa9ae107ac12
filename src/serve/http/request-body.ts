import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJsonText } from '../../core/text/json-text.js';
import { writeJson } from '../../core/text/write-json.js';
import type { Json } from '../../model/json.js';
import { ApiError } from './api-error.js';

const MEBIBYTE = 1024 * 1024;
/** What a service takes in one request, images and all. */
const MOST_BODY_BYTES = 32 * MEBIBYTE;
/** Of all bodies in flight together: a call holds some times its body until it is answered. */
const MOST_HELD_BYTES = 256 * MEBIBYTE;

/** The bytes of bodies in flight: what is too much is refused before it is held. */
export class BytesInFlight {
  #held = 0;

  /** Throws ApiError when there is no room. */
  take(bytes: number): void {
    if (this.#held + bytes > MOST_HELD_BYTES)
      throw new ApiError(
        429,
        'too_many_bytes',
        'the calls in flight are as large as can be held; try again',
        null,
        1000,
      );
    this.#held += bytes;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}

/** The JSON of a body. Its bytes are held until the response is closed. Rejects with ApiError. */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  held: BytesInFlight,
): Promise<unknown> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > MOST_BODY_BYTES) throw tooLarge();
  // Who asks before it sends is told to go on when the body is wanted, and not before
  if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
  const bytes = await readBytes(request, response, held);
  const text = bytes.toString('utf8');
  const data = parse(text);
  // Halves of characters, which only escapes can hold, would go from here into ledgers, spans and calls of services
  return /\\ud/i.test(text) ? parse(writeJson(data)) : data;
}

function parse(text: string): Json {
  const parsed = parseJsonText(text);
  if (parsed.fault) throw new ApiError(400, 'invalid_json', `the body is not JSON: ${parsed.fault.message}`);
  return parsed.data;
}

function readBytes(request: IncomingMessage, response: ServerResponse, held: BytesInFlight): Promise<Buffer> {
  // Its client has gone while the call waited for its turn: nothing more is told of it
  if (request.destroyed) return Promise.reject(new Error('the body has no end'));
  const pieces: Buffer[] = [];
  let size = 0;
  response.once('close', () => held.giveBack(size));
  return new Promise((resolve, reject) => {
    const take = (piece: Buffer) => {
      try {
        if (size + piece.length > MOST_BODY_BYTES) throw tooLarge();
        held.take(piece.length);
        size += piece.length;
        pieces.push(piece);
      } catch (error) {
        // The rest is thrown away: a connection that is cut in the middle of it would take the answer along
        request.off('data', take).resume();
        pieces.length = 0;
        reject(error);
      }
    };
    request.on('data', take).once('end', () => resolve(Buffer.concat(pieces)));
    request.once('error', reject).once('close', () => {
      // Every request is closed; an error, with its stack, is made for the few that have no end
      if (!request.readableEnded) reject(new Error('the body has no end'));
    });
  });
}

function tooLarge(): ApiError {
  return new ApiError(413, 'body_too_large', `a body has at most ${MOST_BODY_BYTES / MEBIBYTE} MiB`);
}
