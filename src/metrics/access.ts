import { z } from 'zod';
import { type MetricEntry, metricEntryBase } from '../model/metric-entry.js';
import type { AnyMetric, CaseFault, Need, ScoredCase } from './contract.js';

// What a metric says about an entry or a case. Its parameters were checked by its own schema, whose type the registry no
// longer knows: here they are taken for what they are.

/** The schema of this metric's entry in a suite: its parameters beside the keys that all entries share. */
export function metricEntrySchema(definition: Pick<AnyMetric, 'type' | 'params' | 'describe' | 'check'>) {
  return z
    .strictObject({ metric: z.literal(definition.type), ...metricEntryBase, ...definition.params })
    .check(({ value, issues }) => {
      if (issues.length > 0) return;
      // the entry was parsed with these very parameters, which the registry no longer knows the type of
      for (const { key, message } of definition.check?.(value as never) ?? []) {
        issues.push({ code: 'custom', path: [key], message, input: value });
      }
    })
    .describe(definition.describe);
}

/** What the case must have for this entry. */
export function needsOf(
  definition: Pick<AnyMetric, 'needs'>,
  { params }: Pick<MetricEntry, 'params'>,
): readonly Need[] {
  return definition.needs?.(params as never) ?? [];
}

/** The variables that the case must have for this entry. */
export function variablesOf(
  definition: Pick<AnyMetric, 'vars'>,
  { params }: Pick<MetricEntry, 'params'>,
): readonly string[] {
  return definition.vars?.(params as never) ?? [];
}

/** Why the case can never be scored by this entry; null when it can. */
export function faultOfCase(
  definition: Pick<AnyMetric, 'checkCase'>,
  { params }: Pick<MetricEntry, 'params'>,
  testCase: ScoredCase,
): CaseFault | null {
  return definition.checkCase?.(params as never, testCase) ?? null;
}

/** The questions that a metric puts to the judge for one sample at the most, not counting those asked again. */
export function judgeCallsOf(definition: Pick<AnyMetric, 'judge'>, { params }: Pick<MetricEntry, 'params'>): number {
  return definition.judge?.asks(params as never) ?? 0;
}

/** Whether a score of this entry costs something: a call of a service, or the time of a model of embeddings. */
export function costsSomething(
  definition: Pick<AnyMetric, 'judge' | 'moderation' | 'needs'>,
  entry: Pick<MetricEntry, 'params'>,
): boolean {
  return (
    judgeCallsOf(definition, entry) > 0 ||
    moderatorOf(definition, entry) !== null ||
    needsOf(definition, entry).includes('embeddings')
  );
}

/** The model that moderates for an entry, as `provider/model`; null when it needs none. */
export function moderatorOf(
  definition: Pick<AnyMetric, 'moderation'>,
  { params }: Pick<MetricEntry, 'params'>,
): string | null {
  return definition.moderation?.model(params as never) ?? null;
}
