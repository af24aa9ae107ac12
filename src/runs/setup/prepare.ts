import { AnswerPool } from '../../answers/answer-pool.js';
import { identityOf } from '../../answers/answers.js';
import { Budgets } from '../../answers/budgets.js';
import type { Execution } from '../../answers/execution.js';
import { Lane, type LaneLimits } from '../../calls/lane.js';
import { RunHealth } from '../../calls/run-health.js';
import { findSecrets, type Secrets } from '../../calls/secrets.js';
import { Stop } from '../../calls/stop.js';
import type { World } from '../../calls/world.js';
import type { JudgeSettings } from '../../core/requests/judge-request.js';
import { parseModelReference } from '../../core/requests/model-reference.js';
import { requestFactory, sampleKey } from '../../core/requests/request.js';
import { allEntriesOf } from '../../core/scores/cases.js';
import { type Plan, samplesOf } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import { redactSecrets } from '../../core/text/redact.js';
import { moderatorOf, needsOf } from '../../metrics/access.js';
import type { CachePolicy } from '../../model/cache.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Project } from '../../project/load.js';
import type { ProviderEntry } from '../../providers/entry.js';
import { ProviderError } from '../../providers/provider-error.js';
import { asksJudge } from '../../scoring/judge.js';
import { withoutSecrets } from '../../scoring/programs.js';
import { Cache } from '../../store/cache.js';
import { Cassette } from '../../store/cassette.js';
import { EntryStore } from '../../store/entry-store.js';
import { ownPlace } from '../../store/places.js';
import type { RunOptions } from './run-options.js';

/**
 * Gets everything ready that the calls of a plan need. Throws before anything is sent when a recording has nowhere to go
 * or a live call would lack its key.
 */
export async function prepareExecution(
  project: Project,
  plan: Plan,
  options: CallOptions,
  world: World,
  { stop = new Stop(), requireKeys = true, entries = entriesOf(plan) }: PrepareOptions = {},
): Promise<Execution> {
  const cassettes = await openCassettes(project.root, plan, options.mode);
  const judge = judgeSettingsOf(project, entries);
  const helpers = await providersOfMetrics(project, entries);
  const used = new Set([...plan.columns.map((column) => column.model.provider), ...helpers.keys()]);
  if (judge) used.add(judge.model.provider);
  const providers = new Map([...project.providers].filter(([name]) => used.has(name)));
  const secrets = findSecrets(providers.values(), project.root, world.env);
  const lanes = new Map(
    [...providers].map(([name, entry]) => [name, makeLane(entry, project, options, secrets, world)] as const),
  );
  stop.onCancel(() => {
    for (const lane of lanes.values()) lane.cancel();
  });
  const storeIn = (folder: string, policy: CachePolicy = project.config.cache) =>
    new EntryStore(folder, policy, () => world.date().getTime());
  const cacheFolder = ownPlace(options.out, 'cache');
  // What is recorded is reviewed as what the model says now: not what lay about
  const { read } = project.config.cache;
  const policy = { ...project.config.cache, read: read && options.mode !== 'record' };
  const cache = options.cache && options.mode !== 'replay' ? new Cache(storeIn(cacheFolder, policy)) : null;
  const execution: Execution = {
    plan,
    providers,
    lanes,
    cassettes,
    cache,
    pool: new AnswerPool(cache),
    programWorld: {
      ...world,
      env: withoutSecrets(world.env, findSecrets(project.providers.values(), project.root, world.env).values.values()),
    },
    vectors: options.cache ? storeIn(ownPlace(cacheFolder, 'vectors')) : null,
    mode: options.mode,
    budgets: budgetsOf(project, plan, options.budgetUsd, stop),
    judge,
    prices: project.config.prices,
    redact: redactSecrets(secrets.values.values()),
    stop,
  };
  if (options.mode !== 'replay' && requireKeys) {
    await checkKeys(execution, secrets, helpers);
    checkJudgeKey(execution, secrets, project.metrics);
  }
  return execution;
}

function budgetsOf({ config }: Project, plan: Plan, budgetUsd: number | null, stop: Stop): Budgets {
  return new Budgets({
    run: { ...config.budget, ...(budgetUsd === null ? {} : { usd: budgetUsd }) },
    judge: config.judgeBudget,
    suites: plan.suites,
    stopped: () => stop.cancelled,
  });
}

function judgeSettingsOf({ settings, metrics }: Project, entries: readonly MetricEntry[]): JudgeSettings | null {
  if (!asksJudge(entries, metrics)) return null;
  const { model, prompts } = settings.judges;
  if (!model) throw new Error('metrics that need a judge were loaded without one');
  return { ...model, prompts };
}

/** The options of a run that its calls depend on. */
export type CallOptions = Pick<RunOptions, 'mode' | 'cache' | 'concurrency' | 'timeoutMs' | 'budgetUsd' | 'out'>;

export interface PrepareOptions {
  readonly stop?: Stop;
  readonly requireKeys?: boolean;
  /** The metrics that will score; default those of the plan. */
  readonly entries?: readonly MetricEntry[];
}

function entriesOf(plan: Plan): readonly MetricEntry[] {
  return plan.suites.flatMap(allEntriesOf);
}

