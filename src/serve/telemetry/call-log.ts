import { writeJson } from '../../core/text/write-json.js';
import type { CallListener, FinishedCall, ReportedOutcome } from '../calls/finished-call.js';
import { CLIENT_LEFT } from './names.js';

/**
 * One line of JSON a call, for programs that collect logs: who answered, how, how fast, at which cost. Nothing of what was
 * asked or answered, and no unit, which may name a person.
 */
export class CallLog implements CallListener {
  readonly #write: (line: string) => void;
  readonly #date: () => Date;

  constructor(write: (line: string) => void, date: () => Date) {
    this.#write = write;
    this.#date = date;
  }

  onCall(call: FinishedCall): void {
    const { answer, error, clientLeft, trace } = call;
    this.#line({
      level: error === null || clientLeft ? 'info' : 'error',
      event: 'call',
      call: call.id,
      prompt: call.prompt,
      release: call.release,
      arm: call.arm,
      rollout: call.rollout,
      copyOf: call.copyOf?.id ?? null,
      model: call.model,
      servedModel: answer?.servedModel ?? null,
      began: new Date(call.at).toISOString(),
      latencyMs: rounded(call.latencyMs),
      firstTokenMs: call.firstTokenMs === null ? null : rounded(call.firstTokenMs),
      finish: answer?.finishReason ?? null,
      inputTokens: answer?.usage.inputTokens ?? null,
      outputTokens: answer?.usage.outputTokens ?? null,
      usd: call.usd,
      error: clientLeft ? CLIENT_LEFT : error,
      traceId: trace?.traceId ?? null,
      spanId: trace?.spanId ?? null,
    });
  }

  onOutcome({ callId, prompt, release, arm, rollout, ok, latencyMs, feedback }: ReportedOutcome): void {
    this.#line({
      level: 'info',
      event: 'outcome',
      call: callId,
      prompt,
      release,
      arm,
      rollout,
      ok,
      latencyMs,
      feedback,
    });
  }

  /** What is no call: that it started, that something failed. The text is the gateway's own. */
  say(level: 'info' | 'error', event: string, message: string): void {
    this.#line({ level, event, message });
  }

  #line(facts: object): void {
    this.#write(`${writeJson({ time: this.#date().toISOString(), ...facts })}\n`);
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
