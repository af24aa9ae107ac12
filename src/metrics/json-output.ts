import { type JsonFault, parseJsonText } from '../core/text/json-text.js';
import { printableLine } from '../core/text/printable.js';
import type { Json } from '../model/json.js';
import { noScore, type ScoreResult, yesOrNo } from './score-result.js';

/**
 * The JSON that an output is, alone or as one fenced code block with nothing around it. A key that is given twice makes
 * it none: which of the two an app would take is anybody's guess.
 */
export function parseJsonOutput(
  text: string,
): { readonly value: Json; readonly fault: null } | { readonly fault: JsonFault } {
  const parsed = parseJsonText(withoutFence(text));
  return parsed.fault ? parsed : { value: parsed.data, fault: null };
}

/** What stands in the one fenced code block that a text is, or the text itself. */
export function withoutFence(text: string): string {
  const trimmed = text.trim();
  return /^```(?:json)?[^\S\n]*\n([\s\S]*)```$/i.exec(trimmed)?.[1] ?? trimmed;
}

/** The score of an output that is no JSON; none when it is only too deep to be looked at. */
export function notJson({ message, tooDeep }: JsonFault): ScoreResult {
  if (tooDeep) return noScore(`the output cannot be judged: ${message}`);
  return yesOrNo(false, '', `is not JSON: ${printableLine(message, 100)}`);
}
