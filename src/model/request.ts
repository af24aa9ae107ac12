import type { Json } from './json.js';
import type { Message } from './message.js';
import type { ModelParameters, OutputFormat, Tool } from './prompt.js';

/** A model as users name it: `provider/model`, or a provider alone when it serves one thing. */
export interface ModelReference {
  readonly text: string;
  readonly provider: string;
  readonly model: string | null;
}

/** Everything a provider needs to make one call. */
export interface ModelRequest {
  readonly model: string | null;
  readonly parameters: ModelParameters;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly output: OutputFormat;
  /** The variables the messages were rendered from, for providers that send fields of their own. */
  readonly vars: Readonly<Record<string, Json>>;
  /**
   * By which an app knows the conversation; null when it has not answered yet, or nobody remembers. Not there for a call
   * of its own. It is no part of a key: the messages say all that was said.
   */
  readonly session?: string | null;
}
