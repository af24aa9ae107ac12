import { type Rollout, rolloutName } from '../../core/releases/state.js';
import { copiedShare } from '../../core/rollouts/copied-share.js';
import { isLiveMetric, LIVE_METRICS, readingOf } from '../../core/rollouts/live-metrics.js';
import { currentStream, seriesKey } from '../../core/rollouts/live-series.js';
import { addCopies, mergeCounts, NO_COPIES, NO_COUNTS } from '../../core/rollouts/merge-counts.js';
import { gatesOf } from '../../core/rollouts/next.js';
import { isCopied } from '../../core/rollouts/sampled.js';
import { addMissing, addValue } from '../../core/rollouts/sums.js';
import type { LiveGate } from '../../model/live.js';
import type { CopyCounts, RolloutCounts, StepCounts, StreamCounts } from '../../model/live-counts.js';
import type { Arm } from '../../runtime/prompts.js';
import type { CallListener, FinishedCall, ReportedOutcome } from '../calls/finished-call.js';
import { measureCall, measureOutcome, readValue, TOLD_OF_EACH } from '../calls/read-values.js';
import type { LiveScore } from '../scoring/live-scorer.js';
import { Pairs } from './pairs.js';

interface Followed {
  readonly gates: readonly LiveGate[];
  /** The share of the control's calls that the candidate gets copies of; null for none. */
  readonly copied: number | null;
  /** Prompts whose failed calls a gate judges already. */
  readonly coverErrors: ReadonlySet<string>;
  readonly weight: number;
  readonly since: string;
  /** The steps it was seen in, the newest last. */
  readonly seen: readonly Step[];
}

type Step = Pick<StepCounts, 'weight' | 'since'>;

/** Calls whose step the ledger has, and this gateway has not read yet: more than come within a look. */
const MOST_EARLY = 10_000;

/** Counts calls and scores of the rollouts that are under way, by step and arm, for the streams that their gates judge. */
export class Counters implements CallListener {
  #followed: ReadonlyMap<string, Followed> = new Map();
  readonly #own = new Map<string, RolloutCounts>();
  #others: ReadonlyMap<string, RolloutCounts> = new Map();
  readonly #pairs = new Pairs();
  /** What belongs to a step that is not known yet. */
  #early: Counted[] = [];

