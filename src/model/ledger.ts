import { z } from 'zod';
import { rolloutPlanSchema, rolloutStepSchema } from './environment.js';
import { evidenceSchema } from './evidence.js';
import { jsonSchema } from './json.js';
import { livePlanSchema } from './live.js';
import { instantSchema, personSchema, sha256Schema } from './person.js';
import { riskSchema } from './prompt.js';
import { releaseRefSchema } from './release.js';

const reason = z.string().min(1).max(2000);

/** What goes live, and what a run has said of it since the release was made. */
export const movedSchema = releaseRefSchema.extend({
  replaces: sha256Schema.nullable().describe('The digest that was live before; null for none.'),
  risk: riskSchema.describe('Of the change against what was live.'),
  evidence: evidenceSchema.optional().describe('Where it is newer than that of the release.'),
});
export type Moved = z.infer<typeof movedSchema>;

const moved = { releases: z.array(movedSchema).min(1) };
const rollout = { rollout: z.int().min(1).describe('The number of the line that started it.') };
const weight = { weight: z.number().min(0).max(1).describe('The share of units that get the candidate.') };

/** What an automatic decision rests on: the counts that were looked at, and what was computed from them. */
export const figuresSchema = z.record(z.string(), jsonSchema);
export type Figures = z.infer<typeof figuresSchema>;
const figures = { figures: figuresSchema.optional().describe('What an automatic decision rests on.') };

const milliseconds = z.number().positive();

/**
 * The plan of a rollout as it was when that began: what llmci.yaml and thresholds files say later changes nothing of it. Times
 * are in milliseconds.
 */
export const recordedPlanSchema = rolloutPlanSchema.extend({
  steps: z
    .array(rolloutStepSchema.extend({ for: milliseconds.optional() }))
    .min(1)
    .optional(),
  deadline: milliseconds.optional(),
  live: z.record(z.string(), livePlanSchema).optional().describe('By prompt; without it nothing goes on by itself.'),
});
export type RecordedPlan = z.infer<typeof recordedPlanSchema>;

const sshSignatureSchema = z
  .string()
  .max(20_000)
  .regex(/^-{5}BEGIN SSH SIGNATURE-{5}\n[\w+/=\n]+\n-{5}END SSH SIGNATURE-{5}$/, 'this is no SSH signature')
  .describe('Of the environment and all the rest but the hash, as ssh-keygen makes it.');

function line<Action extends string, Shape extends z.ZodRawShape>(action: Action, shape: Shape) {
  return z.strictObject({
    n: z.int().min(1).describe('Lines count from 1.'),
    prev: sha256Schema.nullable().describe('The hash of the line before; null in the first.'),
    at: instantSchema,
    by: personSchema,
    action: z.literal(action),
    ...shape,
    signature: sshSignatureSchema.optional(),
    hash: sha256Schema.describe('Of the canonical JSON of all the rest.'),
  });
}

export const approveLineSchema = line('approve', {
  release: releaseRefSchema,
  replaces: sha256Schema.nullable().describe('What was live when it was given: it holds for no other change.'),
  risk: riskSchema,
  note: reason.optional(),
});

/** One thing that happened in an environment. A line of any other action is of a newer version: nobody goes on past it. */
export const ledgerLineSchema = z.discriminatedUnion('action', [
  line('promote', { ...moved, note: reason.optional() }),
  line('override', {
    ...moved,
    refused: z.array(z.string()).min(1).describe('All that policy had against it.'),
    reason,
  }),
  line('rollout', { ...moved, ...weight, plan: recordedPlanSchema, note: reason.optional() }),
  line('step', { ...rollout, ...weight, ...figures, reason: reason.optional() }),
  line('pause', { ...rollout, ...figures, reason: reason.optional() }),
  line('resume', { ...rollout, reason: reason.optional() }),
  line('complete', {
    ...rollout,
    ...figures,
    forced: z.array(z.string()).min(1).optional().describe('What its live gates had against it; only with a reason.'),
    reason: reason.optional(),
  }),
  line('abort', { ...rollout, reason: reason.optional() }),
  line('rollback', {
    releases: z
      .array(z.strictObject({ removed: releaseRefSchema, to: releaseRefSchema }))
      .min(1)
      .describe('For the candidate of a rollout `to` is what was and stays live.'),
    reason: reason.optional(),
    ...figures,
  }),
  approveLineSchema,
  line('hold', { release: releaseRefSchema, reason }),
  line('unhold', { release: releaseRefSchema, reason }),
]);
export type LedgerLine = z.infer<typeof ledgerLineSchema>;

type Without<Line, Keys extends PropertyKey> = Line extends unknown ? Omit<Line, Keys> : never;

/** What happens, before it is a line of a ledger. */
export type LedgerAction = Without<LedgerLine, 'n' | 'prev' | 'at' | 'by' | 'signature' | 'hash'>;
/** All that this version knows. */
export const actionNames: readonly string[] = ledgerLineSchema.options.map((option) => option.shape.action.value);
