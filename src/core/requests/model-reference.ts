import type { ModelReference } from '../../model/request.js';

/**
 * Reads `provider/model`. A provider alone (`my-app`) has the model null. `./file.mjs` and `./file.mjs:model` name a
 * provider module, whose path is the provider's name.
 */
export function parseModelReference(text: string): ModelReference {
  const module = /^(\.{1,2}\/.*?\.[cm]?js)(?::(.+))?$/.exec(text);
  if (module?.[1]) return { text, provider: module[1], model: module[2] ?? null };
  const slash = text.indexOf('/');
  if (slash < 0) return { text, provider: text, model: null };
  return { text, provider: text.slice(0, slash), model: text.slice(slash + 1) || null };
}
