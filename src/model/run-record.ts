import { z } from 'zod';
import { columnChangesSchema, flakyCaseSchema } from './case-changes.js';
import { decideSchema, levelSchema, statSchema, verdictSchema } from './gate.js';
import { jsonSchema } from './json.js';
import { shardSchema } from './manifest.js';
import { messageSchema } from './message.js';
import { outputSchema, sampleErrorSchema } from './output.js';
import { placeSchema } from './place.js';
import { promptMessageSchema } from './prompt.js';
import { shownUnitSchema, unitSchema } from './quantity.js';
import { protectionSchema } from './weakening.js';

export const SCHEMA_VERSION = 1;

/** More than any flag takes: a list has a place for each. */
const MOST_TRIALS = 1_000_000;

const countSchema = z.int().nonnegative();

export const scoreSchema = z.strictObject({
  id: z.string(),
  metric: z.string(),
  value: z.number().nullable(),
  notApplicable: z
    .literal(true)
    .optional()
    .describe('There is no value because the metric looked and found nothing to judge: left out, and not missing.'),
  passed: z.boolean().nullable().describe('null when the metric has no pass mark, or no value.'),
  marked: z.literal(true).optional().describe('There is no value, and the metric has a pass mark.'),
  reason: z.string(),
  retry: z
    .literal(true)
    .optional()
    .describe('There is no value because it could not be computed: going on with the run tries again.'),
  detail: z.record(z.string(), jsonSchema).optional(),
  statistics: z
    .array(z.number())
    .optional()
    .describe('Counts that add up over samples, for metrics with a value of the whole corpus.'),
});
export type Score = z.infer<typeof scoreSchema>;

/** What became of one sample. Exactly one of `output` and `error` is null. */
export const resultSchema = z.strictObject({
  suite: z.string(),
  prompt: z.string(),
  promptDigest: z.string(),
  model: z.string(),
  case: z.string(),
  trial: z.int().min(1).max(MOST_TRIALS),
  tags: z.array(z.string()),
  vars: z.record(z.string(), jsonSchema),
  messages: z
    .array(messageSchema)
    .optional()
    .describe(
      'As they were sent, where the prompt and the variables alone do not tell: with files, or with messages of the case.',
    ),
  expected: jsonSchema.optional(),
  answerOf: z
    .string()
    .optional()
    .describe(
      'The first of the cases that make this same request, one question together; not there when no other does.',
    ),
  place: placeSchema
    .optional()
    .describe('Where its case is written; of samples that did not pass, and not in records of earlier versions.'),
  caseDigest: z.string().describe('Of what the case asks and expects, to tell whether another run had the same.'),
  output: outputSchema.nullable(),
  error: sampleErrorSchema.nullable(),
  scores: z.array(scoreSchema).refine((scores) => new Set(scores.map(({ id }) => id)).size === scores.length, {
    message: 'a metric has two scores',
  }),
  passed: z
    .boolean()
    .nullable()
    .describe('Whether every pass mark that applies is met; null when none does, or a marked score is missing.'),
  score: z.number().nullable().describe('The weighted mean of its fractions, of those that apply.'),
});
export type Result = z.infer<typeof resultSchema>;

export const intervalSchema = z.strictObject({
  low: z.number().nullable(),
  high: z.number().nullable(),
  confidence: z.number().gt(0).lt(1),
  method: z.string(),
});

