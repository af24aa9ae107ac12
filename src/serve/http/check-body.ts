import type { z } from 'zod';
import { firstFault } from '../../core/text/explain-issues.js';
import { didYouMean } from '../../core/text/suggest.js';
import { isRecord } from '../../model/json.js';
import { ApiError } from './api-error.js';

/**
 * The body of a request, as a schema has it. Throws ApiError with the first thing that is wrong. `whyNot` says why a field
 * that a client could well believe in is none here.
 */
export function checkBody<T>(
  schema: z.ZodObject & z.ZodType<T>,
  body: unknown,
  whyNot: (field: string) => string | null = () => null,
): T {
  if (!isRecord(body)) throw new ApiError(400, 'invalid_body', 'the body is a JSON object');
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys[0] : undefined;
  if (unknown !== undefined) {
    const why = whyNot(unknown) ?? `is not known here${didYouMean(unknown, Object.keys(schema.shape))}`;
    throw new ApiError(400, 'unknown_parameter', `\`${unknown}\` ${why}`, unknown);
  }
  const path = issue?.path.map(String).join('.') ?? '';
  throw new ApiError(400, 'invalid_parameter', firstFault(checked.error, schema, body), path);
}
