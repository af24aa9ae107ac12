import { z } from 'zod';
import { verdictSchema } from './gate.js';
import { sha256Schema } from './person.js';
import { gateResultSchema } from './run-record.js';

const countSchema = z.int().nonnegative();

/** What a gate said, without its words. */
const gateEvidenceSchema = gateResultSchema.pick({
  suite: true,
  model: true,
  metric: true,
  stat: true,
  where: true,
  level: true,
  expected: true,
  actual: true,
  n: true,
  missing: true,
  interval: true,
  verdict: true,
  blocks: true,
});

const suiteEvidenceSchema = z.strictObject({
  id: z.string(),
  models: z.array(z.string()),
  cases: countSchema,
  trials: countSchema,
  dataset: sha256Schema.describe('Of what the cases ask and expect.'),
  metrics: z
    .record(z.string(), z.string())
    .describe('By metric id: the digest of its definition, that of its judge included.'),
});

const daysSchema = z.strictObject({
  oldest: z.iso.date().nullable().describe('The day on which the oldest was made; null where none has a day.'),
  undated: countSchema.describe('How many have no day.'),
});
/** How old answers are that were there before. */
export type AnswerDays = z.infer<typeof daysSchema>;

/** What a finished run said of a prompt at one digest. */
export const evidenceSchema = z.strictObject({
  run: z.string(),
  finishedAt: z.iso.datetime(),
  commit: z.string().nullable(),
  dirty: z.boolean().nullable().describe('Whether files had been changed since the commit; null where nobody knows.'),
  digest: sha256Schema.describe('Of the prompt that was judged.'),
  verdict: verdictSchema.describe(
    'Of the gates over this prompt, and of its samples; other prompts have no part in it.',
  ),
  filtered: z.boolean().describe('Whether only some of the cases were run.'),
  leftOut: z
    .array(z.string())
    .optional()
    .describe('Suites of the prompt that the run had not; not there for none, nor in evidence of earlier versions.'),
  fewerTrials: z
    .array(z.string())
    .optional()
    .describe('Suites that had fewer trials than they ask for; not there for none, nor in earlier evidence.'),
  suites: z.array(suiteEvidenceSchema),
  gates: z.array(gateEvidenceSchema),
  samples: z.strictObject({ planned: countSchema, finished: countSchema, errors: countSchema }),
  answers: z
    .strictObject({ live: countSchema, cache: countSchema, replay: countSchema })
    .describe(
      'A conversation is live when all its answers are. So is an answer that equal requests of the run had in common, when it was given live in it.',
    ),
  recordings: daysSchema
    .optional()
    .describe(
      'Of the answers that were replayed; not there for none, nor in releases from before it was written down.',
    ),
  cached: daysSchema.optional().describe('The same of those from the cache.'),
});
export type Evidence = z.infer<typeof evidenceSchema>;
