import type { World } from '../../calls/world.js';
import type { Prompts, Resolved } from '../../runtime/prompts.js';
import { OneArmError } from '../../runtime/resolver.js';
import { ApiError, asApiError } from '../http/api-error.js';
import type { Incoming, Outgoing } from '../http/exchange.js';
import type { CallIds } from './call-ids.js';
import { messagesWithBytes } from './held-parts.js';
import type { AskedCall, ModelCalls } from './model-calls.js';
import type { PromptCall } from './prompt-call.js';
import type { AnswerShape, ServedCall } from './served-call.js';
import { traceOf } from './trace.js';

export interface PromptCallOptions {
  readonly prompts: Prompts;
  readonly models: ModelCalls;
  readonly world: Pick<World, 'date'>;
  readonly ids: CallIds;
  /** Told of what no client can cause. */
  readonly onFault: (error: unknown) => void;
}

/** Answers calls of prompts: fills in what is live, asks its model, and says how that went. */
export class PromptCalls {
  readonly #options: PromptCallOptions;

  constructor(options: PromptCallOptions) {
    this.#options = options;
  }

  /** Answers with what is to be sent, for apps that call models themselves. */
  render(call: PromptCall, incoming: Incoming, outgoing: Outgoing): void {
    const resolved = this.#resolve(call, incoming);
    const { ids, world } = this.#options;
    const callId = ids.sign(ids.next(), issuedOf(call, resolved, world.date().getTime(), true));
    const { media: _, ...told } = { ...resolved, messages: messagesWithBytes(resolved) };
    outgoing.json(200, { callId, ...told }, headersOf(resolved));
  }

  /** Answers with what the model says, whole or in pieces. */
  async complete(call: PromptCall, shape: AnswerShape, incoming: Incoming, outgoing: Outgoing): Promise<void> {
    const resolved = this.#resolve(call, incoming);
    const { ids, world, models } = this.#options;
    const at = world.date().getTime();
    const served: ServedCall = { id: ids.next(), created: Math.floor(at / 1000), resolved };
    const headers = {
      ...headersOf(resolved),
      'llmci-call': ids.sign(served.id, issuedOf(call, resolved, at, false)),
    };
    const asked = askedOf(served, at, call, incoming);
    if (!call.stream) {
      const answer = await models.ask(asked, incoming.departure);
      return outgoing.json(200, shape.whole(served, answer), headers);
    }
    const stream = shape.stream(served, { usage: call.usage });
    // What fails before the first piece has a status of its own, as it has without a stream
    let begun = false;
    // A client that reads slowly has the service wait, rather than its answer pile up here
    let untilTaken: Promise<void> | null = null;
    // Events are numbered as they are made: what comes first is made first
    const write = (make: () => string) => {
      const first = begun ? '' : stream.begin();
      if (!begun) outgoing.begin(headers);
      begun = true;
      untilTaken = outgoing.write(first + make());
    };
    try {
      let told = false;
      const onText = (piece: string) => {
        told = true;
        write(() => stream.text(piece));
      };
      const answer = await models.ask(asked, incoming.departure, { onText, untilTaken: () => untilTaken });
      const rest = !told && answer.finishReason !== 'refusal' ? answer.text : '';
      write(() => (rest === '' ? '' : stream.text(rest)) + stream.end(answer));
    } catch (error) {
      if (!begun || incoming.departure.gone) throw error;
      const failed = asApiError(error);
      if (failed === null) this.#options.onFault(error);
      const { body } = failed ?? new ApiError(500, 'internal_error', 'the gateway failed; its log says more');
      write(() => stream.fail(body));
    }
    outgoing.end();
  }

  #resolve(call: PromptCall, incoming: Incoming): Resolved {
    const { id, version, variables, messages } = call;
    const unit = unitOf(call, incoming);
    try {
      return this.#options.prompts.resolve(id, {
        vars: variables,
        messages: messages as never,
        ...(unit !== null && { unit }),
        ...(version !== null && { version }),
        cohorts: namesIn(incoming.header('llmci-cohort')),
      });
    } catch (error) {
      // A release that cannot take what the other arm can has failed, and is no mistake of the client's
      if (error instanceof OneArmError) this.#failBefore(error.resolved, call, incoming);
      throw error;
    }
  }

  #failBefore(resolved: Resolved, call: PromptCall, incoming: Incoming): void {
    const { ids, world, models } = this.#options;
    models.failBefore(askedOf({ id: ids.next(), resolved }, world.date().getTime(), call, incoming));
  }
}

function askedOf(
  { id, resolved }: Pick<ServedCall, 'id' | 'resolved'>,
  at: number,
  call: PromptCall,
  incoming: Incoming,
): AskedCall {
  return {
    ...{ id, at, prompt: call.id, resolved, unit: unitOf(call, incoming) },
    ...{ variables: call.variables, said: call.messages, copyOf: null },
    trace: traceOf(incoming.header('traceparent')),
  };
}

function issuedOf({ id: prompt }: PromptCall, { release, arm, rollout }: Resolved, at: number, rendered: boolean) {
  return { prompt, release, arm, rollout, at, rendered };
}

function unitOf({ unit }: PromptCall, { header }: Incoming): string | null {
  return header('llmci-unit') ?? unit;
}

/** Names between commas, as headers have lists. */
export function namesIn(header: string | null): readonly string[] {
  if (header === null) return [];
  return header.split(',').flatMap((name) => name.trim() || []);
}

/** By these, logs and traces of the app can say which release has answered. */
function headersOf({ release, arm }: Resolved): Record<string, string> {
  // Ids of prompts may have any letters, headers may not
  return { 'llmci-release': encodeURI(release), 'llmci-arm': arm };
}
