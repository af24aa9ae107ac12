import { z } from 'zod';
import { isLiveMetric } from '../../core/rollouts/live-metrics.js';
import { invalidFiles } from '../../core/text/errors.js';
import { costsSomething, needsOf } from '../../metrics/access.js';
import type { AnyMetric } from '../../metrics/contract.js';
import { builtInMetrics } from '../../metrics/index.js';
import { metricsUsed, type UsedMetric } from '../../metrics/used-metric.js';
import type { LivePlan } from '../../model/live.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import { atTop, blocks, type Problem, type WithProblems } from '../../model/problem.js';
import { isModulePath } from '../modules/modules.js';
import { type Judges, signEntry } from '../prompts/load-judges.js';
import { type LoadedPrompt, loadPrompts } from '../prompts/load-prompts.js';
import { type Path, type Source, sourceAt } from '../source/yaml-source.js';
import { check } from '../source/zod-problems.js';
import { resolveLiveGates } from './live-gates.js';
import { metricUnion, type NamedMetrics, resolveMetricEntries } from './metric-entries.js';
import { reportServices } from './services.js';
import { reportTwins } from './suite-cases.js';
import type { SuiteContext } from './suite-context.js';

/** `live` of a thresholds file: its plan, as ledgers keep it, and its metrics with their defaults filled in. */
export interface LiveRules extends LivePlan {
  readonly entries: readonly MetricEntry[];
}

type LiveContext = Pick<SuiteContext, 'metrics' | 'providers' | 'judged' | 'complete'>;

/** What is measured and judged on live calls of each prompt, by its id; prompts without `live` are left out. */
export function resolveLive(
  prompts: Iterable<LoadedPrompt>,
  context: LiveContext,
): WithProblems<ReadonlyMap<string, LiveRules>> {
  const problems: Problem[] = [];
  const value = new Map<string, LiveRules>();
  for (const loaded of prompts) {
    const rules = rulesOf(loaded, context, problems);
    if (rules !== null) value.set(loaded.prompt.id, rules);
  }
  return { value, problems };
}

function rulesOf({ prompt, thresholds }: LoadedPrompt, context: LiveContext, problems: Problem[]): LiveRules | null {
  const live = thresholds?.file.live;
  if (!thresholds || !live) return null;
  const { source } = thresholds;
  const entries = entriesOf(live.metrics, source, context, problems);
  // Of half of the metrics it would be said that there are none
  if (entries === null) return null;
  const gates = resolveLiveGates(prompt.id, live.gates, entries, source);
  problems.push(...gates.problems);
  // The file is JSON in all that schemas of metrics take
  const metrics = live.metrics as LivePlan['metrics'];
  const budget = live.budget === undefined ? {} : { budget: live.budget };
  const free = metricsUsed(entries, context.metrics)
    .filter(({ definition, entry }) => !costsSomething(definition, entry))
    .map(({ entry }) => entry.id);
  return {
    sample: live.sample,
    ...budget,
    metrics,
    ...(free.length > 0 && { free }),
    gates: [...gates.value],
    entries,
  };
}

function entriesOf(
  written: readonly { readonly metric: string }[],
  source: Source,
  context: LiveContext,
  problems: Problem[],
): readonly MetricEntry[] | null {
  const before = problems.length;
  const report = (path: Path, message: string) => {
    problems.push({ ...source.at(['live', 'metrics', ...path]), message });
  };
  for (const [index, { metric }] of written.entries()) {
    if (isModulePath(metric)) report([index, 'metric'], 'a module cannot score live calls; use a metric of llmci');
    else if (isLiveMetric(metric))
      report([index, 'metric'], `${metric} is measured of every call: leave it out here, gates can name it`);
  }
  if (problems.length > before) return null;
  const named: NamedMetrics = new Map([...context.metrics].map(([type, definition]) => [type, { type, definition }]));
  const schema = z.strictObject({ live: z.strictObject({ metrics: z.array(metricUnion(named)) }) });
  const checked = check(schema, { live: { metrics: written } }, source, problems);
  if (checked === null) return null;
  const { value, problems: wrong } = resolveMetricEntries(checked.live.metrics, named, source, ['live', 'metrics']);
  problems.push(...wrong);
  for (const [index, entry] of value.entries()) {
    const lacking = explainLacking(entry, context);
    if (lacking !== null) report([index, 'metric'], lacking);
    if (entry.where.length > 0) report([index, 'where'], 'live calls have no tags: leave out `where`');
    if (isLiveMetric(entry.id))
      report([index, 'id'], `${entry.id} is what the gateway measures itself; take another id`);
  }
  reportTwins(value, (index) => report([index], `two metrics are called ${value[index]?.id}; give one an id`));
  reportServices(value, { source, path: ['live'] }, context, (problem) => problems.push(problem));
  return problems.length > before ? null : value;
}

/** Why live calls can never be scored by a metric; null when they can. */
function explainLacking(entry: MetricEntry, { metrics }: LiveContext): string | null {
  const definition = metrics.get(entry.type);
  // Plans travel in ledgers: who can write one must not be able to start a program where the gateway runs
  if (definition?.runsPrograms) return `${entry.type} runs a program, and a gateway runs none; use it in a suite`;
  const needs = definition ? needsOf(definition, entry) : [];
  const lacks = needs.find((need) => need !== 'embeddings');
  if (lacks === undefined) return null;
  const what = lacks === 'expected' ? 'an expected answer' : 'the answers of a baseline';
  return `${entry.type} needs ${what}, which no live call has; use it in a suite`;
}

/**
 * The metrics of a plan as a ledger holds it, which another version or another project may have written, with the signatures
 * of the judge that is used here. Throws `invalid-files` with all that is wrong with them here.
 */
export function metricsOfPlan(
  prompt: string,
  { metrics: written }: Pick<LivePlan, 'metrics'>,
  { metrics, providers }: Pick<LiveContext, 'metrics' | 'providers'>,
  judges: Judges,
): readonly UsedMetric[] {
  const source = sourceAt(atTop(`the rollout of ${prompt}`));
  const problems: Problem[] = [];
  const context = { metrics, providers, judged: judges.model !== null, complete: true };
  const together = written.map((entry) => ({ ...entry, metric: String(entry['metric']) }));
  const entries = entriesOf(together, source, context, problems);
  if (entries === null) throw invalidFiles(problems);
  return metricsUsed(entries, metrics).map(({ definition, entry }) => {
    const judge = signEntry(entry, definition, judges);
    return { definition, entry: judge === null ? entry : { ...entry, judge } };
  });
}

/**
 * What is judged on live calls of the prompts of a project, without the rest of it. Throws `invalid-files` when a thresholds
 * file cannot be understood, or is not read: a rollout must not begin without the gates that somebody has written.
 */
export async function loadLive(root: string): Promise<ReadonlyMap<string, LivePlan>> {
  const { value, problems } = await loadPrompts(root);
  const metrics = new Map<string, AnyMetric>(builtInMetrics.map((metric) => [metric.type, metric]));
  // Which services there are is no matter here: whoever serves loads the whole project
  const live = resolveLive(value.prompts.values(), { metrics, providers: new Map(), judged: true, complete: false });
  const ofThresholds = problems.filter(({ file, rule }) => /\.thresholds\.ya?ml$/.test(file) || rule === 'stray-file');
  const wrong = [...ofThresholds.filter(blocks), ...live.problems];
  if (wrong.length > 0) throw invalidFiles(wrong);
  return new Map([...live.value].map(([prompt, { entries: _, ...plan }]) => [prompt, plan]));
}
