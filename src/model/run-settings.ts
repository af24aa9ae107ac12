import { z } from 'zod';

/** `replay` forbids live calls; `record` keeps every answer in the cassette of its suite. */
export const runModeSchema = z.enum(['normal', 'replay', 'record']);
export type RunMode = z.infer<typeof runModeSchema>;

const names = z.array(z.string().min(1)).readonly().default([]);
const wholeNumber = (least: number, most: number) =>
  z
    .int({ error: `must be a whole number of at least ${least}` })
    .min(least, { error: `must be a whole number of at least ${least}` })
    .max(most, { error: `must be at most ${most}` })
    .nullable()
    .default(null);
const milliseconds = z
  .number({ error: 'must be a number of milliseconds above 0' })
  .positive({ error: 'must be a number of milliseconds above 0' })
  .nullable()
  .default(null);

/** Which samples there are, what they are asked and what decides over them: going on with a run changes none of it. */
export const askedSchema = z.strictObject({
  suites: names.describe('Ids or paths; all when there is none.'),
  tags: names.describe('Only cases that carry one of these.'),
  cases: names.describe('Only the cases with these ids, or that begin with them, or that these globs fit.'),
  models: names.describe('In place of those in the files, one column each.'),
  trials: wholeNumber(1, 1_000_000),
  config: z.string().nullable().default(null).describe('Its path from the root of the project; null for llmci.yaml.'),
  mode: runModeSchema.default('normal'),
  cache: z.boolean().default(true).describe('Whether answers of earlier runs are used, and new ones kept.'),
  batch: z.boolean().default(false).describe('Answer in batches: cheaper, and within a day.'),
  failFast: z.boolean().default(false),
  confirm: z
    .boolean()
    .default(false)
    .describe('Ask newly broken cases again, with the prompt of today and that of the baseline.'),
  allowNoGates: z.boolean().default(false),
  baseline: z
    .string()
    .nullable()
    .default(null)
    .describe("What gates compare with: null for the committed baselines, else `git:REF`, a baseline's file or a run."),
  seed: wholeNumber(0, Number.MAX_SAFE_INTEGER).describe(
    'Varies every random choice that a verdict depends on; null for the fixed one.',
  ),
});

/** What changes money and pace, and no result: it may be given anew when a run goes on. Null for what the files say. */
export const paceSchema = z.strictObject({
  concurrency: wholeNumber(1, 1_000_000),
  timeoutMs: milliseconds.describe('Of one request.'),
  budgetUsd: z
    .number({ error: 'must be an amount in dollars, 0 or more' })
    .nonnegative({ error: 'must be an amount in dollars, 0 or more' })
    .nullable()
    .default(null),
  maxTimeMs: milliseconds.describe('The deadline of the run. Each time that it goes on it has as much.'),
});

/** What a run is asked for: from flags, from the manifest of a run that goes on, from code. */
export const runSettingsSchema = z.strictObject({ ...askedSchema.shape, ...paceSchema.shape });
export type RunSettings = z.infer<typeof runSettingsSchema>;
