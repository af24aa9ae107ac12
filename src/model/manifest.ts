import { z } from 'zod';

export const MANIFEST_VERSION = 1;

/** One of several parts that a plan is split into; counts from 1. */
export const shardSchema = z
  .strictObject({ index: z.int().min(1), of: z.int().min(1) })
  .refine(({ index, of }) => index <= of, { message: 'a part has a number up to that of all parts' });
export type Shard = z.infer<typeof shardSchema>;

/** `replay` forbids live calls; `record` keeps every answer in the cassette of its suite. */
export const runModeSchema = z.enum(['normal', 'replay', 'record']);
export type RunMode = z.infer<typeof runModeSchema>;

/** What a run was asked to do, so that going on with it needs no flag repeated. */
export const askedSchema = z.strictObject({
  suites: z.array(z.string()),
  tags: z.array(z.string()),
  cases: z.array(z.string()),
  trials: z.int().min(1).nullable(),
  models: z.array(z.string()),
  config: z.string().nullable().describe('Its path from the root of the project.'),
  mode: runModeSchema,
  cache: z.boolean(),
  batch: z.literal(true).optional().describe('Not there for a run without batches.'),
  failFast: z.boolean(),
  allowNoGates: z.boolean(),
  baseline: z.string().nullable(),
  seed: z.int().nullable(),
});

/** What changes money and pace, and no result: it may be given anew when a run goes on. */
export const paceSchema = z.strictObject({
  concurrency: z.int().min(1).nullable(),
  timeoutMs: z.number().positive().nullable(),
  budgetUsd: z.number().nonnegative().nullable(),
  maxTimeMs: z.number().positive().nullable().default(null).describe('Each time that the run goes on has as much.'),
});

/** What a run depends on, part by part: `prompt support-reply`, and a digest of it. */
export const fingerprintSchema = z.array(z.tuple([z.string(), z.string()]));
export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** `plan.json` of a run, written when it starts: enough to go on with it, or to merge it with the other parts of its plan. */
export const manifestSchema = z.strictObject({
  manifestVersion: z.literal(MANIFEST_VERSION),
  runId: z.string().regex(/^[\w-]+$/),
  startedAt: z.iso.datetime(),
  asked: askedSchema,
  pace: paceSchema,
  shard: shardSchema.nullable(),
  samples: z.int().min(0).describe('Of the whole plan, all trials that there may be.'),
  fingerprint: fingerprintSchema,
});
export type Manifest = z.infer<typeof manifestSchema>;
