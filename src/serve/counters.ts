import { type Rollout, rolloutName } from '../core/releases/state.js';
import { copiedShare, isCopied } from '../core/rollouts/copied-share.js';
import { isLiveMetric, LIVE_METRICS, readingOf } from '../core/rollouts/live-metrics.js';
import { currentStream, seriesKey } from '../core/rollouts/live-series.js';
import { gatesOf } from '../core/rollouts/next.js';
import { addMissing, addSums, addValue, NO_SUMS } from '../core/rollouts/sums.js';
import type { LiveGate } from '../model/live.js';
import type { CopyCounts, RolloutCounts, StepCounts, StreamCounts } from '../model/live-counts.js';
import type { Arm } from '../runtime/prompts.js';
import type { CallListener, FinishedCall, ReportedOutcome } from './finished-call.js';
import { Pairs } from './pairs.js';
import { measureCall, measureOutcome, readValue } from './read-values.js';
import type { LiveScore } from './scoring/live-scorer.js';

interface Followed {
  readonly gates: readonly LiveGate[];
  /** The share of the control's calls that the candidate gets copies of; null for none. */
  readonly copied: number | null;
  /** Prompts whose failed calls a gate judges already. */
  readonly coverErrors: ReadonlySet<string>;
  readonly weight: number;
  readonly since: string;
}

/** Counts calls and scores of the rollouts that are under way, by step and arm, for the streams that their gates judge. */
export class Counters implements CallListener {
  #followed: ReadonlyMap<string, Followed> = new Map();
  #counts = new Map<string, RolloutCounts>();
  readonly #pairs = new Pairs();

  /** What is under way now; the counts of what is over are dropped. */
  follow(environment: string, rollouts: readonly Rollout[]): void {
    this.#followed = new Map(rollouts.map((rollout) => [rolloutName(environment, rollout.line), followedOf(rollout)]));
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
    for (const { rollout, steps, series, copies } of earlier) {
      const { steps: own, series: ownSeries, copies: ownCopies } = this.of(rollout);
      const allCopies = copies && ownCopies ? addCopies(copies, ownCopies) : (copies ?? ownCopies);
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
        ...(allCopies && { copies: allCopies }),
      });
    }
  }

  onCall(call: FinishedCall): void {
    // Who leaves, and a gateway that stops, say nothing of a release
    if (call.rollout === null || call.clientLeft || call.error === 'cancelled') return;
    const { rollout, arm, copyOf } = call;
    const valueIn = (gate: LiveGate, of: FinishedCall) =>
      gate.prompt === call.prompt && isLiveMetric(gate.metric) ? read(gate, measureCall(gate.metric, of), null) : null;
    const valueFor = (gate: LiveGate) => valueIn(gate, call);
    const failed = call.answer === null;
    const lacks = ({ prompt, metric }: LiveGate) =>
      prompt === call.prompt &&
      isLiveMetric(metric) &&
      LIVE_METRICS[metric].ofEach &&
      this.#isLack(rollout, prompt, failed);
    if (copyOf === null) {
      this.#count({ rollout, arm, isCall: true, valueFor, lacks });
      return;
    }
    const differenceFor = (gate: LiveGate, value: number) => {
      const other = valueIn(gate, copyOf);
      return other === null ? null : value - other;
    };
    // It counts where the call has counted that it repeats
    this.#count({ rollout, arm, isCall: true, valueFor, lacks, differenceFor, at: copyOf.at });
    const isUnpriced = call.answer !== null && call.usd === null;
    const ended = { ...NO_COPIES, [call.error === null ? 'answered' : 'failed']: 1, usd: call.usd ?? 0 };
    this.#addCopies(rollout, isUnpriced ? { ...ended, unpriced: 1 } : ended);
  }

  /** Counts a copy that was not made. */
  dropCopy(rollout: string): void {
    this.#addCopies(rollout, { ...NO_COPIES, dropped: 1 });
  }

  #addCopies(rollout: string, more: CopyCounts): void {
    if (!this.#followed.has(rollout)) return;
    const counts = this.of(rollout);
    this.#counts.set(rollout, { ...counts, copies: addCopies(counts.copies ?? NO_COPIES, more) });
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
    this.#count({ rollout, arm, isCall, valueFor, at });
  }

  onScore({ prompt, rollout, arm, metric, series, value, passed, failed, at, call, copyOf }: LiveScore): void {
    const followed = rollout === null ? undefined : this.#followed.get(rollout);
    if (rollout === null || !followed) return;
    const counts = this.of(rollout);
    const key = seriesKey({ prompt, metric });
    if (counts.series?.[key] !== series)
      this.#counts.set(rollout, { ...counts, series: { ...counts.series, [key]: series } });
    const isOf = (gate: LiveGate) => gate.prompt === prompt && gate.metric === metric;
    const valueFor = (gate: LiveGate) => (isOf(gate) ? read(gate, value, passed) : null);
    const lacks = (gate: LiveGate) => isOf(gate) && this.#isLack(rollout, prompt, failed);
    // What is not copied has no other half to wait for
    const isPaired = copyOf !== null || (followed.copied !== null && isCopied(rollout, call, followed.copied));
    const differenceFor = (gate: LiveGate, read: number) =>
      this.#pairs.match([rollout, gate.stream, series, copyOf ?? call].join('\n'), arm, read);
    this.#count({ rollout, arm, isCall: false, valueFor, lacks, at, ...(isPaired && { differenceFor }) });
  }

  /** Whether a call without a value is one that lacks it. How many may fail is said by a gate on errors, where there is one. */
  #isLack(rollout: string, prompt: string, failed: boolean): boolean {
    return !failed || this.#followed.get(rollout)?.coverErrors.has(prompt) === false;
  }

  #count({ rollout, arm, isCall, valueFor, lacks, differenceFor, at = Number.POSITIVE_INFINITY }: Counted): void {
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
      const before = streams[stream] ?? NO_COUNTS;
      if (value === null || !Number.isFinite(value)) {
        if (!lacks?.(gate)) continue;
        seen.add(stream);
        streams[stream] = { ...before, missing: addMissing(before.missing, { ...NO_MISSING, [arm]: 1 }) };
        continue;
      }
      seen.add(stream);
      const difference = differenceFor?.(gate, value) ?? null;
      const paired = difference === null ? before.paired : addValue(before.paired, difference);
      streams[stream] = { ...before, [arm]: addValue(before[arm], value), paired };
    }
    const calls = isCall ? { ...step.calls, [arm]: step.calls[arm] + 1 } : step.calls;
    const counted = { ...step, calls, streams };
    this.#counts.set(rollout, { ...counts, steps: steps[own] ? steps.with(own, counted) : [...steps, counted] });
  }
}

