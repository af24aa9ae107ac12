import { Accounts } from '../answers/accounts.js';
import { AnswerPool } from '../answers/answer-pool.js';
import { Budgets } from '../answers/budgets.js';
import { requireForeseeable } from '../answers/foreseeable.js';
import { type AnswersOf, openAnswers, openCassettes } from '../answers/open-answers.js';
import { reachThrough } from '../answers/reach.js';
import type { Responders } from '../answers/responders.js';
import { SampleTally } from '../answers/sample-tally.js';
import { SimulatedUsers } from '../answers/simulated-users.js';
import type { Lanes } from '../calls/lanes.js';
import { openCalls } from '../calls/open-calls.js';
import type { Secrets } from '../calls/read-secrets.js';
import type { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import type { Plan } from '../core/scores/plan.js';
import type { RunSummary } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import { Judge } from '../scoring/judge-service.js';
import { openTools } from '../scoring/open-tools.js';
import type { Tools } from '../scoring/tools.js';
import { readGit } from '../store/git/git.js';
import { readRun } from '../store/runs/runs.js';
import { type BatchHooks, openBatches, type RunBatches, requireBatches } from './batches/batching.js';
import { type Begun, beginRun } from './begin.js';
import { startClock } from './clock.js';
import { openColumns } from './judged-columns.js';
import { leftOfPlan } from './left-of-plan.js';
import { OutputsOfRun } from './outputs-of-run.js';
import { Rounds } from './rounds.js';
import { planRun, type RunPlan } from './run-plan.js';
import { checkKeys, type KeyQuestion } from './setup/check-keys.js';
import { openResponders } from './setup/open-responders.js';
import { openRunCaches } from './setup/open-run-caches.js';
import type { StartOptions } from './setup/start-options.js';
import { requireVersioned } from './unversioned.js';

/** A run between its start and its end. */
export interface OpenRun {
  readonly project: Project;
  readonly options: StartOptions;
  readonly plan: Plan;
  readonly world: World;
  readonly stop: Stop;
  readonly begun: Begun;
  readonly origin: Origin;
  readonly columns: readonly JudgedColumn[];
  readonly rounds: Rounds;
  readonly calls: RunCalls;
  readonly tools: Tools;
  /** Null when no metric asks one. */
  readonly judge: Judge | null;
  readonly money: RunMoney;
  /** What lets go of all that was opened for it, but its folder. Each is to be called, whatever became of the others. */
  readonly closers: readonly Closer[];
}

/** Where a run comes from. */
interface Origin {
  readonly version: string;
  readonly git: Promise<RunSummary['git']>;
  readonly clock: ReturnType<typeof startClock>;
}

/** How a run gets its answers. */
interface RunCalls {
  readonly lanes: Lanes;
  readonly answersOf: AnswersOf;
  readonly responders: Responders;
  readonly users: SimulatedUsers;
  /** Null when answers come live. */
  readonly batching: RunBatches | null;
  /** The outputs that are scored anew; null when they are made here. */
  readonly outputs: OutputsOfRun | null;
}

/** What a run has used, and may use. */
export interface RunMoney {
  readonly tally: SampleTally;
  /** Of all calls but those of samples. */
  readonly accounts: Accounts;
  readonly budgets: Budgets;
}

export type Closer = () => Promise<void> | void;

export interface OpenRunHooks {
  readonly world: World;
  readonly stop: Stop;
  readonly onStart?: ((plan: Plan, run: Begun) => void) | undefined;
  readonly batches?: BatchHooks | undefined;
}

/**
 * Gets everything ready that a run needs, and makes its folder or opens that of the one that goes on. Throws before
 * anything is sent when the plan cannot be run as it is asked for.
 */
export async function openRun(project: Project, given: StartOptions, hooks: OpenRunHooks): Promise<OpenRun> {
  const { world, stop } = hooks;
  const options = { ...given, baseline: await nameRun(given.baseline, given.out) };
  const { mode, out, shard, past } = options;
  const { root, config, threads } = project;
  const planned = await planRun(project, options);
  const { plan, providers } = planned;
  const { lanes, secrets, redact } = openCalls(project, [...providers.values()], options, world, stop);
  const cassettes = await openCassettes(root, plan, mode);
  const caches = openRunCaches(project, options, world);
  const { missing } = secrets;
  await requireStartable(project, planned, options, { missing, cassettes, cache: caches.answers, env: world.env });

  const budgets = new Budgets({
    run: { ...config.budget, ...(options.budgetUsd === null ? {} : { usd: options.budgetUsd }) },
    judge: config.judgeBudget,
    suites: plan.suites,
    stopped: () => stop.cancelled,
    ...(past?.kind !== 'rescore' && { flag: '--budget' }),
  });
  const pool = new AnswerPool(caches.answers, world.date());
  const reach = reachThrough(lanes, config.prices, world.date());
  const answersOf = openAnswers(reach, { cassettes, mode, pool, budgets, redact });
  const origin = { version: planned.version, git: readGit(options.trusted?.root ?? root), clock: startClock(world) };
  const responders = await openResponders(plan, project, stop, { world, redact });
  const begun = await beginRun(planned, options, world);
  try {
    const accounts = new Accounts();
    const judge = planned.judge && new Judge(answersOf, accounts, planned.judge);
    const { tools, close } = openTools(project, stop, {
      ...{ accounts, budgets, judge, reach, pool, redact, world, earlier: planned.earlier },
      offline: mode === 'replay',
      vectors: options.cache ? caches.vectors : null,
    });
    hooks.onStart?.(plan, begun);
    const batching = isBatched(options) ? await openBatches(begun.run, plan, { world, budgets }, hooks.batches) : null;
    for (const aside of (await begun.results?.asides()) ?? []) accounts.include(aside, budgets);
    const columns = openColumns(plan, planned.baselines, options.seed, project.suites);
    const saves = [...cassettes.values()].map((cassette) => () => cassette.save(redact));
    const outputs = past?.kind === 'rescore' ? await OutputsOfRun.open(out, past.runId, plan) : null;
    const closers = [
      ...saves,
      () => lanes.close(),
      close,
      () => batching?.close(),
      () => threads.close(),
      () => outputs?.close(),
    ];
    const users = new SimulatedUsers(answersOf, accounts, project.userPrompt);
    const calls = { lanes, answersOf, responders, users, batching, outputs };
    const money = { tally: new SampleTally(), accounts, budgets };
    const rounds = new Rounds(plan, shard);
    return { project, options, plan, world, stop, begun, origin, columns, rounds, calls, tools, judge, money, closers };
  } catch (error) {
    await begun.run.close();
    throw error;
  }
}

/** A merged run has all of its answers. */
function isBatched({ batch, past }: Pick<StartOptions, 'batch' | 'past'>): boolean {
  return batch && past?.kind !== 'merge';
}

/** What of the world says whether a run can be made as it is asked for. */
interface Surroundings extends Pick<KeyQuestion, 'cassettes' | 'cache'>, Pick<Secrets, 'missing'>, Pick<World, 'env'> {}

/** Throws when something that can be known before anything is sent stands against a run as it is asked for. */
async function requireStartable(
  project: Project,
  { plan, providers, judge }: RunPlan,
  options: StartOptions,
  { missing, cassettes, cache, env }: Surroundings,
): Promise<void> {
  const { mode, past, budgetUsd } = options;
  if (past?.kind !== 'merge' && mode === 'replay') requireVersioned(providers.values(), env);
  if (past?.kind !== 'merge' && mode !== 'replay') {
    if (past?.kind !== 'rescore') requireForeseeable(project, plan, judge, budgetUsd);
    if (missing.size > 0) {
      const left = await leftOfPlan(plan, options);
      checkKeys(missing, { ...left, project, plan, cassettes, cache, judge, canReplay: past === null });
    }
  }
  if (mode === 'record') for (const cassette of cassettes.values()) await cassette.requireWritable();
  if (isBatched(options)) requireBatches(plan, providers);
}

/** `latest` by its id: it is another run as soon as this one is finished. */
async function nameRun(baseline: string | null, out: string): Promise<string | null> {
  return baseline === 'latest' ? (await readRun(out, baseline)).summary.runId : baseline;
}
