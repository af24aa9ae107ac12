import type { IncomingHttpHeaders } from 'node:http';
import type { Api, Headers, TextAnswer, ToolCall } from './behaviour.js';
import type { Json, JsonObject } from './json.js';

/** An error in words that every wire format can say. */
export interface WireError {
  readonly status: number;
  readonly message?: string;
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string | null;
}

/** What a request demands of the shape of its answer. */
export interface Demand {
  /** The JSON schema that the text must follow, or null. */
  readonly schema: JsonObject | null;
  /** The tool that must be called, or null. */
  readonly tool: { readonly name: string; readonly schema: JsonObject } | null;
}

/** The wire format of one service: all that differs between vendors. Pure, so that one server can speak them all. */
export interface Wire {
  readonly api: Api;
  readonly service: 'chat' | 'embeddings' | 'moderations';
  /** The headers that every answer of the vendor has. */
  headers(serial: number): Headers;
  /** The key that the request brings, or undefined. */
  readKey(headers: IncomingHttpHeaders): string | undefined;
  /** The error for a missing (undefined) or wrong key; null when this service lets such a call in. */
  refuseKey(key: string | undefined): WireError | null;
  /** What the vendor would refuse about this request, or null. */
  check(body: JsonObject, headers: IncomingHttpHeaders): WireError | null;
  lastUserText(body: JsonObject): string;
  demand(body: JsonObject): Demand;
  /** The body of a proper answer. */
  answer(body: JsonObject, answer: TextAnswer, serial: number): JsonObject;
  /** The body of an error. */
  error(error: WireError, body: JsonObject, serial: number): JsonObject;
  /** The answer without any content (`empty-choices`). */
  withoutContent(answer: JsonObject): JsonObject;
  /** The answer with null for content (`null-content`). */
  withNullContent(answer: JsonObject): JsonObject;
}

/** Returns the name under which a model answers: services resolve an alias to a dated snapshot. */
export function nameServedModel(model: string): string {
  return /\d{4}-?\d{2}-?\d{2}$/.test(model) ? model : `${model}-2025-04-14`;
}

/** Returns a rough number of tokens, at least 1: four characters a token, as vendors advise for English. */
export function estimateTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}

/** Returns the text of a message content: a string, or the text parts of a list joined by line breaks. */
export function textOfContent(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: Json) => (typeof part === 'object' && part !== null && 'text' in part ? part['text'] : undefined))
    .filter((text) => typeof text === 'string')
    .join('\n');
}

/** Returns the arguments of a tool call as a JSON text. */
export function textOfArguments(call: ToolCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

/** No demand on the shape of the answer. */
export const anyShape: Demand = { schema: null, tool: null };
