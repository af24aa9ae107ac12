import { randomUUID } from 'node:crypto';
import type { World } from '../calls/world.js';
import type { Answer } from '../model/output.js';
import { ProviderError } from '../providers/provider-error.js';
import type { Prompts, Resolved } from '../runtime/prompts.js';
import { ApiError, asApiError } from './api-error.js';
import { chatShape } from './chat-shape.js';
import type { Models } from './models.js';
import { type PromptCall, readChatCall, readRenderCall, readResponsesCall } from './prompt-call.js';
import { responsesShape } from './responses-shape.js';
import type { AnswerShape, ServedCall } from './served-call.js';

/** A request as it came in, without how. */
export interface Incoming {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly header: (name: string) => string | null;
  /** The JSON of the body. Rejects with ApiError when it is too large, or none. */
  readonly body: () => Promise<unknown>;
  /** Aborts when the client has gone away, or the gateway stops. */
  readonly signal: AbortSignal;
}

/** Where an answer goes. */
export interface Outgoing {
  json(status: number, body: object, headers?: Readonly<Record<string, string>>): void;
  /** Begins a stream of events. */
  begin(headers: Readonly<Record<string, string>>): void;
  /** Resolves when the client takes more. */
  write(text: string): Promise<void>;
  end(): void;
}

export interface GatewayOptions {
  readonly prompts: Prompts;
  readonly models: Models;
  /** For one call of a model. */
  readonly timeoutMs: number;
  readonly world: Pick<World, 'date' | 'later'>;
  /** Told of what no client can cause. */
  readonly onFault: (error: unknown) => void;
}

/** Answers with the prompts that are live in an environment. */
export class Gateway {
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Answers one request. Never rejects. */
  async answer(incoming: Incoming, outgoing: Outgoing): Promise<void> {
    try {
      await this.#route(incoming, outgoing);
    } catch (error) {
      if (incoming.signal.aborted) return outgoing.end(); // nobody is there any more
      const told = asApiError(error);
      if (told === null) this.#options.onFault(error);
      const { status, body, retryAfterMs } =
        told ?? new ApiError(500, 'internal_error', 'the gateway failed; its log says more');
      outgoing.json(status, body, {
        ...(retryAfterMs !== null && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
        // The rest of what was too large is not read
        ...(status === 413 && { connection: 'close' }),
      });
    }
  }

  async #route(incoming: Incoming, outgoing: Outgoing): Promise<void> {
    const { method, path } = incoming;
    const rendered = /^\/v1\/prompts\/(.+)\/render$/.exec(path)?.[1];
    const posts = path === '/v1/responses' || path === '/v1/chat/completions' || rendered !== undefined;
    const gets = path === '/healthz' || path === '/readyz';
    if (!posts && !gets)
      throw new ApiError(
        404,
        'not_found',
        'there are POST /v1/responses, /v1/chat/completions, /v1/prompts/ID/render and GET /healthz, /readyz',
      );
    if (method !== (posts ? 'POST' : 'GET'))
      throw new ApiError(405, 'method_not_allowed', `${path} takes ${posts ? 'POST' : 'GET'}`);
    if (path === '/healthz') return outgoing.json(200, { status: 'ok' });
    if (path === '/readyz') return outgoing.json(200, this.#options.prompts.status());
    const body = await incoming.body();
    if (rendered !== undefined) return this.#render(readRenderCall(decode(rendered), body), incoming, outgoing);
    const [call, shape] =
      path === '/v1/responses'
        ? ([readResponsesCall(body), responsesShape] as const)
        : ([readChatCall(body), chatShape] as const);
    return this.#complete(call, shape, incoming, outgoing);
  }

  #render(call: PromptCall, incoming: Incoming, outgoing: Outgoing): void {
    const resolved = this.#resolve(call, incoming);
    outgoing.json(200, { callId: randomUUID(), ...resolved }, headersOf(resolved));
  }

  async #complete(call: PromptCall, shape: AnswerShape, incoming: Incoming, outgoing: Outgoing): Promise<void> {
    const resolved = this.#resolve(call, incoming);
    const served: ServedCall = {
      id: randomUUID(),
      created: Math.floor(this.#options.world.date().getTime() / 1000),
      resolved,
    };
    const headers = { ...headersOf(resolved), 'llmci-call': served.id };
    if (!call.stream) {
      const answer = await this.#ask(call, resolved, incoming.signal);
      return outgoing.json(200, shape.whole(served, answer), headers);
    }
    const stream = shape.stream(served, { usage: call.usage });
    // What fails before the first piece has a status of its own, as it has without a stream
    let begun = false;
    let written = Promise.resolve();
    const write = (text: string) => {
      const first = begun ? '' : stream.begin();
      if (!begun) outgoing.begin(headers);
      begun = true;
      written = written.then(() => outgoing.write(first + text));
      return written;
    };
    try {
      let told = '';
      const answer = await this.#ask(call, resolved, incoming.signal, (piece) => {
        told += piece;
        void write(stream.text(piece)).catch(() => undefined);
      });
      const rest = told === '' && answer.finishReason !== 'refusal' ? answer.text : '';
      await write((rest === '' ? '' : stream.text(rest)) + stream.end(answer));
    } catch (error) {
      if (!begun || incoming.signal.aborted) throw error;
      const failed = asApiError(error);
      if (failed === null) this.#options.onFault(error);
      await write(
        stream.fail((failed ?? new ApiError(500, 'internal_error', 'the gateway failed; its log says more')).body),
      );
    }
    outgoing.end();
  }

  #resolve({ id, version, variables, messages, unit }: PromptCall, { header }: Incoming): Resolved {
    const asked = header('llmci-unit') ?? unit;
    const resolved = this.#options.prompts.resolve(id, {
      vars: variables,
      messages: messages as never,
      ...(asked !== null && { unit: asked }),
    });
    if (version !== null && resolved.release !== `${id}@${version}`) {
      const why = `${id}@${version} is not what is live here, which is ${resolved.release}: leave out the version, or promote that one`;
      throw new ApiError(404, 'version_not_live', why, 'prompt.version');
    }
    return resolved;
  }

  async #ask(
    call: PromptCall,
    resolved: Resolved,
    client: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<Answer> {
    const { world, timeoutMs, models } = this.#options;
    const ended = new AbortController();
    const takeBack = world.later(timeoutMs, () => ended.abort(new ProviderError('timeout', 'no answer in time')));
    const leave = () => ended.abort(client.reason);
    client.addEventListener('abort', leave, { once: true });
    try {
      if (client.aborted) leave();
      return await models.ask(resolved, call.variables, { signal: ended.signal, ...(onText && { onText }) });
    } finally {
      takeBack();
      client.removeEventListener('abort', leave);
    }
  }
}

/** By these, logs and traces of the app can say which release has answered. */
function headersOf({ release, arm }: Resolved): Record<string, string> {
  // Ids of prompts may have any letters, headers may not
  return { 'llmci-release': encodeURI(release), 'llmci-arm': arm };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ApiError(400, 'invalid_path', 'the id in the path cannot be decoded');
  }
}