  /** What is under way now; the counts of what is over are dropped. */
  follow(environment: string, rollouts: readonly Rollout[]): void {
    const followed = new Map<string, Followed>();
    for (const rollout of rollouts) {
      const name = rolloutName(environment, rollout.line);
      const step = { weight: rollout.weight, since: rollout.weightSince };
      const before = this.#followed.get(name)?.seen ?? [];
      const seen = before.at(-1)?.since === step.since ? before : [...before, step];
      followed.set(name, { ...followedOf(rollout), ...step, seen });
    }
    this.#followed = followed;
    for (const name of this.#own.keys()) if (!followed.has(name)) this.#own.delete(name);
    const early = this.#early;
    this.#early = [];
    // Of a share that nobody knows of now either it cannot be said what it was compared with
    for (const counted of early) if (this.#stepOf(counted)) this.#count(counted);
  }

  /** All that is known of a rollout: what was counted here, and what the other gateways have told. */
  of(rollout: string): RolloutCounts {
    const others = this.#others.get(rollout);
    const own = this.#ownOf(rollout);
    // The own is the last: what is scored here says which series counts here
    return others ? (mergeCounts([others, own])[0] ?? own) : own;
  }

  all(): readonly RolloutCounts[] {
    return [...new Set([...this.#others.keys(), ...this.#own.keys()])].map((rollout) => this.of(rollout));
  }

  /** What copies have cost and come to, at all gateways. */
  copiesOf(rollout: string): CopyCounts {
    return addCopies(this.#others.get(rollout)?.copies ?? NO_COPIES, this.#ownOf(rollout).copies ?? NO_COPIES);
  }

  /** What was counted here, and before a restart in the same place. */
  own(): readonly RolloutCounts[] {
    return [...this.#own.values()];
  }

  /** Adds what was counted in the place of this gateway before it. */
  add(earlier: readonly RolloutCounts[]): void {
    for (const counts of mergeCounts([...earlier, ...this.own()])) this.#own.set(counts.rollout, counts);
  }

  /** What other gateways have counted up to now, in place of what they had before. */
  hear(others: readonly RolloutCounts[]): void {
    this.#others = new Map(mergeCounts(others).map((counts) => [counts.rollout, counts]));
  }

  #ownOf(rollout: string): RolloutCounts {
    return this.#own.get(rollout) ?? { rollout, steps: [] };
  }

  onCall(call: FinishedCall): void {
    // Who leaves, and a gateway that stops, say nothing of a release
    if (call.rollout === null || call.clientLeft || call.error === 'cancelled') return;
    const { rollout, arm, copyOf } = call;
    // A copy counts where the call has counted that it repeats
    const { weight } = copyOf ?? call;
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
      this.#count({ rollout, arm, isCall: true, valueFor, lacks, weight });
      return;
    }
    const differenceFor = (gate: LiveGate, value: number) => {
      const other = valueIn(gate, copyOf);
      return other === null ? null : value - other;
    };
    this.#count({ rollout, arm, isCall: true, valueFor, lacks, differenceFor, weight, at: copyOf.at });
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
    const counts = this.#ownOf(rollout);
    this.#own.set(rollout, { ...counts, copies: addCopies(counts.copies ?? NO_COPIES, more) });
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
    const lacks = (gate: LiveGate) =>
      isCall &&
      gate.prompt === prompt &&
      TOLD_OF_EACH.some((metric) => metric === gate.metric) &&
      this.#isLack(rollout, prompt, ok === false);
    this.#count({ rollout, arm, isCall, valueFor, lacks, at });
  }

  onScore({ prompt, rollout, arm, metric, series, value, passed, failed, at, weight, call, copyOf }: LiveScore): void {
    const followed = rollout === null ? undefined : this.#followed.get(rollout);
    if (rollout === null || !followed) return;
    const counts = this.#ownOf(rollout);
    const key = seriesKey({ prompt, metric });
    if (counts.series?.[key] !== series)
      this.#own.set(rollout, { ...counts, series: { ...counts.series, [key]: series } });
    const isOf = (gate: LiveGate) => gate.prompt === prompt && gate.metric === metric;
    const valueFor = (gate: LiveGate) => (isOf(gate) ? read(gate, value, passed) : null);
    const lacks = (gate: LiveGate) => isOf(gate) && this.#isLack(rollout, prompt, failed);
    // What is not copied has no other half to wait for
    const isPaired = copyOf !== null || (followed.copied !== null && isCopied(rollout, call, followed.copied));
    const differenceFor = (gate: LiveGate, read: number) =>
      this.#pairs.match([rollout, gate.stream, series, copyOf ?? call].join('\n'), arm, read);
    this.#count({ rollout, arm, isCall: false, valueFor, lacks, weight, at, ...(isPaired && { differenceFor }) });
  }

  /** Whether a call without a value is one that lacks it. How many may fail is said by a gate on errors, where there is one. */
  #isLack(rollout: string, prompt: string, failed: boolean): boolean {
    return !failed || this.#followed.get(rollout)?.coverErrors.has(prompt) === false;
  }

  #count(counted: Counted): void {
    const { rollout, arm, isCall, valueFor, lacks, differenceFor } = counted;
    const followed = this.#followed.get(rollout);
    if (!followed) return;
    const begun = this.#stepOf(counted);
    if (begun === null) {
      if (this.#early.length < MOST_EARLY) this.#early.push(counted);
      return;
    }
    const counts = this.#ownOf(rollout);
    const { steps } = counts;
    const own = steps.findIndex(({ since }) => since === begun.since);
    const step = steps[own] ?? { ...begun, calls: { control: 0, candidate: 0 }, streams: {} };
    const streams: Record<string, StreamCounts> = { ...step.streams };
    const seen = new Set<string>();
    for (const gate of followed.gates) {
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
    const added = { ...step, calls, streams };
    this.#own.set(rollout, { ...counts, steps: steps[own] ? steps.with(own, added) : [...steps, added].sort(byBegin) });
  }

  /**
   * The step whose share has chosen the arm: by the share, for that is what the arms are compared by, and a call may end long
   * after its step; by time where the share is not known. Null for one that is yet to be heard of.
   */
  #stepOf({ rollout, weight, at = Number.POSITIVE_INFINITY }: Counted): Step | null {
    const followed = this.#followed.get(rollout);
    if (!followed) return null;
    const { since, seen } = followed;
    const current: Step = { weight: followed.weight, since };
    if (weight === undefined ? Date.parse(since) <= at : weight === current.weight) return current;
    const { steps } = this.of(rollout);
    const found =
      weight === undefined
        ? (steps.findLast((step) => Date.parse(step.since) <= at) ?? steps[0] ?? current)
        : (seen.findLast((step) => step.weight === weight) ?? steps.findLast((step) => step.weight === weight));
    return found ? { weight: found.weight, since: found.since } : null;
  }
}

function byBegin(one: Step, other: Step): number {
  return Date.parse(one.since) - Date.parse(other.since);
}

function followedOf(rollout: Rollout): Pick<Followed, 'gates' | 'copied' | 'coverErrors'> {
  const gates = gatesOf(rollout);
  const ofErrors = gates.filter(({ metric, level }) => metric === 'errors' && level === 'error');
  const coverErrors = new Set(ofErrors.map(({ prompt }) => prompt));
  return { gates, copied: copiedShare(rollout.plan), coverErrors };
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
  /** The share that has chosen the arm, where it is known. */
  readonly weight?: number | undefined;
  /** When the call was made. */
  readonly at?: number;
}

const NO_MISSING = { control: 0, candidate: 0 };

/** What a gate's stream counts of a value; null for nothing. */
function read(gate: LiveGate, value: number | null, passed: boolean | null): number | null {
  return readValue(gate.metric, readingOf(gate), value, passed);
}
