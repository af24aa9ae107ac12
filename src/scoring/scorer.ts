import { Accounts } from '../answers/accounts.js';
import { AnswerPool } from '../answers/answer-pool.js';
import { type BudgetOptions, Budgets } from '../answers/budgets.js';
import { requireForeseeable } from '../answers/foreseeable.js';
import { openAnswers } from '../answers/open-answers.js';
import { reachThrough } from '../answers/reach.js';
import { openCalls } from '../calls/open-calls.js';
import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import { makePlan } from '../core/scores/plan.js';
import { LlmciError } from '../core/text/errors.js';
import type { ScoreInput } from '../metrics/contract.js';
import type { UsedMetric } from '../metrics/used-metric.js';
import type { Ceiling } from '../model/budget.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import type { Cache } from '../store/answers/cache.js';
import type { EntryStore } from '../store/answers/entry-store.js';
import { openCaches } from '../store/answers/open-caches.js';
import { openOut } from '../store/git/out-folder.js';
import { Judge } from './judge-service.js';
import { helpersOf, judgeFor, requireEngine } from './needs.js';
import { openTools } from './open-tools.js';
import { scoreWith } from './score.js';

export type ScorableRow = Pick<ScoreInput<never>, 'case' | 'output' | 'messages' | 'outputSchema'>;

/** Scores outputs that are there already, one metric, with the tools that a run gives it. */
export interface Scorer {
  score(row: ScorableRow): Promise<Score>;
  /** What the reader has to know about what was used. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Scores outputs outside of a run. */
export interface Scoring {
  /**
   * Rejects with JudgeError when calls have been cancelled, and of kind `budget` when `payer` (an id of the limits' suites)
   * has no money left.
   */
  score(metric: UsedMetric, row: ScorableRow, payer: string): Promise<Score>;
  readonly budgets: Budgets;
  readonly accounts: Accounts;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** What scoring may use, and where what was made before is kept; null for nowhere. */
export interface ScoringMeans {
  readonly limits: Omit<BudgetOptions, 'stopped'>;
  readonly answers: Cache | null;
  readonly vectors: EntryStore | null;
}

/** Gets ready what a metric needs outside of a run. Throws `missing-package` or `missing-key`. */
export async function openScorer(given: Project, metric: UsedMetric, world: World, stop: Stop): Promise<Scorer> {
  const { definition, entry } = metric;
  const project = { ...given, metrics: new Map([...given.metrics, [entry.type, definition] as const]) };
  const { config, threads } = project;
  const scoring = await openScoring(project, [entry], await meansOf(project, config.budget, world), world, stop);
  stop.onCancel(() => void threads.close());
  return {
    score: (row) => scoring.score(metric, row, ''),
    get notes() {
      return scoring.notes;
    },
    close: async () => {
      await scoring.close();
      await threads.close();
    },
  };
}

/** The caches of a project, and what its judge may use, beside what all of it may. */
export async function meansOf({ root, config }: Project, run: Ceiling, world: World): Promise<ScoringMeans> {
  const now = () => world.date().getTime();
  const caches = openCaches(await openOut(root, '.llmci'), config.cache, { now, offline: false, recording: false });
  return { limits: { run, judge: config.judgeBudget, suites: [] }, ...caches };
}

/** Gets ready what metrics of a project need outside of a run. Throws `missing-package` or `missing-key`. */
export async function openScoring(
  project: Project,
  entries: readonly MetricEntry[],
  { limits, answers, vectors }: ScoringMeans,
  world: World,
  stop: Stop,
): Promise<Scoring> {
  const { config } = project;
  await requireEngine(entries, project);
  const settings = judgeFor(entries, project);
  requireForeseeable(project, makePlan([]), settings, null);
  const helpers = helpersOf(entries, project);
  const used = new Set([...helpers.keys(), ...(settings ? [settings.model.provider] : [])]);
  const providers = [...project.providers.values()].filter(({ name }) => used.has(name));
  const pace = { concurrency: null, timeoutMs: null };
  const { lanes, secrets, redact } = openCalls(project, providers, pace, world, stop);
  for (const [provider, secret] of secrets.missing) {
    const what = helpers.get(provider) ?? `the metric asks the judge ${settings?.model.text ?? ''}`;
    throw new LlmciError('missing-key', { provider, need: 'a key', ...secret, what, otherwise: '' });
  }

  const budgets = new Budgets({ ...limits, stopped: () => stop.cancelled });
  const date = world.date();
  const pool = new AnswerPool(answers, date);
  const reach = reachThrough(lanes, config.prices, date);
  const answersOf = openAnswers(reach, { cassettes: new Map(), mode: 'normal', pool, budgets, redact });
  const accounts = new Accounts();
  const judge = settings && new Judge(answersOf, accounts, settings);
  const parts = { reach, pool, vectors, offline: false, budgets, accounts, redact, world };
  const { tools, close } = openTools(project, stop, { ...parts, judge, earlier: null });
  const optional = limits.suites.length > 0;
  return {
    score: ({ definition, entry }, row, payer) => {
      const labels = { suite: payer, prompt: payer, model: '', case: '', trial: 1 };
      return scoreWith(definition, entry, {
        ...row,
        case: { id: 'row', metrics: [], ...row.case },
        optional,
        toolsFor: () => tools.for({ labels, cassette: null, definition, entry }),
        redact: tools.redact,
        describeJudge: () => judge?.describe(definition, entry) ?? null,
      });
    },
    budgets,
    accounts,
    get notes() {
      return [...(judge?.notes ?? []), ...tools.notes];
    },
    close: async () => {
      await lanes.close();
      await close();
    },
  };
}
