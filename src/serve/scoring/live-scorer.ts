import type { World } from '../../calls/world.js';
import { type Rollout, rolloutName } from '../../core/releases/state.js';
import { isSampled } from '../../core/rollouts/sampled.js';
import type { Redact } from '../../core/text/redact.js';
import { messageOf } from '../../core/text/thrown.js';
import type { ScoresStatus } from '../../model/gateway-status.js';
import type { Score } from '../../model/run-record.js';
import type { Project } from '../../project/load.js';
import { JudgeError } from '../../scoring/judge-service.js';
import { ScoreThread } from '../../scoring/score-thread.js';
import type { ScorableRow } from '../../scoring/scorer.js';
import { BoundedQueue } from '../calls/bounded-queue.js';
import type { CallListener, FinishedCall } from '../calls/finished-call.js';
import { type DaySpend, DaySpending } from './day-spend.js';
import { RolloutScoring } from './rollout-scoring.js';
import type { ScoredMetric } from './scored-metrics.js';

/** A score of a live call. */
export interface LiveScore extends Pick<FinishedCall, 'at' | 'prompt' | 'arm' | 'rollout' | 'weight'> {
  /** The id of the call. */
  readonly call: string;
  /** The id of the call of which that is a copy; null for the calls of users. */
  readonly copyOf: string | null;
  /** The id of the metric. */
  readonly metric: string;
  /** What tells it from one of the same id by another judge, rubric or revision. */
  readonly series: string;
  /** Null where there is none, though there should be. */
  readonly value: number | null;
  readonly passed: boolean | null;
  /** Whether there was no answer to score. */
  readonly failed: boolean;
}

export interface LiveScorerParts {
  readonly environment: string;
  readonly project: Project;
  readonly world: World;
  readonly redact: Redact;
  /** Told of every score, and of every one that is missing. */
  readonly onScore: (score: LiveScore) => void;
  readonly say: (message: string) => void;
  readonly onFault: (error: unknown) => void;
}

interface Job {
  readonly call: FinishedCall;
  readonly scoring: RolloutScoring;
  readonly metrics: readonly ScoredMetric[];
}

/** What may wait: calls, and characters of what was asked and answered. */
const MOST_WAITING = 1000;
const MOST_CHARACTERS = 1 << 24;
/** Calls whose metrics compute at once are one after the other in their thread: more only wait there. */
const COMPUTING = 4;
const ASKING = 4;

/**
 * Scores calls of both arms of the rollouts under way, beside the traffic, with the metrics of their plans: those that are free
 * score all calls, those that cost something a sample of units. What is not scored is counted, and counts for no gate.
 */
export class LiveScorer implements CallListener {
  readonly #parts: LiveScorerParts;
  readonly #thread = new ScoreThread();
  readonly #spending: DaySpending;
  readonly #free = new BoundedQueue<Job>({ ...WAITING, atOnce: COMPUTING, work: (job) => this.#score(job) });
  readonly #paid = new BoundedQueue<Job>({ ...WAITING, atOnce: ASKING, work: (job) => this.#score(job) });
  #followed: ReadonlyMap<string, RolloutScoring> = new Map();

  constructor(parts: LiveScorerParts) {
    this.#parts = parts;
    this.#spending = new DaySpending(parts.world.date);
  }

