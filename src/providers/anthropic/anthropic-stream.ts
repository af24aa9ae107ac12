import { isRecord } from '../../model/json.js';
import { parseArguments } from '../transport/answer-parts.js';
import type { Assembly } from '../transport/answer-stream.js';
import type { Service } from '../transport/faults.js';

/** The events of a message. https://platform.claude.com/docs/en/build-with-claude/streaming */
export class MessageStream implements Assembly {
  readonly #service: Service;
  #message: Readonly<Record<string, unknown>> = {};
  readonly #blocks = new Map<unknown, Record<string, unknown>>();
  /** The JSON of a call's arguments, which comes in pieces. */
  readonly #inputs = new Map<unknown, string>();
  begun = false;
  ended = false;
  readonly endsWithDone = false;

  constructor(service: Service) {
    this.#service = service;
  }

  take(event: Readonly<Record<string, unknown>>): string {
    switch (event['type']) {
      case 'message_start':
        if (isRecord(event['message'])) this.#message = event['message'];
        break;
      case 'content_block_start':
        if (isRecord(event['content_block'])) this.#start(event['index'], event['content_block']);
        break;
      case 'content_block_delta':
        return isRecord(event['delta']) ? this.#add(event['index'], event['delta']) : '';
      case 'message_delta':
        this.#finish(event);
        break;
      case 'message_stop':
        this.ended = true;
        break;
    }
    return '';
  }

  whole(): unknown {
    const content = [...this.#blocks].map(([index, block]) => {
      const written = this.#inputs.get(index);
      return written ? { ...block, input: parseArguments(written, this.#service) } : block;
    });
    return { ...this.#message, content };
  }

  #start(index: unknown, block: Readonly<Record<string, unknown>>): void {
    this.#blocks.set(index, { ...block });
    // Blocks of text begin empty
    this.begun ||= Boolean(block['type'] === 'tool_use' || block['text'] || block['thinking']);
  }

  #add(index: unknown, { type, ...delta }: Readonly<Record<string, unknown>>): string {
    const block = this.#blocks.get(index);
    if (!block) return '';
    if (type === 'input_json_delta') {
      this.#inputs.set(index, (this.#inputs.get(index) ?? '') + String(delta['partial_json'] ?? ''));
      return '';
    }
    this.begun ||= type === 'text_delta' || type === 'thinking_delta';
    for (const [name, piece] of Object.entries(delta)) {
      if (typeof piece === 'string') block[name] = String(block[name] ?? '') + piece;
    }
    return type === 'text_delta' && typeof delta['text'] === 'string' ? delta['text'] : '';
  }

  /** The counts of the last event are those of the whole message. */
  #finish({ delta, usage }: Readonly<Record<string, unknown>>): void {
    const counted = isRecord(this.#message['usage']) ? this.#message['usage'] : {};
    const told = Object.entries(isRecord(usage) ? usage : {}).filter(([, value]) => value !== null);
    this.#message = {
      ...this.#message,
      ...(isRecord(delta) ? delta : {}),
      usage: { ...counted, ...Object.fromEntries(told) },
    };
  }
}
