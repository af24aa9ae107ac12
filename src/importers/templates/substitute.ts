import { writtenText } from '../../core/text/json-value.js';
import type { Json } from '../../model/json.js';

/** `{{ name }}` and `{{ name.of.it }}`, which every template language of this kind has. */
const SIMPLE = /\{\{-?\s*([A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*(?:\|\s*safe\s*)?-?\}\}/g;

/**
 * A text with the values of variables put in, as their tools do before they use it. `rest` says whether something is left that
 * only a template engine could read. A variable without a value becomes nothing.
 */
export function substitute(
  text: string,
  values: Readonly<Record<string, Json>>,
): { readonly text: string; readonly rest: boolean; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const plain = text.replace(SIMPLE, '');
  const filled = text.replace(SIMPLE, (_, path: string) => {
    const value = lookUpPath(values, path);
    if (value === undefined || value === null) {
      missing.push(path);
      return '';
    }
    return writtenText(value);
  });
  return { text: filled, rest: /\{\{|\{%|\{#/.test(plain), missing };
}

/** Whether a text is a template at all. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|\{#/.test(text);
}

function lookUpPath(values: Readonly<Record<string, Json>>, path: string): Json | undefined {
  let value: unknown = values;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value as Json | undefined;
}
