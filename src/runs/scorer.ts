import { Accounts } from '../answers/accounts.js';
import { AnswerPool } from '../answers/answer-pool.js';
import { Budgets } from '../answers/budgets.js';
import { openAnswers } from '../answers/open-answers.js';
import { reachThrough } from '../answers/reach.js';
import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import { makePlan } from '../core/scores/plan.js';
import { LlmciError } from '../core/text/errors.js';
import type { AnyMetric, ScoreInput } from '../metrics/contract.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import { Judge } from '../scoring/judge-service.js';
import { helpersOf, judgeFor, requireEngine } from '../scoring/needs.js';
import { openTools } from '../scoring/open-tools.js';
import { scoreWith } from '../scoring/score.js';
import { openCaches } from '../store/open-caches.js';
import { openOut } from '../store/out-folder.js';
import { requireForeseeable } from './setup/foreseeable.js';
import { openCalls } from './setup/open-calls.js';

/** Scores outputs that are there already, one metric, with the tools that a run gives it. */
export interface Scorer {
  score(row: Pick<ScoreInput<never>, 'case' | 'output' | 'messages'>): Promise<Score>;
  /** What the reader has to know about what was used. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Gets ready what a metric needs outside of a run. Throws `missing-package` or `missing-key`. */
export async function openScorer(
  given: Project,
  { definition, entry }: { readonly definition: AnyMetric; readonly entry: MetricEntry },
  world: World,
  stop: Stop,
): Promise<Scorer> {
  const project = { ...given, metrics: new Map([...given.metrics, [entry.type, definition] as const]) };
  const { root, config } = project;
  await requireEngine([entry], project);
  const settings = judgeFor([entry], project);
  requireForeseeable(project, makePlan([]), settings, null);
  const helpers = helpersOf([entry], project);
  const used = new Set([...helpers.keys(), ...(settings ? [settings.model.provider] : [])]);
  const providers = [...project.providers.values()].filter(({ name }) => used.has(name));
  const pace = { concurrency: null, timeoutMs: null };
  const { lanes, secrets, redact } = openCalls(project, providers, pace, world, stop);
  for (const [provider, secret] of secrets.missing) {
    const what = helpers.get(provider) ?? `the metric asks the judge ${settings?.model.text ?? ''}`;
    throw new LlmciError('missing-key', { provider, ...secret, what, otherwise: '' });
  }

  const now = () => world.date().getTime();
  const caches = openCaches(await openOut(root, '.llmci'), config.cache, { now, offline: false, recording: false });
  const pool = new AnswerPool(caches.answers);
  const stopped = () => stop.cancelled;
  const budgets = new Budgets({ run: config.budget, judge: config.judgeBudget, suites: [], stopped });
  const date = world.date();
  const reach = reachThrough(lanes, config.prices, date);
  const answersOf = openAnswers(reach, { cassettes: new Map(), mode: 'normal', pool, budgets, redact, date });
  const accounts = new Accounts();
  const judge = settings && new Judge(answersOf, accounts, settings);
  const { vectors } = caches;
  const parts = { reach, pool, vectors, offline: false, budgets, accounts, redact, world };
  const { tools, close } = openTools(project, stop, { ...parts, judge, earlier: null });

  const { threads } = project;
  stop.onCancel(() => void threads.close());
  const labels = { suite: '', prompt: '', model: '', case: '', trial: 1 };
  return {
    score: (row) =>
      scoreWith(definition, entry, {
        ...row,
        case: { id: 'row', metrics: [], ...row.case },
        optional: false,
        toolsFor: () => tools.for({ labels, cassette: null, definition, entry }),
        redact: tools.redact,
        describeJudge: () => judge?.describe(definition, entry) ?? null,
      }),
    get notes() {
      return [...(judge?.notes ?? []), ...tools.notes];
    },
    close: async () => {
      await lanes.close();
      await close();
      await threads.close();
    },
  };
}
