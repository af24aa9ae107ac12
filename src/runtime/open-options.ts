import { z } from 'zod';
import { LlmciError } from '../core/text/errors.js';
import { firstFault } from '../core/text/explain-issues.js';
import { isBlank } from '../model/blank.js';
import { stateHomeSchema } from '../model/environment.js';
import type { OpenOptions, Rollouts } from './prompts.js';

const named = z.string().refine((given) => !isBlank(given), 'must not be empty');

/** What `openPrompts` takes, by which a wrong option is told rather than served from what was kept last. */
export const openOptionsSchema = z.strictObject({
  environment: named,
  state: stateHomeSchema.optional(),
  lastKnown: named.nullish(),
  cwd: named.optional(),
  onError: z.custom<OpenOptions['onError']>((given) => typeof given === 'function', 'must be a function').optional(),
  withheld: z
    .custom<Rollouts>((given) => typeof (given as Rollouts | null)?.has === 'function', 'must be a Set of names')
    .optional(),
});

/** Throws `bad-runtime-option` for the first that is wrong. */
export function checkOptions(options: OpenOptions): void {
  const { error } = openOptionsSchema.safeParse(options);
  if (error) throw new LlmciError('bad-runtime-option', { why: firstFault(error, openOptionsSchema, options) });
}