export const gateResultSchema = z.strictObject({
  suite: z.string(),
  prompt: z.string(),
  model: z.string(),
  metric: z.string(),
  stat: statSchema,
  where: z.array(z.string()).describe('Tags the gate is limited to; empty when it covers all cases.'),
  level: levelSchema,
  decide: decideSchema,
  expected: z.strictObject({
    bound: z.enum(['min', 'max']),
    value: z.number(),
    unit: unitSchema,
    of: z
      .enum(['value', 'change', 'relative-change'])
      .describe('What is bounded: the statistic, or its change since the baseline, where better is positive.'),
    better: z
      .enum(['higher', 'lower'])
      .optional()
      .describe('Which way the metric points; not there in earlier records.'),
    shown: shownUnitSchema.optional().describe('In what the figures are shown, where that is not the unit.'),
  }),
  actual: z.number().nullable(),
  n: countSchema.describe('Scores that were judged.'),
  missing: countSchema.describe('Scores that should be there and are not.'),
  notApplicable: countSchema
    .default(0)
    .describe('Scores that were left out because their metric found nothing to judge.'),
  interval: intervalSchema.nullable(),
  baseline: z.number().nullable().describe('The statistic of the baseline, over the cases that both have.'),
  change: z
    .number()
    .nullable()
    .describe('By how much it is better than the baseline; a share of it for relative-change.'),
  verdict: verdictSchema,
  blocks: z.boolean().describe('Whether this result alone keeps the run from exit code 0.'),
  warns: z
    .boolean()
    .default(false)
    .describe('Whether it does not block and is worth a warning: not for `onInconclusive: pass`.'),
  message: z.string(),
  place: placeSchema.optional().describe('Where the gate is written; not there in records of earlier versions.'),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** What a metric of a suite is, without the scores. */
export const metricSummarySchema = z.strictObject({
  digest: z.string().describe('Of its definition in the suite: another digest is another metric.'),
  unit: unitSchema,
  better: z.enum(['higher', 'lower']),
});
export type MetricSummary = z.infer<typeof metricSummarySchema>;

export const suiteSummarySchema = z.strictObject({
  id: z.string(),
  path: z.string(),
  prompts: z.array(
    z.strictObject({
      id: z.string(),
      path: z.string(),
      digest: z.string().describe('Of all that can change an answer.'),
      fileDigest: z
        .string()
        .optional()
        .describe('Of all that its file says; not there in records of earlier versions.'),
      content: z
        .strictObject({ messages: z.array(promptMessageSchema), defaults: z.record(z.string(), jsonSchema) })
        .optional()
        .describe(
          'What gives, with the variables of a sample, its messages as they were sent; not there in earlier records.',
        ),
    }),
  ),
  models: z.array(z.string()),
  cases: countSchema,
  trials: countSchema,
  group: z.string().nullable().describe('The variable by which cases are alike; null when each stands for itself.'),
  metrics: z.record(z.string(), metricSummarySchema).describe('By metric id, `pass` and `score` included.'),
  passed: z
    .strictObject({ samples: countSchema, of: countSchema })
    .optional()
    .describe('Samples that met every pass mark, of those that have any; not there in earlier records.'),
});

/** Calls by where their answers came from, and what the live ones used. */
export const usageSummary = {
  calls: z.strictObject({ live: countSchema, cache: countSchema, replay: countSchema }),
  inputTokens: countSchema.nullable(),
  outputTokens: countSchema.nullable(),
  cacheReadTokens: countSchema.optional().describe("Of the input: read from services' caches, of the calls that told."),
  reasoningTokens: countSchema.optional().describe('Of the output: what models thought, of the calls that told.'),
  usd: z.number().nonnegative().nullable().describe('Spent on live calls; null when a price is unknown.'),
  savedUsd: z
    .number()
    .nonnegative()
    .nullable()
    .optional()
    .describe(
      'What the answers from the cache would have cost at the prices of the run; null when a price is unknown.',
    ),
  unpriced: z.array(z.string()).optional().describe('Models of live calls whose price is not known.'),
  uncounted: z.array(z.string()).optional().describe('Models of live calls that told no token counts.'),
};

/** Everything of a run but its samples' results, which may be too many for memory. */
export const runSummarySchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  tool: z.strictObject({ name: z.literal('llmci'), version: z.string(), node: z.string() }),
  git: z
    .strictObject({
      commit: z.string(),
      branch: z.string().nullable(),
      dirty: z.boolean().nullable(),
      folder: z
        .string()
        .optional()
        .describe('The path of the project in its repository; not there for the root, nor in earlier records.'),
    })
    .nullable(),
  suites: z.array(suiteSummarySchema),
  gates: z.array(gateResultSchema),
  samples: z.strictObject({
    planned: countSchema,
    finished: countSchema,
    errors: countSchema,
    unscored: countSchema.optional().describe('Samples with a score that could not be computed; not there for none.'),
  }),
  usage: z.strictObject({
    ...usageSummary,
    judge: z
      .strictObject(usageSummary)
      .optional()
      .describe('The calls of judged metrics, apart from those of the samples; not there when no metric asks a judge.'),
  }),
  refusals: z
    .array(
      z.strictObject({
        reason: z.string(),
        calls: countSchema.describe('Calls that were not made for it, to judges and for embeddings too.'),
        samples: countSchema.describe('Those of them that a sample would have started with.'),
        advice: z.string(),
      }),
    )
    .optional()
    .describe('What budgets kept from being called; not there when nothing was.'),
  changes: z
    .array(columnChangesSchema)
    .optional()
    .describe('What has become of each case since the baseline; not there without one.'),
  unrecorded: z
    .strictObject({ samples: countSchema, cassettes: z.array(z.string()) })
    .optional()
    .describe('Samples whose answer a replay did not find, and where it looked; not there for none.'),
  unversioned: z
    .array(z.strictObject({ provider: z.string(), answers: countSchema }))
    .optional()
    .describe('Apps whose recordings answered, while nothing tells which code made them; not there for none.'),
  protection: protectionSchema
    .optional()
    .describe('What the change has done to what judges it; not there without a base to compare with.'),
  flaky: z
    .array(flakyCaseSchema)
    .optional()
    .describe('The cases whose trials disagree most, at most 20, those that disagree most first.'),
  seed: z.int().optional().describe('What --seed gave to random choices; not there when it was not given.'),
  notes: z.array(z.string()).describe('What the reader of the verdict has to know.'),
  faults: z
    .array(z.string())
    .optional()
    .describe(
      'What modules did while nobody waited for them, as to throw or to exit: the run is an error. Not there for none.',
    ),
  shard: shardSchema.optional().describe('The part of the plan that this run is; its gates are judged by `merge`.'),
  filtered: z.boolean().describe('Whether only some of the cases were run (--tag, --case).'),
  leftOut: z
    .array(z.string())
    .optional()
    .describe('Suites that --affected left out, as the change cannot touch them; not there for none.'),
  notRun: z
    .array(z.strictObject({ suite: z.string(), prompts: z.array(z.string()) }))
    .optional()
    .describe('Other suites of its prompts, which it had not; not there for none, nor in earlier records.'),
  fewerTrials: z
    .array(z.string())
    .optional()
    .describe(
      'Suites whose cases had fewer trials than they ask for (--trials); not there for none, nor in earlier records.',
    ),
  interrupted: z.boolean(),
  signal: z.enum(['SIGINT', 'SIGTERM']).optional().describe('What interrupted the run, when it was a signal.'),
  late: z.literal(true).optional().describe('Its deadline had passed before it was done, so it cannot pass.'),
  verdict: verdictSchema,
  exitCode: z.int(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** The whole record of a run: every report is a function of it. */
export const runRecordSchema = runSummarySchema.extend({ results: z.array(resultSchema) });
export type RunRecord = z.infer<typeof runRecordSchema>;

/** A finished run, readable as often as needed. Results come in the order of the plan, one at a time. */
export interface RunReader {
  readonly summary: RunSummary;
  results(): AsyncIterable<Result> | Iterable<Result>;
  /** The results of another run, as of its baseline, when it is kept beside this one; null when it is not. */
  beside?(runId: string): AsyncIterable<Result> | null;
}
