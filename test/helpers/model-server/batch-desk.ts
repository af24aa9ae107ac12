import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour, Call } from './behaviour.js';
import type { JsonObject } from './json.js';
import { makeReply, type Question } from './reply.js';
import type { Wire, WireError } from './wire.js';

/** What happens to a request of a batch besides being answered as a live call would be. `lost`: no result has it. */
export type Unanswered = 'expired' | 'cancelled' | 'lost';

/** How the batches of a server go. */
export interface BatchOptions {
  /** How often a batch says that it is under way before it has ended; 0 unless given. */
  readonly polls?: number;
  /** Decides by its text that a request is not answered. */
  readonly unanswered?: (text: string) => Unanswered | null;
  /** Lines that stand among the results, made of the ids in the batch. */
  readonly alsoSend?: (ids: readonly string[]) => readonly string[];
  /** Why batches are not begun at all (OpenAI's `failed`). */
  readonly refuse?: { readonly code: string; readonly message: string };
  /**
   * What happens to the n-th call (from 0) that hands a batch in: `lose-answer` makes the batch and cuts the
   * connection, `hang` makes it and never answers, `drop` cuts the connection and makes none.
   */
  readonly onCreate?: (n: number) => 'answer' | 'lose-answer' | 'hang' | 'drop';
  /** What the next list of batches is, in place of the true one. */
  readonly list?: () => string | null;
  /** The status of the n-th call (from 0) that asks for a batch's state; 200 unless given. */
  readonly onStatus?: (n: number) => number;
}

/** A batch as a test sees it. */
export interface HeldBatch {
  readonly id: string;
  readonly api: 'openai' | 'anthropic';
  /** The ids and last user messages of its requests, in the order in which they came. */
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly metadata: JsonObject | null;
  readonly createdAt: Date;
  readonly cancelled: boolean;
  /** How often its state was asked for. */
  readonly asked: number;
  /** How often its results were read. */
  readonly read: number;
}

/** A request in a batch. */
export interface BatchRequest {
  readonly id: string;
  readonly body: JsonObject;
}

/** What became of one. */
export type ItemResult =
  | { readonly id: string; readonly kind: 'answer'; readonly status: number; readonly body: JsonObject }
  | { readonly id: string; readonly kind: 'expired' | 'cancelled' };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A batch with what the wire formats need of it. */
export interface DeskBatch extends Mutable<HeldBatch> {
  readonly requests: readonly BatchRequest[];
  readonly headers: IncomingHttpHeaders;
  /** Null until it has ended. */
  results: readonly ItemResult[] | null;
}

/** Where batches lie until they are done. */
export interface BatchDesk {
  readonly options: BatchOptions;
  readonly held: readonly HeldBatch[];
  readonly files: Map<string, string>;
  newId(prefix: string): string;
  hold(
    batch: Pick<DeskBatch, 'id' | 'api' | 'metadata' | 'requests' | 'headers'>,
    lastUserText: Wire['lastUserText'],
  ): DeskBatch;
  find(id: string): DeskBatch | undefined;
  /** Counts a question for the state of a batch, and ends it when its time has come. */
  look(batch: DeskBatch, wire: Wire): Promise<void>;
}

/** Returns an empty desk; `answer` decides about each request as about a live call. */
export function makeBatchDesk(
  options: BatchOptions,
  answer: (question: Question, call: Omit<Call, 'index'>) => Promise<Behaviour>,
): BatchDesk {
  const held: DeskBatch[] = [];
  let serial = 0;

  async function answerOne(batch: DeskBatch, wire: Wire, { id, body }: BatchRequest): Promise<ItemResult | null> {
    const text = wire.lastUserText(body);
    const unanswered = batch.cancelled ? 'cancelled' : (options.unanswered?.(text) ?? null);
    if (unanswered === 'lost') return null;
    if (unanswered !== null) return { id, kind: unanswered };
    serial += 1;
    const refusal: WireError | null = wire.check(body, batch.headers);
    const question = { wire, body, serial };
    if (refusal) return { id, kind: 'answer', status: refusal.status, body: wire.error(refusal, body, serial) };
    const behaviour = await answer(question, { api: wire.api, body, lastUserText: text, headers: batch.headers });
    const reply = makeReply(question, behaviour);
    return { id, kind: 'answer', status: reply.status, body: JSON.parse(reply.text) as JsonObject };
  }

  return {
    options,
    held,
    files: new Map(),
    newId: (prefix) => {
      serial += 1;
      return `${prefix}${serial}`;
    },
    hold: (batch, lastUserText) => {
      const whole: DeskBatch = {
        ...batch,
        ids: batch.requests.map(({ id }) => id),
        texts: batch.requests.map(({ body }) => lastUserText(body)),
        createdAt: new Date(),
        cancelled: false,
        asked: 0,
        read: 0,
        results: null,
      };
      held.push(whole);
      return whole;
    },
    find: (id) => held.find((batch) => batch.id === id),
    look: async (batch, wire) => {
      batch.asked += 1;
      if (batch.results || (batch.asked <= (options.polls ?? 0) && !batch.cancelled)) return;
      const results = await Promise.all(batch.requests.map((request) => answerOne(batch, wire, request)));
      // Never in the order of the requests: clients must go by ids
      batch.results = results.filter((result) => result !== null).reverse();
    },
  };
}
