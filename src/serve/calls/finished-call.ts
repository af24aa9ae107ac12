import type { Json } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { Answer, ErrorKind, Usage } from '../../model/output.js';
import type { OutputFormat } from '../../model/prompt.js';
import type { SaidMessage } from '../../model/written-message.js';
import type { Arm } from '../../runtime/prompts.js';
import type { Trace } from './trace.js';

/** What was assigned to a call: by this it counts. */
interface Assigned {
  readonly prompt: string;
  /** `support-reply@3`. */
  readonly release: string;
  readonly arm: Arm;
  /** The name of the rollout; null without one. */
  readonly rollout: string | null;
}

/** A call that has ended, for everything that counts, scores or keeps it. */
export interface FinishedCall extends Assigned {
  /** The share of units that got the candidate when the arm was chosen; not there where none was. */
  readonly weight?: number;
  readonly id: string;
  /** When it came in, in milliseconds since 1970. */
  readonly at: number;
  readonly digest: string;
  /** Who asked; null when nobody said. */
  readonly unit: string | null;
  /** From asking the model until its answer was whole, or it was clear that there is none. */
  readonly latencyMs: number;
  /** Null where the answer did not come as a stream. */
  readonly firstTokenMs: number | null;
  /** provider/model of the release. */
  readonly model: string | null;
  readonly answer: Answer | null;
  /** By the provider's own word or llmci's prices; null when either is not known. */
  readonly usd: number | null;
  /** Why there is no answer; null when there is one. */
  readonly error: ErrorKind | null;
  /** It went away before there was an answer, which is not the service's fault: counts for no gate. */
  readonly clientLeft: boolean;
  /** What was sent, the prompt's own messages with the client's. */
  readonly messages: readonly Message[];
  /** The JSON Schema that the prompt asks the answer to meet; not there when it asks for none. */
  readonly outputSchema?: NonNullable<OutputFormat['schema']>;
  readonly variables: Readonly<Record<string, Json>>;
  /** The client's messages, as they came. */
  readonly said: readonly SaidMessage[];
  /** The call of a user that this one repeats, and whose answer nobody gets; null for the calls of users. */
  readonly copyOf: FinishedCall | null;
  readonly trace: Trace | null;
}

/** What an app says became of a call. */
export interface ReportedOutcome extends Assigned {
  readonly callId: string;
  /** When the call came in, in milliseconds since 1970. */
  readonly at: number;
  /** Null when that was not said. */
  readonly ok: boolean | null;
  readonly latencyMs: number | null;
  readonly usage: Usage | null;
  readonly feedback: number | null;
}

/** Told of calls as they end. Neither throws nor waits: a client may be waiting behind it. */
export interface CallListener {
  onCall(call: FinishedCall): void;
  onOutcome(outcome: ReportedOutcome): void;
}
