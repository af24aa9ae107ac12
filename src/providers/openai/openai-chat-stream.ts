import { parseJsonText } from '../../core/text/json-text.js';
import { isRecord } from '../../model/json.js';
import type { Assembly } from '../transport/answer-stream.js';

interface StreamedCall {
  readonly index: unknown;
  id: unknown;
  name: string;
  arguments: unknown;
  /** What goes back with it: see chat-continuation.ts. */
  extra: unknown;
}

/** The kinds of OpenRouter's reasoning that come in pieces, and the field of these. */
const PIECES: ReadonlyMap<unknown, string> = new Map([
  ['reasoning.text', 'text'],
  ['reasoning.summary', 'summary'],
]);

/**
 * The chunks of a chat completion. https://developers.openai.com/api/reference/resources/chat/subresources/completions/streaming-events
 *
 * Servers differ: some send usage in a chunk of its own, some with each, Groq under a name of its own; some give a call
 * whole and without an index, or the same index to several; some send parts in place of a text.
 */
export class ChatStream implements Assembly {
  readonly #parts: unknown[] = [];
  #reasoning = '';
  #reasoningName = 'reasoning';
  readonly #details: Record<string, unknown>[] = [];
  #refusal = '';
  #model: unknown = null;
  #tier: unknown = null;
  #usage: unknown = null;
  #finishReason: unknown = null;
  #nativeReason: unknown = null;
  #error: unknown;
  /** Some services end with it and nothing else. */
  readonly endsWithDone = true;
  #hasChoice = false;
  readonly #calls: StreamedCall[] = [];
  readonly #rest: Record<string, unknown> = {};

  take({ model, usage, choices, x_groq: groq, service_tier: tier }: Readonly<Record<string, unknown>>): string {
    this.#model ??= model;
    this.#tier = tier ?? this.#tier;
    const { usage: counted, error: stopped } = isRecord(groq) ? groq : {};
    this.#usage = usage ?? counted ?? this.#usage;
    // Groq's word for why it has stopped early, whatever the end of its stream says
    if (typeof stopped === 'string') this.#error = { message: stopped, type: 'server_error' };
    const choice = (Array.isArray(choices) ? choices : []).find((each) => isRecord(each) && (each['index'] ?? 0) === 0);
    if (!isRecord(choice)) return '';
    this.#hasChoice = true;
    this.#finishReason = choice['finish_reason'] || this.#finishReason;
    this.#nativeReason = choice['native_finish_reason'] || this.#nativeReason;
    this.#error = choice['error'] ?? this.#error;
    const delta = choice['delta'] ?? choice['message'];
    return isRecord(delta) ? this.#takeDelta(delta) : '';
  }

  get begun(): boolean {
    const calls = this.#calls.length > 0;
    return calls || this.#refusal !== '' || this.#reasoning !== '' || this.#parts.some((part) => part !== '');
  }

  get ended(): boolean {
    return this.#finishReason !== null;
  }

  whole(): unknown {
    const message = {
      ...this.#rest,
      content: this.#content(),
      refusal: this.#refusal || null,
      [this.#reasoningName]: this.#reasoning || null,
      reasoning_details: this.#details,
      tool_calls: this.#calls.map(({ name, arguments: args, id, extra }) => ({
        id,
        function: { name, arguments: args },
        extra_content: extra,
      })),
    };
    const choice = {
      finish_reason: this.#finishReason,
      native_finish_reason: this.#nativeReason,
      message,
    };
    return {
      error: this.#error,
      model: this.#model,
      service_tier: this.#tier,
      usage: this.#usage,
      choices: this.#hasChoice ? [choice] : [],
    };
  }

  #content(): unknown {
    if (this.#parts.length === 0) return null;
    if (this.#parts.every((part) => typeof part === 'string')) return this.#parts.join('');
    return this.#parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part));
  }

  #takeDelta(delta: Readonly<Record<string, unknown>>): string {
    const { role: _, content, refusal, reasoning, reasoning_content, reasoning_details, tool_calls, ...rest } = delta;
    const thought = reasoning_content ?? reasoning;
    if (typeof reasoning_content === 'string') this.#reasoningName = 'reasoning_content';
    for (const detail of Array.isArray(reasoning_details) ? reasoning_details : [])
      if (isRecord(detail)) this.#takeDetail(detail);
    if (Array.isArray(content)) for (const part of content) this.#parts.push(part);
    else if (typeof content === 'string') this.#parts.push(content);
    if (typeof thought === 'string') this.#reasoning += thought;
    if (typeof refusal === 'string') this.#refusal += refusal;
    for (const call of Array.isArray(tool_calls) ? tool_calls : []) if (isRecord(call)) this.#takeCall(call);
    Object.assign(this.#rest, rest);
    return typeof content === 'string' ? content : '';
  }

  /** Texts come in pieces, their signature behind them; what is encrypted comes whole. */
  #takeDetail(detail: Readonly<Record<string, unknown>>): void {
    const last = this.#details.at(-1);
    const piece = PIECES.get(detail['type']);
    const goesOn = piece !== undefined && last?.['type'] === detail['type'] && last?.['index'] === detail['index'];
    if (!last || !goesOn) return void this.#details.push({ ...detail });
    const told = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined);
    Object.assign(last, { ...Object.fromEntries(told), [piece]: `${last[piece] ?? ''}${detail[piece] ?? ''}` });
  }

  #takeCall({ index, id, function: called, extra_content: extra }: Readonly<Record<string, unknown>>): void {
    const { name, arguments: args } = isRecord(called) ? called : {};
    const call = this.#callOf({ index, id, name, args });
    call.id ??= id;
    call.extra = extra ?? call.extra;
    if (typeof name === 'string' && call.name === '') call.name = name;
    if (typeof args === 'string' && typeof call.arguments === 'string') call.arguments += args;
    else call.arguments = args ?? call.arguments;
  }

  /** The call that a piece belongs to: the last one at its place, unless it begins another. */
  #callOf({ index, id, name, args }: CallPiece): StreamedCall {
    const last = this.#calls.findLast((each) => index === undefined || each.index === index);
    if (last && !beginsAnother({ id, name, args }, last)) return last;
    const call = { index, id: id || undefined, name: '', arguments: '', extra: undefined };
    this.#calls.push(call);
    return call;
  }
}

interface CallPiece {
  readonly index: unknown;
  readonly id: unknown;
  readonly name: unknown;
  readonly args: unknown;
}

/** By its id; where a service gives none, by its name behind arguments that are whole already. */
function beginsAnother({ id, name, args }: Omit<CallPiece, 'index'>, last: StreamedCall): boolean {
  if (id) return id !== last.id;
  if (!name || !args) return false;
  return typeof last.arguments === 'string' ? parseJsonText(last.arguments).fault === null : true;
}
