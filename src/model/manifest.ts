import { z } from 'zod';
import { askedSchema, paceSchema } from './run-settings.js';

export const MANIFEST_VERSION = 1;

/** One of several parts that a plan is split into; counts from 1. */
export const shardSchema = z
  .strictObject({ index: z.int().min(1), of: z.int().min(1) })
  .refine(({ index, of }) => index <= of, { message: 'a part has a number up to that of all parts' });
export type Shard = z.infer<typeof shardSchema>;

/** What a run depends on, part by part: `prompt support-reply`, and a digest of it. */
export const fingerprintSchema = z.array(z.tuple([z.string(), z.string()]));
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** `plan.json` of a run, written when it starts: enough to go on with it, or to merge it with the other parts of its plan. */
export const manifestSchema = z.strictObject({
  manifestVersion: z.literal(MANIFEST_VERSION),
  runId: z.string().regex(/^[\w-]+$/),
  startedAt: z.iso.datetime(),
  asked: askedSchema.describe('What the run was asked to do, so that going on with it needs no flag repeated.'),
  pace: paceSchema,
  shard: shardSchema.nullable(),
  samples: z.int().min(0).describe('Of the whole plan, all trials that there may be.'),
  fingerprint: fingerprintSchema,
  protect: z
    .strictObject({ base: z.string().nullable() })
    .optional()
    .describe(
      'That weakening fails it (--protect), and the commit that it is compared with; null when that is not known.',
    ),
});
export type Manifest = z.infer<typeof manifestSchema>;
