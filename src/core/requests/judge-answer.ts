import type { z } from 'zod';
import type { Output } from '../../model/output.js';
import { parseJsonText } from '../text/json-text.js';
import { nearestValues } from '../text/json-value.js';
import { printableLine } from '../text/printable.js';

/**
 * What a judge answered; or what is wrong with it, for people, and a complaint to the judge. The complaint repeats
 * nothing of the answer, which an output may have dictated: it stands outside of all fences.
 */
export type JudgeAnswer<T> = { readonly value: T } | { readonly fault: string; readonly complaint: string };

/** Reads a judge's answer: JSON alone, or in one fenced block as models without structured output like to give it. */
export function readJudgeAnswer<T>(
  { text, finishReason }: Pick<Output, 'text' | 'finishReason'>,
  answer: z.ZodType<T>,
): JudgeAnswer<T> {
  if (finishReason === 'length') return { fault: 'it was cut off', complaint: 'it was too long' };
  if (finishReason === 'refusal' || finishReason === 'content-filter')
    return { fault: 'it was a refusal', complaint: 'it was a refusal' };
  const trimmed = text.trim();
  const parsed = parseJsonText(/^```(?:json)?[^\S\n]*\n([\s\S]*)```$/i.exec(trimmed)?.[1] ?? trimmed);
  if (parsed.fault)
    return {
      fault: `it is not JSON (${printableLine(parsed.fault.message, 100)})`,
      complaint: 'it was not usable JSON',
    };
  const checked = answer.safeParse(nearestValues(parsed.data));
  if (checked.success) return { value: checked.data };
  const issues = checked.error.issues.slice(0, 3);
  return {
    fault: issues.map(describeIssue).join('; '),
    complaint: [...new Set(issues.map((issue) => (SILENT.has(issue.code) ? describeIssue(issue) : 'wrong keys')))].join(
      '; ',
    ),
  };
}

/** Issues whose messages speak of the schema only. */
const SILENT: ReadonlySet<string> = new Set<z.core.$ZodIssue['code']>(['invalid_value', 'invalid_type', 'custom']);

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const place = path.map(String).join('.');
  return printableLine(place === '' ? message : `${place}: ${message}`, 160);
}
