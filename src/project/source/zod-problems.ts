import type { z } from 'zod';
import { explainIssues } from '../../core/text/explain-issues.js';
import { isRecord } from '../../model/json.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Source } from './yaml-source.js';

/** Turns what zod says about a file's data into problems at lines and columns, in the words of users. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  schema: z.core.$ZodType,
  data: unknown,
  source: Source,
): Problem[] {
  return explainIssues(issues, schema, data).map(({ path, part, message }) => ({
    ...source.at(path, part),
    message,
  }));
}

/** Checks the data of a file against a schema; its problems are added to the list. Returns null when there are any. */
export function check<S extends z.ZodType>(
  schema: S,
  data: unknown,
  source: Source,
  problems: Problem[],
): z.output<S> | null {
  try {
    // A file is read once: zod would make code for it, which takes longer than to read it
    const result = schema.safeParse(withoutExtensions(data), { jitless: true });
    if (result.success) return result.data;
    problems.push(...problemsOf(result.error.issues, schema, data, source));
  } catch (error) {
    // Aliases can stack what is not deep as it is written
    if (!(error instanceof RangeError)) throw error;
    problems.push({ ...atTop(source.file), message: 'nested too deeply' });
  }
  return null;
}

/** Keys at the top that begin with `x-` are for whoever writes the file: a place for anchors, say. */
function withoutExtensions(data: unknown): unknown {
  if (!isRecord(data) || !Object.keys(data).some((key) => key.startsWith('x-'))) return data;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-')));
}
