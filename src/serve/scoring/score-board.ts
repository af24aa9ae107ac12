import { type JudgedScore, WATCHED, watchJudge } from '../../core/rollouts/watch-judge.js';
import type { Redact } from '../../core/text/redact.js';
import { outputShown } from '../../metrics/judging.js';
import { DataMask } from '../../metrics/masked-data.js';
import type { ArmCounts, FailedScore, ScoresStatus, ScoringStatus } from '../../model/gateway-status.js';
import type { Score } from '../../model/run-record.js';
import type { FinishedCall } from '../calls/finished-call.js';
import type { ScoredMetric } from './scored-metrics.js';

/** Why a call that was to be scored has no score. None of it says anything of the call. */
export type Unscored = 'missing' | 'dropped' | 'budget';

interface Tally {
  readonly prompt: string;
  readonly metric: ScoredMetric;
  readonly scored: Counts;
  readonly failed: Counts;
  readonly unscored: Readonly<Record<Unscored, Counts>>;
  readonly sums: Counts;
  lastMissing: string | null;
  first: JudgedScore[];
  newest: JudgedScore[];
  note: string | null;
}

type Counts = Record<FinishedCall['arm'], number>;
const none = (): Counts => ({ control: 0, candidate: 0 });

/** What became of a score, for the log; a budget is told of where it is known. */
const WHY = { missing: 'is missing', dropped: 'was dropped, since too many wait', budget: '' } as const;

/** Failed samples that are shown of a rollout, and how much of each. */
const MOST_FAILED = 20;
const SHOWN = 600;
const SHOWN_REASON = 300;

/** What the scores of one rollout have come to since the gateway started, for people. */
export class ScoreBoard {
  readonly #redact: Redact;
  readonly #tell: (told: string) => void;
  readonly #tallies = new Map<string, Tally>();
  #failed: FailedScore[] = [];

  /** `tell` hears what a person should know, once each. */
  constructor(redact: Redact, tell: (told: string) => void) {
    this.#redact = redact;
    this.#tell = tell;
  }

  /** Counts what a metric has said of a call. */
  add(call: FinishedCall, metric: ScoredMetric, { value, passed, reason, notApplicable }: Score): void {
    const tally = this.#tallyOf(call.prompt, metric);
    if (value === null && !notApplicable) {
      this.miss(call, metric, 'missing', reason);
      return;
    }
    // What does not apply is no score, and lacks none
    if (value === null) return;
    tally.scored[call.arm]++;
    tally.sums[call.arm] += value;
    if (passed === false) {
      tally.failed[call.arm]++;
      this.#showFailed(call, metric, value, reason);
    }
    if (metric.judged && call.arm === 'control') this.#watch(tally, { value, size: sizeOf(call) });
  }

  /** Counts a call that has no score. */
  miss({ prompt, arm }: FinishedCall, metric: ScoredMetric, why: Unscored, reason: string | null = null): void {
    const tally = this.#tallyOf(prompt, metric);
    tally.unscored[why][arm]++;
    const first = why !== 'budget' && tally.unscored[why].control + tally.unscored[why].candidate === 1;
    if (reason !== null) tally.lastMissing = this.#masked(new DataMask(), reason, SHOWN_REASON);
    if (first)
      this.#tell(
        `a score of ${metric.entry.id} (${prompt}) ${WHY[why]}${reason === null ? '' : `: ${tally.lastMissing}`}; the status counts further ones`,
      );
  }

  status(): Omit<ScoresStatus, 'spent'> {
    const metrics = [...this.#tallies.values()].map((tally): ScoringStatus => {
      const { prompt, metric, scored, failed, unscored, sums, lastMissing, note } = tally;
      const means = {
        control: meanOf(sums.control, scored.control),
        candidate: meanOf(sums.candidate, scored.candidate),
      };
      return {
        ...{ prompt, metric: metric.entry.id, series: metric.series, sampled: metric.costs, means, lastMissing, note },
        ...{ scored: shownOf(scored), failed: shownOf(failed) },
        ...{
          missing: shownOf(unscored.missing),
          dropped: shownOf(unscored.dropped),
          overBudget: shownOf(unscored.budget),
        },
      };
    });
    return { metrics, failed: this.#failed };
  }

  #tallyOf(prompt: string, metric: ScoredMetric): Tally {
    const key = `${prompt}\n${metric.entry.id}`;
    const known = this.#tallies.get(key);
    if (known) return known;
    const tally: Tally = {
      ...{ prompt, metric, scored: none(), failed: none(), sums: none() },
      unscored: { missing: none(), dropped: none(), budget: none() },
      ...{ lastMissing: null, first: [], newest: [], note: null },
    };
    this.#tallies.set(key, tally);
    return tally;
  }

  #showFailed(call: FinishedCall, metric: ScoredMetric, value: number, reason: string): void {
    const { id, at, prompt, release, arm, answer } = call;
    const mask = new DataMask();
    const said = answer === null ? '' : outputShown(answer);
    const failed: FailedScore = {
      ...{ call: id, at: new Date(at).toISOString(), prompt, release, arm, metric: metric.entry.id, value },
      reason: this.#masked(mask, reason, SHOWN_REASON),
      answer: this.#masked(mask, said, SHOWN),
    };
    this.#failed = [failed, ...this.#failed].slice(0, MOST_FAILED);
  }

  /** Masked before it is cut: half of a number is seen by no pattern, and tells all the same. */
  #masked(mask: DataMask, text: string, length: number): string {
    // What is not shown need not be masked, but for what stands across the cut
    const masked = mask.text(this.#redact(text.slice(0, 4 * length)));
    return masked.length > length ? `${masked.slice(0, length)}…` : masked;
  }

  #watch(tally: Tally, score: JudgedScore): void {
    if (tally.first.length < WATCHED) tally.first.push(score);
    tally.newest.push(score);
    if (tally.newest.length < WATCHED) return;
    const isFirst = tally.newest.length === tally.first.length && tally.newest[0] === tally.first[0];
    const note = watchJudge(isFirst ? [] : tally.first, tally.newest);
    tally.newest = [];
    if (note !== null && note !== tally.note)
      this.#tell(`the judge of ${tally.metric.entry.id} (${tally.prompt}): ${note}`);
    tally.note = note;
  }
}

function sizeOf({ messages, answer }: FinishedCall): number {
  return messages.reduce(
    (sum, { content }) => sum + (typeof content === 'string' ? content.length : 0),
    answer?.text.length ?? 0,
  );
}

function meanOf(sum: number, n: number): number | null {
  return n === 0 ? null : sum / n;
}

function shownOf({ control, candidate }: Counts): ArmCounts {
  return { control, candidate };
}
