import type { z } from 'zod';
import type { Json } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { Output } from '../../model/output.js';
import { canonicalJson } from '../text/canonical.js';
import { findJsonObjects } from '../text/json-objects.js';
import { parseJsonText } from '../text/json-text.js';
import { nearestValues } from '../text/json-value.js';
import { printableLine } from '../text/printable.js';
import { partThinking } from '../text/thinking.js';
import { textOf } from './message-text.js';

/**
 * What a judge answered; or what is wrong with it, for people, and a complaint to the judge. The complaint repeats
 * nothing of the answer, which an output may have dictated: it stands outside of all fences.
 */
export type JudgeAnswer<T> = { readonly value: T } | { readonly fault: string; readonly complaint: string };

/**
 * Reads a judge's answer: one JSON object, alone or in what models without structured output put around it: thinking,
 * fences, words. Of several that differ none is chosen, and one among words that stands in `asked` may be a quotation.
 */
export function readJudgeAnswer<T>(
  { text, finishReason }: Pick<Output, 'text' | 'finishReason'>,
  answer: z.ZodType<T>,
  asked: readonly Message[],
): JudgeAnswer<T> {
  if (finishReason === 'length') return { fault: 'it was cut off', complaint: 'it was too long' };
  if (finishReason === 'refusal' || finishReason === 'content-filter')
    return { fault: 'it was a refusal', complaint: 'it was a refusal' };
  const found = findAnswer(text, asked);
  if ('fault' in found) return { fault: printableLine(found.fault, 120), complaint: 'it was not usable JSON' };
  const checked = answer.safeParse(nearestValues(found.data));
  if (checked.success) return { value: checked.data };
  const issues = checked.error.issues.slice(0, 3);
  return {
    fault: issues.map(describeIssue).join('; '),
    complaint: [...new Set(issues.map((issue) => (SILENT.has(issue.code) ? describeIssue(issue) : 'wrong keys')))].join(
      '; ',
    ),
  };
}

function findAnswer(text: string, asked: readonly Message[]): { readonly data: Json } | { readonly fault: string } {
  const whole = parseJsonText(text.trim());
  if (whole.fault === null) return { data: whole.data };
  const said = partThinking(text)?.text ?? text;
  const objects = findJsonObjects(said);
  if ('message' in objects) return { fault: `it is not JSON (${objects.message})` };
  const [first, ...others] = objects;
  if (first === undefined) return { fault: `it is not JSON (${whole.fault.message})` };
  if (others.some(({ data }) => canonicalJson(data) !== canonicalJson(first.data)))
    return { fault: `it holds ${objects.length} JSON objects that differ` };
  const isAlone = FENCED.test(said) || said.trim() === first.written;
  const quoted = withoutBlanks(first.written);
  if (!isAlone && asked.some(({ content }) => withoutBlanks(textOf(content)).includes(quoted)))
    return { fault: 'its only JSON object stands in what was judged, too' };
  return first;
}

/** One block and nothing else. */
const FENCED = /^\s*```[\w-]*[^\S\n]*\n(?:(?!```)[\s\S])*```\s*$/;

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}

/** Issues whose messages speak of the schema only. */
const SILENT: ReadonlySet<string> = new Set<z.core.$ZodIssue['code']>(['invalid_value', 'invalid_type', 'custom']);

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const place = path.map(String).join('.');
  return printableLine(place === '' ? message : `${place}: ${message}`, 160);
}
