import type { Message } from '../model/message.js';
import type { Output } from '../model/output.js';

/** What a metric looks at: an output, and what the model was sent for it. */
interface Look {
  readonly messages: readonly Message[];
  readonly output: Output;
}

/** A sample as its last answer shows it: of a conversation, what was sent is all that was said before. */
export function lastOf<T extends Look>(sample: T): T {
  const { conversation } = sample.output;
  return conversation ? { ...sample, messages: [...sample.messages, ...conversation.slice(0, -1)] } : sample;
}
