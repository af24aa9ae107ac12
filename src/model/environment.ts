import { z } from 'zod';
import { commandSchema, programVariablesSchema } from './program.js';
import { durationSchema, shareSchema, usdSchema } from './quantity.js';

export const environmentNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'an environment has a name of small letters, digits, _ or -, like staging');

export const rolloutStepSchema = z.strictObject({
  weight: shareSchema.describe(
    'The share of units that get the candidate. Under `shadow`, and before the switch of `blue-green`, the share of calls that are copied.',
  ),
  calls: z.int().min(1).optional().describe('The step is over when the candidate has had this many calls.'),
  for: durationSchema.optional().describe('The step lasts at least this long.'),
});

/** How a release gets into an environment beside what is live there. */
export const rolloutPlanSchema = z.strictObject({
  strategy: z
    .enum(['canary', 'blue-green', 'shadow', 'direct'])
    .describe(
      '`canary`: a growing share of users gets the candidate. `shadow`: it gets copies of calls, and nobody sees its answers. `blue-green`: copies first, then all calls at once. `direct`: all calls at once.',
    ),
  steps: z
    .array(rolloutStepSchema)
    .min(1)
    .optional()
    .describe('Taken one after the other; after the last the candidate is live.'),
  include: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(1000)
    .optional()
    .describe('Units, and cohorts that the header `llmci-cohort` names: they get the candidate before any share does.'),
  copies: z
    .strictObject({
      usd: usdSchema.optional().describe('What all of them may cost: then no more are made.'),
      sideEffects: z
        .literal('none')
        .optional()
        .describe('An app behind `exec` or `http` may be asked twice. Without it calls of such apps are not copied.'),
    })
    .optional()
    .describe('Limits of the copies of calls that are made under `shadow`, and before a `blue-green` switch.'),
  onFail: z.enum(['rollback', 'pause']).optional().describe('What a failed live gate does; default rollback.'),
  deadline: durationSchema.optional().describe('How long the whole rollout may take.'),
  onDeadline: z.enum(['rollback', 'pause']).optional().describe('What happens at the deadline; default rollback.'),
});
export type RolloutPlan = z.infer<typeof rolloutPlanSchema>;

const hookSchema = z.union([
  z.strictObject({
    webhook: z
      .string()
      .regex(/^env:[A-Za-z_]\w*$/, 'the address is never written here: use env:NAME')
      .describe('The variable that holds the address, to which JSON is posted: env:ROLLOUT_WEBHOOK.'),
  }),
  z.strictObject({
    exec: commandSchema.describe('The program and its arguments, no shell: it gets the JSON on stdin.'),
    env: programVariablesSchema,
  }),
]);
/** Whom to tell what becomes of rollouts. */
export type Hook = z.infer<typeof hookSchema>;

const attestedSchema = z
  .union([
    z.literal(true),
    z.strictObject({
      repo: z
        .string()
        .regex(/^[\w.-]+\/[\w.-]+$/, 'a repository has an owner and a name, like acme/app')
        .optional()
        .describe('Whose workflows count, like acme/app; by default this one.'),
      bundle: z.string().min(1).optional().describe('A file with attestations, in place of those that GitHub keeps.'),
    }),
  ])
  .describe('Signed by a workflow of the repository, as `gh attestation verify` finds out.');
/** Whose attestations count, and where they are. */
export type Attested = z.infer<typeof attestedSchema>;

/** What an environment asks of a release before it may be live there. Asks for nothing by default. */
export const environmentPolicySchema = z.strictObject({
  from: environmentNameSchema.optional().describe('Only what is live in that environment now may come here.'),
  soak: durationSchema.optional().describe('How long it has to have been live in `from`.'),
  evidence: z
    .strictObject({
      maxAge: durationSchema.optional().describe('How old the run may be, and answers that it took from the cache.'),
      live: z
        .boolean()
        .optional()
        .describe(
          '`true`: the answers of the run came from the model; those from recordings or the cache do not count.',
        ),
      attested: attestedSchema.optional(),
    })
    .optional()
    .describe(
      'A passing run of this very digest, unfiltered and of committed files; `attested` (true, or `{ repo, bundle }`) asks that a workflow has signed it.',
    ),
  approvals: z
    .strictObject({
      low: z.int().min(0).max(20).default(0),
      medium: z.int().min(0).max(20).default(0),
      high: z.int().min(0).max(20).default(0),
    })
    .optional()
    .describe('How many people have to say yes, by risk. Nobody approves a release of their own.'),
  override: z
    .array(z.string().min(1))
    .optional()
    .describe('Who may go over all of this, and has to say why; by default nobody.'),
  rollout: rolloutPlanSchema.optional().describe('How a promotion reaches users. Default: all at once.'),
  notify: z
    .array(hookSchema)
    .optional()
    .describe('Who is told when a rollout starts, steps, is paused, rolled back, completed or aborted.'),
});
export type EnvironmentPolicy = z.infer<typeof environmentPolicySchema>;

/** `environments` of llmci.yaml. */
export const environmentsSchema = z.record(environmentNameSchema, environmentPolicySchema);

/** `state` of llmci.yaml: where releases and ledgers are kept. */
export const stateHomeSchema = z
  .union([
    z.string().min(1),
    z.strictObject({
      git: z
        .string()
        .regex(/^[\w][\w./-]*$/, 'a branch has a name like llmci-state')
        .describe('A branch of its own, to which nothing else is committed.'),
      remote: z
        .string()
        .regex(/^[\w][\w.-]*$/, 'a remote has a name like origin')
        .default('origin')
        .describe('The remote that has it.'),
    }),
    z.strictObject({
      postgres: z
        .string()
        .regex(/^env:[A-Za-z_]\w*$/, 'the address is never written here: use env:NAME')
        .describe('The variable that holds the address of a PostgreSQL database: env:DATABASE_URL.'),
    }),
  ])
  .describe(
    'Where releases and ledgers are kept: a folder of the project (default releases), a branch of git, or a PostgreSQL database.',
  );
export type StateHome = z.infer<typeof stateHomeSchema>;
