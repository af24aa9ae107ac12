import { didYouMean } from '../../core/text/suggest.js';
import type { ModelReference } from '../../model/request.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';

/** What is wrong with a model reference, given the providers of the project; null when nothing is. */
export function explainProvider(model: ModelReference, providers: ReadonlyMap<string, ProviderEntry>): string | null {
  const { provider, text } = model;
  const entry = providers.get(provider);
  if (entry?.definition.needsModel && model.model === null)
    return `which model of ${provider}? write ${provider}/MODEL`;
  if (entry) return null;
  const known = [...providers.keys()];
  if (provider === '.' || provider === '..')
    return `model ${text}: a module is written like ./bot.mjs or ./bot.mjs:model`;
  const guess = didYouMean(provider, known);
  if (model.model === null && guess === '')
    return `model ${text} names no provider: write provider/model with one of ${known.join(', ')}`;
  return `unknown provider ${provider} in model ${text}${guess || `; known: ${known.join(', ')}`}`;
}
