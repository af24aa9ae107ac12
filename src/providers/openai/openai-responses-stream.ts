import { isRecord } from '../../model/json.js';
import type { Assembly } from '../transport/answer-stream.js';
import { phaseOf } from './responses-phase.js';

/** Events of pieces that a reader would see. */
const PIECE =
  /^response\.(?:output_text|refusal|reasoning_text|reasoning_summary_text|function_call_arguments)\.delta$/;
const END = /^response\.(?:completed|incomplete|failed)$/;

/**
 * The events of a response, whose last one has all of it.
 * https://developers.openai.com/api/reference/resources/responses/streaming-events
 */
export class ResponseStream implements Assembly {
  #response: Readonly<Record<string, unknown>> | null = null;
  readonly #items: unknown[] = [];
  /** Where what the model says is commentary: whether that is a part of the text shows at the end. */
  readonly #commentary = new Set<unknown>();
  begun = false;
  readonly endsWithDone = false;

  take({ type, response, item, delta, output_index: place }: Readonly<Record<string, unknown>>): string {
    const name = String(type);
    if (name === 'response.output_item.added' && phaseOf(item) === 'commentary') this.#commentary.add(place);
    this.begun ||= PIECE.test(name);
    if (name === 'response.output_item.done') this.#items.push(item);
    if (END.test(name) && isRecord(response)) this.#response = response;
    if (name !== 'response.output_text.delta' || typeof delta !== 'string') return '';
    return this.#commentary.has(place) ? '' : delta;
  }

  get ended(): boolean {
    return this.#response !== null;
  }

  whole(): unknown {
    const { output, ...rest } = this.#response ?? {};
    // Some servers end with a response that has lost its items
    return { ...rest, output: Array.isArray(output) && output.length > 0 ? output : this.#items };
  }
}
