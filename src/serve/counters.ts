import { type Rollout, rolloutName } from '../core/releases/state.js';
import {
  isLiveMetric,
  LIVE_METRICS,
  type LiveMetricName,
  type Reading,
  readingOf,
} from '../core/rollouts/live-metrics.js';
import { currentStream, seriesKey } from '../core/rollouts/live-series.js';
import { gatesOf } from '../core/rollouts/next.js';
import { addSums, addValue, NO_SUMS } from '../core/rollouts/sums.js';
import type { LiveGate } from '../model/live.js';
import type { RolloutCounts, StepCounts, StreamCounts } from '../model/live-counts.js';
import type { Arm } from '../runtime/prompts.js';
import type { CallListener, FinishedCall, ReportedOutcome } from './finished-call.js';
import type { LiveScore } from './scoring/live-scorer.js';

interface Followed {
  readonly gates: readonly LiveGate[];
  readonly weight: number;
  readonly since: string;
}

/** Counts calls and scores of the rollouts that are under way, by step and arm, for the streams that their gates judge. */
export class Counters implements CallListener {
  #followed: ReadonlyMap<string, Followed> = new Map();
  #counts = new Map<string, RolloutCounts>();

  /** What is under way now; the counts of what is over are dropped. */
  follow(environment: string, rollouts: readonly Rollout[]): void {
    this.#followed = new Map(
      rollouts.map((rollout) => [
        rolloutName(environment, rollout.line),
        { gates: gatesOf(rollout), weight: rollout.weight, since: rollout.weightSince },
      ]),
    );
    for (const name of this.#counts.keys()) if (!this.#followed.has(name)) this.#counts.delete(name);
  }

  of(rollout: string): RolloutCounts {
    return this.#counts.get(rollout) ?? { rollout, steps: [] };
  }

  all(): readonly RolloutCounts[] {
    return [...this.#counts.values()];
  }

  /** Adds what was counted before, as by a gateway that is gone. */
  add(earlier: readonly RolloutCounts[]): void {
    for (const { rollout, steps, series } of earlier) {
      const { steps: own, series: ownSeries } = this.of(rollout);
      const known = new Map(own.map((step) => [step.since, step]));
      const merged = [
        ...steps.map((step) => addSteps(step, known.get(step.since))),
        ...own.filter(({ since }) => !steps.some((step) => step.since === since)),
      ];
      const both = { ...series, ...ownSeries };
      this.#counts.set(rollout, {
        rollout,
        steps: merged.sort((a, b) => (a.since < b.since ? -1 : 1)),
        ...(Object.keys(both).length > 0 && { series: both }),
      });
    }
  }

  onCall(call: FinishedCall): void {
    // Who leaves, and a gateway that stops, say nothing of a release
    if (call.rollout === null || call.clientLeft || call.error === 'cancelled') return;
    this.#count(call.rollout, call.arm, true, (gate) =>
      gate.prompt === call.prompt && isLiveMetric(gate.metric) ? read(gate, measured(gate.metric, call), null) : null,
    );
  }

  onOutcome({ prompt, rollout, arm, feedback }: ReportedOutcome): void {
    if (rollout === null || feedback === null) return;
    this.#count(rollout, arm, false, (gate) =>
      gate.prompt === prompt && gate.metric === 'feedback' ? read(gate, feedback, null) : null,
    );
  }

  onScore({ prompt, rollout, arm, metric, series, value, passed }: LiveScore): void {
    if (rollout === null || !this.#followed.has(rollout)) return;
    const counts = this.of(rollout);
    const key = seriesKey({ prompt, metric });
    if (counts.series?.[key] !== series)
      this.#counts.set(rollout, { ...counts, series: { ...counts.series, [key]: series } });
    this.#count(rollout, arm, false, (gate) =>
      gate.prompt === prompt && gate.metric === metric ? read(gate, value, passed) : null,
    );
  }

  #count(rollout: string, arm: Arm, isCall: boolean, valueFor: (gate: LiveGate) => number | null): void {
    const followed = this.#followed.get(rollout);
    if (!followed) return;
    const { gates, weight, since } = followed;
    const counts = this.of(rollout);
    const { steps } = counts;
    const last = steps.at(-1);
    const step = last?.since === since ? last : { weight, since, calls: { control: 0, candidate: 0 }, streams: {} };
    const streams: Record<string, StreamCounts> = { ...step.streams };
    const seen = new Set<string>();
    for (const gate of gates) {
      const stream = currentStream(gate, counts);
      // Two gates over one stream count it once
      if (seen.has(stream)) continue;
      const value = valueFor(gate);
      if (value === null || !Number.isFinite(value)) continue;
      seen.add(stream);
      const before = streams[stream] ?? NO_COUNTS;
      streams[stream] = { ...before, [arm]: addValue(before[arm], value) };
    }
    const calls = isCall ? { ...step.calls, [arm]: step.calls[arm] + 1 } : step.calls;
    const counted = { ...step, calls, streams };
    this.#counts.set(rollout, {
      ...counts,
      steps: step === last ? [...steps.slice(0, -1), counted] : [...steps, counted],
    });
  }
}

const NO_COUNTS: StreamCounts = { control: NO_SUMS, candidate: NO_SUMS, paired: NO_SUMS };

function addSteps(one: StepCounts, other: StepCounts | undefined): StepCounts {
  if (!other) return one;
  const names = new Set([...Object.keys(one.streams), ...Object.keys(other.streams)]);
  const streams = [...names].map((name) => {
    const [a, b] = [one.streams[name] ?? NO_COUNTS, other.streams[name] ?? NO_COUNTS];
    const sums = {
      control: addSums(a.control, b.control),
      candidate: addSums(a.candidate, b.candidate),
      paired: addSums(a.paired, b.paired),
    };
    return [name, sums] as const;
  });
  const calls = {
    control: one.calls.control + other.calls.control,
    candidate: one.calls.candidate + other.calls.candidate,
  };
  return { ...one, calls, streams: Object.fromEntries(streams) };
}

/** What a gate's stream counts of a value; null for nothing. */
function read(gate: LiveGate, value: number | null, passed: boolean | null): number | null {
  const reading: Reading = readingOf(gate);
  if (reading.kind === 'passed') return passed === null ? null : Number(passed);
  if (value === null) return null;
  if ('bound' in reading) return Number(reading.kind === 'above' ? value > reading.bound : value < reading.bound);
  if (reading.kind !== 'log') return value;
  const from = isLiveMetric(gate.metric) ? LIVE_METRICS[gate.metric].logFrom : null;
  return from === null ? null : Math.log(Math.max(from, value));
}

function measured(
  metric: LiveMetricName,
  { answer, error, latencyMs, firstTokenMs, usd }: FinishedCall,
): number | null {
  if (metric === 'errors') return error === null ? 0 : 1;
  // How long a failure took says nothing of answers
  if (answer === null) return null;
  switch (metric) {
    case 'latency':
      return latencyMs;
    case 'first-token':
      return firstTokenMs;
    case 'cost':
      return usd;
    case 'tokens': {
      const { inputTokens, outputTokens } = answer.usage;
      return inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens;
    }
    case 'finish':
      return answer.finishReason === null ? null : Number(['stop', 'tool-calls'].includes(answer.finishReason));
    case 'feedback':
      return null;
  }
}
