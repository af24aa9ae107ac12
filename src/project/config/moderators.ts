import { parseModelReference } from '../../core/requests/model-reference.js';
import { didYouMean } from '../../core/text/suggest.js';
import { moderatorOf } from '../../metrics/access.js';
import type { AnyMetric } from '../../metrics/contract.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';

/** What is wrong with the model that is to moderate for a metric entry: the key to point at, and a message; or null. */
export function explainModerator(
  entry: MetricEntry,
  definition: AnyMetric | undefined,
  providers: ReadonlyMap<string, ProviderEntry>,
): { readonly key: string; readonly message: string } | null {
  const written = definition ? moderatorOf(definition, entry) : null;
  if (!definition?.moderation || written === null) return null;
  const { key, others } = definition.moderation;
  const message = explain(key, written, others, providers);
  return message === null ? null : { key, message };
}

function explain(
  key: string,
  written: string,
  others: readonly string[],
  providers: ReadonlyMap<string, ProviderEntry>,
): string | null {
  const { provider: name, model } = parseModelReference(written);
  const entry = providers.get(name);
  if (entry?.definition.moderates) return model === null ? `which model of ${name}? write ${name}/MODEL` : null;
  const able = [...providers.values()]
    .filter(({ definition }) => definition.moderates)
    .map((provider) => provider.name);
  const choices = [...others, ...able.map((provider) => `${provider}/MODEL`)].join(', ');
  if (entry) return `provider ${name} (type ${entry.definition.type}) cannot moderate; there are ${choices}`;
  const guess = didYouMean(name, [...(model === null ? others : []), ...able]);
  return `no ${key} is called ${written}${guess || `; there are ${choices}`}`;
}
