import { z } from 'zod';
import type { World } from '../../calls/world.js';
import { tookMsSchema, usageSchema } from '../../model/output.js';
import type { Reported } from '../../store/gateway/counted-once.js';
import { ApiError } from '../http/api-error.js';
import { checkBody } from '../http/check-body.js';
import type { CallIds, RememberedCall } from './call-ids.js';
import type { CallListener, ReportedOutcome } from './finished-call.js';
import { OPEN_MS, type SharedCalls } from './shared-calls.js';

const outcomeSchema = z.strictObject({
  ok: z.boolean().optional().describe('Whether the model has answered.'),
  latencyMs: tookMsSchema.optional(),
  usage: usageSchema.optional(),
  feedback: z.number().min(-1).max(1).optional().describe('What it was worth: a thumb, solved, bought.'),
});

/** Takes what apps say became of their calls. */
export class Outcomes {
  readonly #ids: Pick<CallIds, 'read'>;
  readonly #listeners: readonly CallListener[];
  readonly #date: World['date'];
  readonly #calls: Pick<SharedCalls, 'claim'>;

  constructor(
    ids: Pick<CallIds, 'read'>,
    calls: Pick<SharedCalls, 'claim'>,
    listeners: readonly CallListener[],
    date: World['date'],
  ) {
    this.#ids = ids;
    this.#calls = calls;
    this.#listeners = listeners;
    this.#date = date;
  }

  /** Counts a report. Throws ApiError for a call that no gateway has made, and for what was counted already. */
  async report(callId: string, body: unknown): Promise<ReportedOutcome> {
    const { ok, latencyMs, usage, feedback } = checkBody(outcomeSchema, body);
    const call = this.#ids.read(callId);
    if (call === null)
      throw new ApiError(404, 'call_not_found', 'no call has this id: send back the whole of `callId` or `llmci-call`');
    const now = this.#date().getTime();
    if (now - call.at > OPEN_MS) throw new ApiError(410, 'call_too_old', 'a call can be reported for 24 hours');
    const saysOutcome = ok !== undefined || latencyMs !== undefined || usage !== undefined;
    const reported: Reported[] = [
      ...(saysOutcome ? ['outcome' as const] : []),
      ...(feedback === undefined ? [] : ['feedback' as const]),
    ];
    if (reported.length === 0)
      throw new ApiError(400, 'empty_outcome', 'say at least one of `ok`, `latencyMs`, `usage` and `feedback`');
    if (saysOutcome && !call.rendered)
      throw new ApiError(
        400,
        'measured_here',
        'the gateway has made this call and measured it: report `feedback` only',
      );
    if (!(await this.#calls.claim(call, reported, now)))
      throw new ApiError(409, 'already_reported', `the ${reported.join(' or the ')} of this call was counted before`);
    const outcome = outcomeOf(call, {
      ok: ok ?? null,
      latencyMs: latencyMs ?? null,
      usage: usage ?? null,
      feedback: feedback ?? null,
    });
    for (const listener of this.#listeners) listener.onOutcome(outcome);
    return outcome;
  }
}

function outcomeOf(
  { id, at, prompt, release, arm, rollout }: RememberedCall,
  said: Pick<ReportedOutcome, 'ok' | 'latencyMs' | 'usage' | 'feedback'>,
): ReportedOutcome {
  return { callId: id, at, prompt, release, arm, rollout, ...said };
}
