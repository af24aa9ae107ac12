import { Stop } from '../../calls/stop.js';
import type { World } from '../../calls/world.js';
import type { Rollout } from '../../core/releases/state.js';
import type { Redact } from '../../core/text/redact.js';
import { NO_CEILING } from '../../model/budget.js';
import type { SpentStatus } from '../../model/gateway-status.js';
import type { LivePlan } from '../../model/live.js';
import type { Score } from '../../model/run-record.js';
import type { Project } from '../../project/load.js';
import type { ScoreThread } from '../../scoring/score-thread.js';
import { openScoring, type ScorableRow, type Scoring } from '../../scoring/scorer.js';
import type { FinishedCall } from '../calls/finished-call.js';
import type { DaySpending } from './day-spend.js';
import { ScoreBoard } from './score-board.js';
import { type ScoredMetric, scoredMetrics } from './scored-metrics.js';

export interface RolloutScoringParts {
  readonly project: Project;
  readonly world: World;
  readonly thread: ScoreThread;
  readonly spending: DaySpending;
  readonly redact: Redact;
  readonly say: (message: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** What calls of a prompt are scored with. */
interface PromptPlan {
  readonly free: readonly ScoredMetric[];
  readonly paid: readonly ScoredMetric[];
  /** The share of units that paid metrics score. */
  readonly sample: number;
  /** US dollars a day; null for no limit. */
  readonly budget: number | null;
}

const NO_PLAN: PromptPlan = { free: [], paid: [], sample: 0, budget: null };
/** A service that could not be got ready, for a key that is missing, say, is tried again after a while. */
const AGAIN_MS = 60_000;

/** The scoring of one rollout, with the metrics that its plan had when it began, and the budget of each day. */
export class RolloutScoring {
  readonly board: ScoreBoard;
  readonly #parts: RolloutScoringParts;
  readonly #plans: ReadonlyMap<string, PromptPlan>;
  #open: OpenDay | null = null;
  #failedAt: number | null = null;
  #toldOver = '';
  #closed = false;

  constructor({ releases, plan }: Pick<Rollout, 'releases' | 'plan'>, parts: RolloutScoringParts) {
    this.#parts = parts;
    this.board = new ScoreBoard(parts.redact, parts.say);
    const plans = new Map<string, PromptPlan>();
    for (const { prompt } of releases) {
      const live = plan.live?.[prompt];
      if (live && live.metrics.length > 0) plans.set(prompt, planOf(prompt, live, parts));
    }
    this.#plans = plans;
  }

  planOf(prompt: string): PromptPlan {
    return this.#plans.get(prompt) ?? NO_PLAN;
  }

  /** Null when it is over meanwhile. Rejects with JudgeError of kind `budget`, and with what keeps services from being used. */
  async score(metric: ScoredMetric, row: ScorableRow, prompt: string): Promise<Score | null> {
    if (this.#closed) return null;
    try {
      const score = await this.#today().score(metric, row, prompt);
      return this.#closed ? null : score;
    } catch (error) {
      // What is ended in the middle of a score says nothing of the score
      if (this.#closed) return null;
      throw error;
    }
  }

  /** Counts a call for which there is no money, and says so once a day. */
  overBudget(call: FinishedCall, metric: ScoredMetric, why: string): void {
    this.board.miss(call, metric, 'budget');
    const over = `${this.#parts.spending.day} ${call.prompt}`;
    if (over === this.#toldOver) return;
    this.#toldOver = over;
    this.#parts.say(`live scores of ${call.prompt} that cost something stop for today: ${why}`);
  }

  spent(): readonly SpentStatus[] {
    return [...this.#plans].flatMap(([prompt, { paid, budget }]) =>
      paid.length === 0 ? [] : [{ prompt, usd: this.#parts.spending.usdOf(prompt), budget }],
    );
  }

  /** Ends calls of services in flight. */
  cancel(): void {
    this.#closed = true;
    this.#open?.cancel();
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#open?.close();
  }

  /** Each day has its budget. */
  #today(): OpenDay {
    const { spending, world, onFault } = this.#parts;
    const now = world.date().getTime();
    const isOver = this.#failedAt !== null && now - this.#failedAt >= AGAIN_MS;
    if (this.#open !== null && this.#open.day === spending.day && !isOver) return this.#open;
    void this.#open?.close().catch(onFault);
    this.#failedAt = null;
    this.#open = new OpenDay(this.#plans, this.#parts);
    this.#open.ready.catch((error: unknown) => {
      this.#failedAt = now;
      onFault(error);
    });
    return this.#open;
  }
}

/** The services of one day. */
class OpenDay {
  readonly day: string;
  readonly ready: Promise<Scoring>;
  readonly #stop = new Stop();
  readonly #spending: DaySpending;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #counted = new Map<string, number>();
  /** What of the money of other gateways its budgets know. */
  readonly #heard = new Map<string, number>();

  constructor(plans: ReadonlyMap<string, PromptPlan>, { project, world, spending }: RolloutScoringParts) {
    this.day = spending.day;
    this.#spending = spending;
    const entries = [...plans.values()].flatMap(({ free, paid }) => [...free, ...paid].map(({ entry }) => entry));
    const suites = [...plans].map(([id, { budget }]) => {
      const path = project.prompts.get(id)?.thresholds?.source.file ?? `the thresholds file of ${id}`;
      return { id, path, of: 'a day', budget: { ...NO_CEILING, usd: budget } };
    });
    const limits = { run: NO_CEILING, judge: NO_CEILING, suites };
    // Nothing of what users said is kept for equal questions of another day
    const means = { limits, answers: null, vectors: null };
    this.ready = openScoring(project, entries, means, world, this.#stop).then((scoring) => {
      for (const [prompt] of plans) {
        const own = spending.usdOf(prompt) - spending.usdOfOthers(prompt);
        scoring.budgets.include({ suite: prompt, kind: 'judge' }, { usd: own, tokens: 0, calls: 0 });
      }
      return scoring;
    });
  }

  async score(metric: ScoredMetric, row: ScorableRow, prompt: string): Promise<Score> {
    const scoring = await this.ready;
    this.#hear(scoring, prompt);
    const scored = scoring.score(metric, row, prompt);
    this.#pending.add(scored);
    try {
      return await scored;
    } finally {
      this.#pending.delete(scored);
      this.#count(scoring, prompt);
    }
  }

  cancel(): void {
    this.#stop.cancel();
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    const scoring = await this.ready.catch(() => null);
    await scoring?.close();
  }

  #hear({ budgets }: Scoring, prompt: string): void {
    const others = this.#spending.usdOfOthers(prompt);
    const usd = others - (this.#heard.get(prompt) ?? 0);
    if (usd <= 0) return;
    budgets.include({ suite: prompt, kind: 'judge' }, { usd, tokens: 0, calls: 0 });
    this.#heard.set(prompt, others);
  }

  #count({ accounts }: Scoring, prompt: string): void {
    const usd = accounts.usdOf(prompt) ?? 0;
    this.#spending.add(prompt, usd - (this.#counted.get(prompt) ?? 0));
    this.#counted.set(prompt, usd);
  }
}

function planOf(prompt: string, live: LivePlan, { project, thread, onFault }: RolloutScoringParts): PromptPlan {
  try {
    const metrics = scoredMetrics(prompt, live, project, thread);
    const [free, paid] = [metrics.filter(({ costs }) => !costs), metrics.filter(({ costs }) => costs)];
    return { free, paid, sample: live.sample, budget: live.budget ?? null };
  } catch (error) {
    // Its gates get no values: it waits, and goes back at its deadline
    onFault(error);
    return NO_PLAN;
  }
}
