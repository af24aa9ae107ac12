import { didYouMean } from '../../core/text/suggest.js';
import type { EmbeddingsEngine } from '../../model/config.js';
import type { ProviderEntry } from '../../providers/contract/entry.js';

/** The engine that `embeddings: { model }` names, or what is wrong with it. */
export function resolveEmbeddings(
  written: string,
  providers: ReadonlyMap<string, ProviderEntry>,
): EmbeddingsEngine | { readonly problem: string } {
  if (written === 'local') return { kind: 'local' };
  const slash = written.indexOf('/');
  const name = slash < 0 ? written : written.slice(0, slash);
  const model = slash < 0 ? '' : written.slice(slash + 1);
  const entry = providers.get(name);
  const able = [...providers.values()].filter(({ definition }) => definition.embeds).map((provider) => provider.name);
  if (name === 'transformers') return model === '' ? { problem: missingModel(name) } : { kind: 'transformers', model };
  if (entry?.definition.embeds)
    return model === '' ? { problem: missingModel(name) } : { kind: 'provider', provider: name, model };
  const choices = ['local', 'transformers/MODEL', ...able.map((provider) => `${provider}/MODEL`)].join(', ');
  if (entry)
    return { problem: `provider ${name} (type ${entry.definition.type}) makes no embeddings; there are ${choices}` };
  const guess = didYouMean(name, ['local', 'transformers', ...able]);
  return { problem: `no engine of embeddings is called ${written}${guess || `; there are ${choices}`}` };
}

function missingModel(name: string): string {
  return `which model of ${name}? write ${name}/MODEL`;
}
