import type { World } from '../../calls/world.js';
import { isLiveMetric, LIVE_METRICS, type StreamReading, streamOf } from '../../core/rollouts/live-metrics.js';
import { addSums, addValue, NO_SUMS } from '../../core/rollouts/sums.js';
import type { Sums } from '../../model/live-counts.js';
import type { UsualCalls } from '../../model/usual-calls.js';
import type { CallListener, FinishedCall } from '../calls/finished-call.js';
import { measureCall, readValue } from '../calls/read-values.js';

/** What is older than two of these is forgotten: traffic of the night says little of the day. */
const WINDOW_MS = 30 * 60 * 1000;
/** What is known of every call before anybody has written a gate. */
const READINGS: readonly StreamReading[] = [{ kind: 'value' }, { kind: 'log' }];

interface Window {
  readonly since: number;
  readonly prompts: Map<string, { calls: number; readonly streams: Map<string, Sums> }>;
}

/** Counts the calls of each prompt of the last half hour or more, whether there is a rollout or not. */
export class UsualTraffic implements CallListener {
  readonly #date: World['date'];
  #earlier: Window | null = null;
  #now: Window;

  constructor(date: World['date']) {
    this.#date = date;
    this.#now = { since: date().getTime(), prompts: new Map() };
  }

  onCall(call: FinishedCall): void {
    // A copy is no traffic
    if (call.copyOf !== null) return;
    const now = this.#date().getTime();
    if (now - this.#now.since > WINDOW_MS) {
      this.#earlier = this.#now;
      this.#now = { since: now, prompts: new Map() };
    }
    const counted = this.#now.prompts.get(call.prompt) ?? { calls: 0, streams: new Map() };
    counted.calls += 1;
    this.#now.prompts.set(call.prompt, counted);
    // What a candidate is like is not what is usual
    if (call.arm === 'candidate' || call.clientLeft) return;
    for (const metric of Object.keys(LIVE_METRICS).filter(isLiveMetric)) {
      for (const reading of READINGS) {
        const value = readValue(metric, reading, measureCall(metric, call));
        if (value === null) continue;
        const stream = streamOf(call.prompt, metric, reading);
        counted.streams.set(stream, addValue(counted.streams.get(stream) ?? NO_SUMS, value));
      }
    }
  }

  onOutcome(): void {
    // The rates of apps that call models themselves are told by nobody for certain
  }

  all(): readonly UsualCalls[] {
    const windows = [...(this.#earlier ? [this.#earlier] : []), this.#now];
    const since = new Date(windows[0]?.since ?? 0).toISOString();
    const until = this.#date().toISOString();
    const prompts = new Set(windows.flatMap((window) => [...window.prompts.keys()]));
    return [...prompts].map((prompt) => {
      const parts = windows.flatMap((window) => window.prompts.get(prompt) ?? []);
      const streams: Record<string, Sums> = {};
      for (const part of parts) {
        for (const [name, sums] of part.streams) streams[name] = addSums(streams[name] ?? NO_SUMS, sums);
      }
      return { prompt, since, until, calls: parts.reduce((sum, { calls }) => sum + calls, 0), streams };
    });
  }
}