/** The providers that metrics use themselves, by name, and what for. Throws `missing-package` when an engine is not installed. */
async function providersOfMetrics(
  project: Project,
  entries: readonly MetricEntry[],
): Promise<ReadonlyMap<string, string>> {
  const moderators = entries.flatMap((entry) => {
    const definition = project.metrics.get(entry.type);
    const model = definition ? moderatorOf(definition, entry) : null;
    return model === null ? [] : [parseModelReference(model).provider];
  });
  return new Map([
    ...moderators.map((name) => [name, 'metrics have outputs moderated by it'] as const),
    ...(await providersOfEmbeddings(project, entries)).map(
      (name) => [name, 'metrics have their embeddings from it'] as const,
    ),
  ]);
}

async function providersOfEmbeddings(
  { config: { embeddings }, metrics, root }: Project,
  entries: readonly MetricEntry[],
): Promise<readonly string[]> {
  const embeds = entries.some((entry) => {
    const definition = metrics.get(entry.type);
    return definition !== undefined && needsOf(definition, entry).includes('embeddings');
  });
  if (!embeds) return [];
  if (embeddings.kind === 'transformers') {
    const { TRANSFORMERS, findTransformers } = await import('../../embedders/transformers.js');
    if (findTransformers(root) === null)
      throw new LlmciError('missing-package', {
        what: `embeddings: transformers/${embeddings.model}`,
        package: TRANSFORMERS,
      });
  }
  return embeddings.kind === 'provider' ? [embeddings.provider] : [];
}

async function openCassettes(root: string, plan: Plan, mode: RunOptions['mode']): Promise<Execution['cassettes']> {
  const without = plan.suites.find(({ cassette }) => cassette === null);
  if (without && mode === 'record') throw new LlmciError('record-without-cassette', { suite: without.id });
  return Cassette.openAll(root, new Set(plan.suites.flatMap(({ cassette }) => cassette ?? [])));
}

function makeLane(entry: ProviderEntry, project: Project, options: CallOptions, secrets: Secrets, world: World): Lane {
  const secret = (reference: string): string => {
    const value = secrets.values.get(reference);
    if (value === undefined) throw new ProviderError('auth', `${reference} leads to no key`);
    return value;
  };
  const limits: LaneLimits = {
    ...entry.limits,
    concurrency: options.concurrency ?? entry.limits.concurrency,
    timeoutMs: options.timeoutMs ?? project.config.timeoutMs,
    free: entry.definition.free ?? false,
  };
  return new Lane({
    limits,
    health: new RunHealth(limits),
    // The configuration was checked by this provider's own schema
    connect: async () =>
      entry.definition.create(entry.config as never, { name: entry.name, root: project.root, secret, world }),
    world,
  });
}

/**
 * Throws `missing-key` when a provider lacks its key and some sample of it is neither recorded nor cached, or metrics
 * use it: what they will ask follows from the outputs.
 */
async function checkKeys(execution: Execution, secrets: Secrets, helpers: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, secret] of secrets.missing) {
    const missing = (what: string) => new LlmciError('missing-key', { provider: name, ...secret, what });
    const use = helpers.get(name);
    if (use !== undefined) throw missing(use);
    let samples = 0;
    let live = 0;
    const others = new Map<string, number>();
    for (const [index, column] of execution.plan.columns.entries()) {
      const provider = execution.providers.get(column.model.provider);
      if (column.model.provider !== name || !provider) continue;
      const request = requestFactory(column.prompt, column.model);
      const identity = identityOf(provider);
      const cassette = execution.cassettes.get(column.suite.cassette ?? '');
      const recorded = cassette?.countOf(column.suite.id) ?? 0;
      if (cassette && recorded > 0) others.set(cassette.path, recorded);
      for (const sample of samplesOf(execution.plan, [index])) {
        const key = sampleKey(identity, request(sample.case), sample.trial);
        samples++;
        if (!cassette?.find(key) && !execution.cache?.get(key)) live++;
      }
    }
    if (live === 0) continue;
    const what =
      live < samples
        ? `${count(live, 'answer')} of ${samples} are not recorded`
        : `none of its answers is recorded${others.size > 0 ? ` for the present prompt, model and parameters (${describeOthers(others)})` : ''}`;
    throw missing(what);
  }
}

/** `fixtures/x.cassette.jsonl has 30 for other requests`: the prompt has changed since, or the model. */
function describeOthers(others: ReadonlyMap<string, number>): string {
  return [...others].map(([path, recorded]) => `${path} has ${recorded} for other requests`).join(', ');
}

/**
 * Throws `missing-key` when the judge lacks its key and a suite has no answer of a judge in its cassette. Which questions
 * will be asked depends on outputs that are not there yet, so a single answer that is missing is found only then.
 */
function checkJudgeKey(execution: Execution, secrets: Secrets, metrics: Project['metrics']): void {
  const { provider = '', text = '' } = execution.judge?.model ?? {};
  const secret = secrets.missing.get(provider);
  if (secret === undefined) return;
  for (const suite of execution.plan.suites) {
    if (
      !asksJudge(allEntriesOf(suite), metrics) ||
      execution.cassettes.get(suite.cassette ?? '')?.holdsJudgements(suite.id)
    )
      continue;
    const what = `no answer of the judge ${text} is recorded for suite ${suite.id}`;
    throw new LlmciError('missing-key', { provider, ...secret, what });
  }
}
