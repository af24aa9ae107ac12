import type { JudgeSettings } from '../core/requests/judge-request.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { LlmciError } from '../core/text/errors.js';
import { judgeCallsOf, moderatorOf, needsOf } from '../metrics/access.js';
import type { AnyMetric } from '../metrics/contract.js';
import { metricsUsed } from '../metrics/used-metric.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Project } from '../project/load.js';

/** Whether some of these entries asks the judge. */
export function someAskJudge(entries: readonly MetricEntry[], metrics: ReadonlyMap<string, AnyMetric>): boolean {
  return metricsUsed(entries, metrics).some(({ definition, entry }) => judgeCallsOf(definition, entry) > 0);
}

/** The judge that these entries ask; null when none does. */
export function judgeFor(
  entries: readonly MetricEntry[],
  { settings, metrics }: Pick<Project, 'settings' | 'metrics'>,
): JudgeSettings | null {
  if (!someAskJudge(entries, metrics)) return null;
  const { model, prompts } = settings.judges;
  if (!model) throw new Error('metrics that need a judge were loaded without one');
  return { ...model, prompts };
}

/** The providers that metrics use themselves, by name, and what for. */
export function helpersOf(
  entries: readonly MetricEntry[],
  { metrics, config: { embeddings } }: Pick<Project, 'metrics' | 'config'>,
): ReadonlyMap<string, string> {
  const moderators = metricsUsed(entries, metrics)
    .flatMap(({ definition, entry }) => moderatorOf(definition, entry) ?? [])
    .map((model) => parseModelReference(model).provider);
  const embeds = embeddings.kind === 'provider' && needEmbeddings(entries, metrics);
  return new Map([
    ...moderators.map((name) => [name, 'metrics have outputs moderated by it'] as const),
    ...(embeds ? [[embeddings.provider, 'metrics have their embeddings from it'] as const] : []),
  ]);
}

/** Throws `missing-package` when the engine of embeddings that these entries need is not installed. */
export async function requireEngine(
  entries: readonly MetricEntry[],
  { metrics, config: { embeddings }, root }: Pick<Project, 'metrics' | 'config' | 'root'>,
): Promise<void> {
  if (embeddings.kind !== 'transformers' || !needEmbeddings(entries, metrics)) return;
  const { TRANSFORMERS, findTransformers } = await import('../embedders/transformers.js');
  if (findTransformers(root) !== null) return;
  throw new LlmciError('missing-package', {
    what: `embeddings: transformers/${embeddings.model}`,
    package: TRANSFORMERS,
  });
}

function needEmbeddings(entries: readonly MetricEntry[], metrics: ReadonlyMap<string, AnyMetric>): boolean {
  return metricsUsed(entries, metrics).some(({ definition, entry }) =>
    needsOf(definition, entry).includes('embeddings'),
  );
}