function followedOf(rollout: Rollout): Followed {
  const gates = gatesOf(rollout);
  const ofErrors = gates.filter(({ metric, level }) => metric === 'errors' && level === 'error');
  const coverErrors = new Set(ofErrors.map(({ prompt }) => prompt));
  const { plan, weight, weightSince: since } = rollout;
  return { gates, copied: copiedShare(plan), coverErrors, weight, since };
}

/** What is counted of a call, a score or a report. */
interface Counted {
  readonly rollout: string;
  readonly arm: Arm;
  readonly isCall: boolean;
  readonly valueFor: (gate: LiveGate) => number | null;
  /** Whether a call without a value should have had one. */
  readonly lacks?: (gate: LiveGate) => boolean;
  /** Candidate minus control, of a call and its copy. */
  readonly differenceFor?: (gate: LiveGate, value: number) => number | null;
  /** When the call was made, where that may have been in an earlier step, whose share has chosen its arm. */
  readonly at?: number;
}

const NO_COPIES: CopyCounts = { answered: 0, failed: 0, dropped: 0, usd: 0 };

function addCopies(one: CopyCounts, other: CopyCounts): CopyCounts {
  return {
    answered: one.answered + other.answered,
    failed: one.failed + other.failed,
    dropped: one.dropped + other.dropped,
    usd: one.usd + other.usd,
    ...((one.unpriced ?? other.unpriced) !== undefined && {
      unpriced: (one.unpriced ?? 0) + (other.unpriced ?? 0),
    }),
  };
}

const NO_MISSING = { control: 0, candidate: 0 };
const NO_COUNTS: StreamCounts = { control: NO_SUMS, candidate: NO_SUMS, paired: NO_SUMS };

function addSteps(one: StepCounts, other: StepCounts | undefined): StepCounts {
  if (!other) return one;
  const names = new Set([...Object.keys(one.streams), ...Object.keys(other.streams)]);
  const streams = [...names].map((name) => {
    const [a, b] = [one.streams[name] ?? NO_COUNTS, other.streams[name] ?? NO_COUNTS];
    const missing = addMissing(a.missing, b.missing);
    const sums = {
      control: addSums(a.control, b.control),
      candidate: addSums(a.candidate, b.candidate),
      paired: addSums(a.paired, b.paired),
      ...(missing && { missing }),
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
