import type { Json } from '../model/json.js';

/** The JSON that an output is, alone or as one fenced code block with nothing around it; null when it is none. */
export function parseJsonOutput(text: string): { readonly value: Json } | null {
  const trimmed = text.trim();
  const body = /^```(?:json)?[^\S\n]*\n([\s\S]*)```$/i.exec(trimmed)?.[1] ?? trimmed;
  try {
    return { value: JSON.parse(body) as Json };
  } catch {
    return null;
  }
}
