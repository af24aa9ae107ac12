import type { Json } from '../model/json.js';
import type { MessagesDraft } from './messages.js';
import { variablesOf } from './templates/converted.js';

/** The variables that messages read. */
export function variablesOfMessages(messages: MessagesDraft): string[] {
  return [...new Set(messages.flatMap((message) => textsIn(message).flatMap(variablesOf)))];
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
  return { defaults: Object.fromEntries(missing.map((name) => [name, ''])), missing };
}

/** Every text in a message that may be a template. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
