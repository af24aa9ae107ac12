import { z } from 'zod';
import type { Parsed } from './protocol.js';

/** A schema that has another thread look at the value. */
export function remoteSchema(parse: (value: unknown) => Parsed) {
  return z
    .unknown()
    .optional()
    .transform((value, { issues }) => {
      const parsed = parse(value);
      if ('value' in parsed) return parsed.value;
      for (const issue of parsed.issues) issues.push({ ...(issue as z.core.$ZodIssueCustom), input: value });
      return z.NEVER;
    });
}
