import type { Json } from '../model/json.js';
import type { MessagesDraft } from './messages.js';
import { variablesRead } from './templates/converted.js';

/** The variables that messages read. */
export function variablesOfMessages(messages: MessagesDraft): string[] {
  return [...new Set(messages.flatMap((message) => textsIn(message).flatMap(variablesRead)))];
}

/**
 * Variables that templates read and some cases do not give. Other tools send nothing in their place; llmci wants that said, as a
 * default.
 */
export function fillDefaults(
  messages: MessagesDraft,
  cases: readonly Readonly<Record<string, Json>>[],
): { readonly defaults: Readonly<Record<string, Json>>; readonly missing: readonly string[] } {
  const missing = variablesOfMessages(messages).filter((name) => cases.some((vars) => !Object.hasOwn(vars, name)));
  const texts = messages.flatMap(textsIn);
  return { defaults: Object.fromEntries(missing.map((name) => [name, emptyOf(name, texts)])), missing };
}

/** A value for a variable of which nothing is to be seen: an empty text, or one for each part of it that templates read. */
function emptyOf(name: string, texts: readonly string[]): Json {
  const read = new RegExp(String.raw`(?<![\w.])${name}((?:\.[A-Za-z_]\w*)*)`, 'g');
  const paths = texts
    .flatMap((text) => text.match(/\{[{%][\s\S]*?[}%]\}/g) ?? [])
    .flatMap((tag) => [...tag.matchAll(read)].map(([, path = '']) => path.split('.').slice(1)));
  return emptyAt(paths);
}

function emptyAt(paths: readonly (readonly string[])[]): Json {
  if (paths.length === 0 || paths.some((path) => path.length === 0)) return '';
  const names = [...new Set(paths.map(([first = '']) => first))];
  return Object.fromEntries(
    names.map((name) => [name, emptyAt(paths.filter(([first]) => first === name).map((path) => path.slice(1)))]),
  );
}

/** Every text in a message that may be a template. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
