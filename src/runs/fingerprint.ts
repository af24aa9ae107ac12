import type { ColumnBaseline } from '../core/gates/pairing.js';
import type { JudgeSettings } from '../core/requests/judge-request.js';
import { allEntriesOf, userModelsOf } from '../core/scores/cases.js';
import type { Plan } from '../core/scores/plan.js';
import { digest, digestEach } from '../core/text/canonical.js';
import type { Fingerprint } from '../model/manifest.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Suite } from '../model/suite.js';
import type { Project } from '../project/load.js';
import type { ProviderEntry } from '../providers/contract/entry.js';
import { identityOf } from '../providers/contract/identity.js';

/** The part that runs have which judge gates. */
export const BASELINE = 'the baseline';

/** What the samples and gates of a run depend on besides the plan. */
interface Dependencies {
  readonly project: Pick<Project, 'config' | 'modules' | 'userPrompt'>;
  /** Those that the run may call, by name. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Null when no metric asks one. */
  readonly judge: JudgeSettings | null;
  readonly version: string;
  /** What gates compare with; null when none are judged here. */
  readonly baselines: readonly ColumnBaseline[] | null;
  /** The run whose outputs metrics compare with; null for none. */
  readonly earlier: string | null;
}

/** Everything that the samples and gates of a plan depend on, part by part, so that a change can be named. */
export function fingerprintOf(
  plan: Plan,
  { project, providers, judge, version, baselines, earlier }: Dependencies,
): Fingerprint {
  const parts = new Map<string, unknown>([['the version of llmci', version]]);
  for (const { prompt } of plan.columns) parts.set(`prompt ${prompt.id}`, prompt.digest);
  for (const suite of plan.suites) {
    parts.set(`suite ${suite.id}`, shapeOf(suite));
    parts.set(`the metrics of suite ${suite.id}`, suite.metrics.map(describeEntry));
    parts.set(`the cases of suite ${suite.id}`, digestEach(describeCases(suite)));
    parts.set(
      `the gates of suite ${suite.id}`,
      // Not where they stand: a line more above them changes nothing
      suite.columns.map(({ gates }) => gates.map(({ place: _, ...rule }) => rule)),
    );
  }
  for (const [name, provider] of providers) parts.set(`provider ${name}`, describeProvider(provider));
  const used = definersOf(plan, providers);
  for (const [path, code] of project.modules)
    if (used.has(path)) parts.set(`module ${path} with what it imports`, code);
  if (judge) {
    const prompts = [...judge.prompts].map(([name, prompt]) => [name, prompt.digest]);
    const { model, parameters, structured, media } = judge;
    parts.set('the judge', { model, parameters, structured, media: media || undefined, prompts });
  }
  if (plan.suites.some((suite) => userModelsOf(suite).length > 0))
    parts.set('the prompt of simulated users', project.userPrompt.digest);
  parts.set('the engine of embeddings', project.config.embeddings);
  parts.set('the prices in llmci.yaml', project.config.prices);
  parts.set('the earlier run to compare with', earlier);
  if (baselines !== null) parts.set(BASELINE, baselines);
  return [...parts].map(([what, value]) => [what, digest(value).slice(0, 16)]);
}

/** What defines the metrics and providers of a plan; of a metric it is its type, the path when that is a module. */
function definersOf(plan: Plan, providers: Dependencies['providers']): ReadonlySet<unknown> {
  return new Set([
    ...plan.suites.flatMap((suite) => allEntriesOf(suite).map(({ type }) => type)),
    ...[...providers.values()].map(({ definition }) => definition.module),
  ]);
}

function shapeOf({ columns, trials, firstTrials, group, cassette }: Suite) {
  return {
    columns: columns.map(({ prompt, model }) => [prompt.id, model.text]),
    trials,
    firstTrials,
    group,
    cassette,
  };
}

/** The code of a module is a part of its own. */
function describeProvider(provider: ProviderEntry) {
  const { settings, ...identity } = identityOf(provider);
  const { code: _, ...own } = settings;
  return { ...identity, settings: provider.definition.module === undefined ? settings : own };
}

/** A change of the judge or the engine is named as such, and not as one of all its metrics. */
function describeEntry({ judge: _, embeddings: _engine, corpus: _corpus, ...entry }: MetricEntry) {
  return entry;
}

/** One case at a time: the text of all of them may be large. Where it stands, and what it was made of, asks nothing. */
function* describeCases({ cases }: Suite) {
  for (const { metrics, place: _, provenance: __, ...rest } of cases)
    yield { ...rest, metrics: metrics.map(describeEntry) };
}
