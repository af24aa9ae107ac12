import { z } from 'zod';

const countSchema = z.int().nonnegative();

export const flakyCaseSchema = z.strictObject({
  suite: z.string(),
  prompt: z.string(),
  model: z.string(),
  case: z.string(),
  metric: z.string().describe('The metric on which its trials disagree most.'),
  trials: z.int(),
  passed: z.int().nullable().describe('Trials that met the pass mark; null when the metric has none.'),
  spread: z.number().describe('The mean difference between two trials: 0 for none, 1 for yes and no in turn.'),
});
export type FlakyCase = z.infer<typeof flakyCaseSchema>;

/** What earlier trials tell of a case: those of runs that are kept, and of the baseline. */
export const caseHistorySchema = z.strictObject({
  stability: z
    .enum(['stable', 'flaky', 'new'])
    .describe(
      'flaky: passed and failed under one prompt and model; stable: never did, in three trials at least; else new.',
    ),
  passed: countSchema,
  trials: countSchema.describe('An answer that was only replayed or cached again counts once.'),
});
export type CaseHistory = z.infer<typeof caseHistorySchema>;

const trialsSchema = z.strictObject({
  passed: countSchema,
  trials: countSchema,
  answers: z
    .array(
      z.strictObject({
        passed: z.boolean(),
        text: z.string().describe('Of a long one the start.'),
        reasons: z.array(z.string()).describe('Why marks were missed, each with its metric.'),
      }),
    )
    .optional()
    .describe('What was answered, trial by trial; not there in earlier records.'),
});

/** What further trials of a newly broken case tell. They are no part of its scores, and no gate judges them. */
export const caseConfirmationSchema = z.strictObject({
  outcome: z
    .enum(['confirmed', 'could-be-chance', 'same-prompt', 'not-asked'])
    .describe(
      'confirmed: failed every time now and passed every time with the prompt of the baseline; same-prompt: failed every time, though prompt and model are those of the baseline; not-asked: the trials were not made, or ended early.',
    ),
  now: trialsSchema.describe('Further trials with the prompt of today.'),
  baseline: trialsSchema
    .optional()
    .describe('Further trials with that of the baseline; not there when it is the same.'),
  chance: z
    .number()
    .optional()
    .describe('How probable it is, at the most, that any case of the run is called confirmed by chance.'),
  why: z.string().optional().describe('Why they were not made, or ended early.'),
});
export type CaseConfirmation = z.infer<typeof caseConfirmationSchema>;

/** A case on which a run and its baseline differ, or which fails in both. */
export const caseChangeSchema = z.strictObject({
  case: z.string(),
  before: z.number().describe('The share of its trials that passed, in the baseline.'),
  now: z.number(),
  scores: z
    .array(z.strictObject({ id: z.string(), before: z.number(), now: z.number() }))
    .describe('Means over its trials, of the metrics that are worse than in the baseline.'),
  history: caseHistorySchema.optional().describe('Of cases that fail now; not there in earlier records.'),
  confirmation: caseConfirmationSchema.optional().describe('Of newly broken cases of a run with --confirm.'),
  answer: z
    .string()
    .optional()
    .describe(
      "What was answered when the baseline was made, in the first trial, of newly broken cases; of a long text the start. Not there where neither the baseline's run nor a recording is at hand.",
    ),
});
export type CaseChange = z.infer<typeof caseChangeSchema>;

/** Cases of one kind: how many there are, and the first of them. */
function casesOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ count: countSchema, first: z.array(item) });
}

/** What has become of the cases of one prompt on one model since its baseline. */
export const columnChangesSchema = z.strictObject({
  suite: z.string(),
  prompt: z.string(),
  model: z.string(),
  baseline: z.strictObject({
    runId: z.string(),
    finishedAt: z.string(),
    commit: z.string().nullable(),
    promptDigest: z.string(),
    model: z.string(),
  }),
  compared: countSchema.describe('Cases that both have and that ask the same.'),
  broken: casesOf(caseChangeSchema).describe('Passed in the baseline, and fail now in a trial at least.'),
  failing: casesOf(caseChangeSchema).describe('Fail as they did in the baseline.'),
  fixed: casesOf(caseChangeSchema).describe('Failed in the baseline, and pass now.'),
  added: casesOf(z.string()).describe('Not in the baseline.'),
  changed: casesOf(z.string()).describe('Ask or expect something else than in the baseline.'),
  gone: casesOf(z.string()).describe('In the baseline, and not in the suite.'),
  usage: z
    .array(
      z.strictObject({ metric: z.enum(['cost', 'latency']), before: z.number(), now: z.number(), cases: countSchema }),
    )
    .optional()
    .describe('Means of what a call costs (dollars) and takes (milliseconds), over cases with a value on both sides.'),
});
export type ColumnChanges = z.infer<typeof columnChangesSchema>;
