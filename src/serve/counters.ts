import { type Rollout, rolloutName } from '../core/releases/state.js';
import { isLiveMetric, readingOf } from '../core/rollouts/live-metrics.js';
import { currentStream, seriesKey } from '../core/rollouts/live-series.js';
import { gatesOf } from '../core/rollouts/next.js';
import { addSums, addValue, NO_SUMS } from '../core/rollouts/sums.js';
import type { LiveGate } from '../model/live.js';
import type { RolloutCounts, StepCounts, StreamCounts } from '../model/live-counts.js';
import type { Arm } from '../runtime/prompts.js';
import type { CallListener, FinishedCall, ReportedOutcome } from './finished-call.js';
import { measureCall, measureOutcome, readValue } from './read-values.js';
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
      gate.prompt === call.prompt && isLiveMetric(gate.metric)
        ? read(gate, measureCall(gate.metric, call), null)
        : null,
    );
  }

  onOutcome(outcome: ReportedOutcome): void {
    const { prompt, rollout, arm, ok, latencyMs, usage, at } = outcome;
    if (rollout === null) return;
    // Of a call that the app has made this is the first that is heard; of one that was made here only feedback is taken
    const isCall = ok !== null || latencyMs !== null || usage !== null;
    const valueFor = (gate: LiveGate) =>
      gate.prompt === prompt && isLiveMetric(gate.metric)
        ? read(gate, measureOutcome(gate.metric, outcome), null)
        : null;
    this.#count(rollout, arm, isCall, valueFor, at);
  }

  onScore({ prompt, rollout, arm, metric, series, value, passed, at }: LiveScore): void {
    if (rollout === null || !this.#followed.has(rollout)) return;
    const counts = this.of(rollout);
    const key = seriesKey({ prompt, metric });
    if (counts.series?.[key] !== series)
      this.#counts.set(rollout, { ...counts, series: { ...counts.series, [key]: series } });
    const valueFor = (gate: LiveGate) =>
      gate.prompt === prompt && gate.metric === metric ? read(gate, value, passed) : null;
    this.#count(rollout, arm, false, valueFor, at);
  }

  /** `at`: when the call was made, where that may have been in an earlier step, whose share has chosen its arm. */
  #count(
    rollout: string,
    arm: Arm,
    isCall: boolean,
    valueFor: (gate: LiveGate) => number | null,
    at = Number.POSITIVE_INFINITY,
  ): void {
    const followed = this.#followed.get(rollout);
    if (!followed) return;
    const { gates, weight, since } = followed;
    const counts = this.of(rollout);
    const { steps } = counts;
    const started = ({ since: begin }: { readonly since: string }) => Date.parse(begin) <= at;
    const own = started({ since })
      ? steps.findIndex((each) => each.since === since)
      : Math.max(0, steps.findLastIndex(started));
    const step = steps[own] ?? { weight, since, calls: { control: 0, candidate: 0 }, streams: {} };
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
    this.#counts.set(rollout, { ...counts, steps: steps[own] ? steps.with(own, counted) : [...steps, counted] });
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
  return readValue(gate.metric, readingOf(gate), value, passed);
}