  /** What is scored from now on: the rollouts whose gates this gateway judges. */
  follow(rollouts: readonly Rollout[]): void {
    const { environment, project, world, redact, say, onFault } = this.#parts;
    const followed = new Map<string, RolloutScoring>();
    for (const rollout of rollouts) {
      const name = rolloutName(environment, rollout.line);
      const parts = { project, world, redact, say, onFault, thread: this.#thread, spending: this.#spending };
      followed.set(name, this.#followed.get(name) ?? new RolloutScoring(rollout, parts));
    }
    for (const [name, over] of this.#followed) if (!followed.has(name)) void over.close().catch(onFault);
    this.#followed = followed;
  }

  onCall(call: FinishedCall): void {
    const scoring = call.rollout === null ? undefined : this.#followed.get(call.rollout);
    // Who leaves, and a gateway that stops, say nothing of a release
    if (!scoring || call.clientLeft || call.error === 'cancelled') return;
    const { free, paid, sample } = scoring.planOf(call.prompt);
    const chosen = isSampled(`${call.rollout}:${call.unit ?? call.copyOf?.id ?? call.id}`, sample) ? paid : [];
    if (call.answer === null) {
      for (const metric of [...free, ...chosen]) this.#tell(call, metric, null);
      return;
    }
    if (free.length > 0) this.#add(this.#free, { call, scoring, metrics: free });
    if (chosen.length > 0) this.#add(this.#paid, { call, scoring, metrics: chosen });
  }

  onOutcome(): void {
    // What apps report is no answer to score
  }

  statusOf(rollout: string): ScoresStatus {
    const scoring = this.#followed.get(rollout);
    return scoring ? { ...scoring.board.status(), spent: scoring.spent() } : { metrics: [], failed: [], spent: [] };
  }

  /** What scores have cost today, to be kept. */
  get spent(): DaySpend {
    return this.#spending.spent;
  }

  /** Goes on with what an earlier process has spent today. */
  include(spent: DaySpend): void {
    this.#spending.include(spent);
  }

  /** Learns what other gateways have spent today: a budget is of all together. */
  hear(others: readonly DaySpend[]): void {
    this.#spending.hear(others);
  }

  /** Forgets what waits, and ends what is being scored. */
  async close(): Promise<void> {
    const scorings = [...this.#followed.values()];
    this.#followed = new Map();
    for (const scoring of scorings) scoring.cancel();
    await this.#thread.close();
    await Promise.all([this.#free.end(), this.#paid.end()]);
    for (const scoring of scorings) await scoring.close();
  }

  #add(queue: BoundedQueue<Job>, job: Job): void {
    if (queue.add(job)) return;
    for (const metric of job.metrics) job.scoring.board.miss(job.call, metric, 'dropped');
  }

  async #score({ call, scoring, metrics }: Job): Promise<void> {
    const row = rowOf(call);
    await Promise.all(metrics.map((metric) => this.#scoreWith(metric, row, call, scoring)));
  }

  async #scoreWith(metric: ScoredMetric, row: ScorableRow, call: FinishedCall, scoring: RolloutScoring): Promise<void> {
    try {
      const score = await scoring.score(metric, row, call.prompt);
      // What it was for is over
      if (score === null) return;
      scoring.board.add(call, metric, score);
      // What does not apply lacks nothing
      if (!score.notApplicable) this.#tell(call, metric, score);
    } catch (error) {
      if (error instanceof JudgeError && error.kind === 'cancelled') return;
      if (error instanceof JudgeError && error.kind === 'budget') scoring.overBudget(call, metric, error.message);
      else {
        scoring.board.miss(call, metric, 'missing', messageOf(error));
        this.#tell(call, metric, null);
      }
    }
  }

  #tell(call: FinishedCall, metric: ScoredMetric, score: Score | null): void {
    const { id, at, prompt, arm, rollout, answer, copyOf } = call;
    const of = { call: id, copyOf: copyOf?.id ?? null, metric: metric.entry.id, series: metric.series };
    const found = { value: score?.value ?? null, passed: score?.passed ?? null, failed: answer === null };
    // A copy counts where the call counts that it repeats
    const { weight } = copyOf ?? call;
    this.#parts.onScore({ ...of, at, prompt, arm, rollout, ...found, ...(weight !== undefined && { weight }) });
  }
}

const WAITING = {
  most: MOST_WAITING,
  mostSize: MOST_CHARACTERS,
  sizeOf: ({ call: { messages, answer } }: Job) =>
    messages.reduce((sum, { content }) => sum + JSON.stringify(content).length, answer?.text.length ?? 0),
};

function rowOf({ messages, variables, answer, outputSchema, latencyMs, usd }: FinishedCall): ScorableRow {
  if (answer === null) throw new Error('a call without an answer cannot be scored');
  return {
    case: { vars: variables, expected: undefined, tags: [] },
    output: { ...answer, latencyMs, usd, source: 'live' },
    messages,
    outputSchema,
  };
}
