import { z } from 'zod';
import { answerFormSchema } from './answer-form.js';
import { budgetSchema } from './budget.js';
import { cacheSchema } from './cache.js';
import { environmentNameSchema, environmentPolicySchema, stateHomeSchema } from './environment.js';
import { modelParametersSchema } from './prompt.js';
import { providerKeysSchema } from './provider-keys.js';
import { durationSchema, usdSchema } from './quantity.js';
import { reviewSchema } from './sign-off.js';
import { trafficSchema } from './traffic.js';

/** What a provider may be told about pace, whatever its type. */
export const providerLimits = {
  concurrency: z.int().min(1).max(1000).default(16).describe('Requests in flight at once.'),
  requestsPerMinute: z.number().positive().optional().describe('No more requests than these start in a minute.'),
  tokensPerMinute: z.number().positive().optional().describe('No more tokens than these are asked for in a minute.'),
  retries: z.int().min(0).max(20).default(4).describe('Further tries after a transient failure.'),
};

const rates = {
  input: usdSchema.describe('For tokens sent.'),
  output: usdSchema.describe('For tokens answered.'),
  cacheRead: usdSchema
    .optional()
    .describe('For tokens sent that the service had in its cache; as `input` when left out.'),
  cacheWrite: usdSchema.optional().describe('For tokens sent that it wrote to its cache; as `input` when left out.'),
  cacheWrite1h: usdSchema.optional().describe('For those written for an hour.'),
  image: usdSchema.optional().describe('For images sent; as `input` when left out.'),
  audio: usdSchema.optional().describe('For sound sent; as `input` when left out.'),
  reasoning: usdSchema.optional().describe('For what the model thought; as `output` when left out.'),
  outputAudio: usdSchema.optional().describe('For sound answered; as `output` when left out.'),
};

const factorSchema = z.number().positive().optional();

/** Price of a model in US dollars for a million tokens. */
export const priceSchema = z.strictObject({
  ...rates,
  longContext: z
    .array(z.strictObject({ above: z.int().positive().describe('Tokens of input.'), ...rates }))
    .optional()
    .describe('Prices of calls with more input than `above`, for all their tokens.'),
  flex: factorSchema.describe('What a call that the service answered in its flex tier costs, as a share of the rest.'),
  priority: factorSchema.describe('The same of its priority tier.'),
});
export type Price = z.infer<typeof priceSchema>;

/** An environment of llmci.yaml: what it asks of releases, and keys of its own, which no release or ledger hears of. */
export const environmentSchema = environmentPolicySchema.extend({
  providers: z
    .record(z.string(), providerKeysSchema)
    .optional()
    .describe('name: { apiKey, headers, maxAge }: keys of this environment, for providers that have others elsewhere.'),
});

/** `llmci.yaml`, for the given schema of a provider entry (the union of all known types). */
export function configFileSchemaFor<P extends z.ZodType>(provider: P) {
  return z.strictObject({
    providers: z
      .record(z.string().regex(/^[a-zA-Z0-9_.-]+$/, 'a provider name has letters, digits, _ . or -'), provider)
      .optional()
      .describe('name: { type, ... }: services beside the built-in ones, or in their place.'),
    prices: z
      .record(z.string(), priceSchema)
      .optional()
      .describe(
        'provider/model: { input, output, cacheRead, … } in dollars for a million tokens; goes before the built-in prices.',
      ),
    budget: budgetSchema.optional().describe('What the live calls of a run may use at most.'),
    cache: cacheSchema.optional().describe('How answers of earlier runs are used and kept.'),
    embeddings: z
      .strictObject({
        model: z
          .string()
          .min(1)
          .describe(
            '`local` (the default, offline), transformers/MODEL when that package is installed, or PROVIDER/MODEL of a provider that makes embeddings.',
          ),
      })
      .optional()
      .describe('The engine that turns texts into vectors, for `semantic`.'),
    judge: z
      .strictObject({
        model: z.string().min(1).describe('provider/model: the model that judges, for all metrics that ask one.'),
        modelParameters: modelParametersSchema
          .optional()
          .describe(
            "Go before those of the judges' prompts, and look as they do there: `toolChoice` is a word or `{ tool }`.",
          ),
        structured: answerFormSchema
          .optional()
          .describe(
            'How it is asked for its JSON: `schema` (the service holds it to the schema), `json` (to JSON), or `words` (it is only told). Default: the strongest that the service takes.',
          ),
        media: z
          .boolean()
          .optional()
          .describe(
            'Whether it is shown the images, files and recordings of what was asked: for models that take them. Default: it reads their names.',
          ),
        budget: budgetSchema
          .optional()
          .describe("What the judge's live calls may use at most, within that of the run."),
      })
      .optional()
      .describe('The model behind `judge`, `factuality` and the other judged metrics. There is no default.'),
    environments: z
      .record(environmentNameSchema, environmentSchema)
      .optional()
      .describe('name: { from, evidence, approvals, … }: where releases go live, and what each place asks of them.'),
    review: reviewSchema.optional(),
    state: stateHomeSchema.optional(),
    traffic: trafficSchema.optional(),
    telemetry: z
      .strictObject({
        otlp: z
          .string()
          .describe(
            "A collector's address without /v1/traces, like http://localhost:4318; `env:NAME` in it is a variable of the environment. Needs OpenTelemetry's packages.",
          ),
      })
      .optional()
      .describe(
        'Where `llmci serve` sends spans and metrics of its calls. Nothing of what is asked or answered is in them.',
      ),
    lint: z
      .strictObject({
        rules: z
          .record(z.string(), z.enum(['off', 'warn', 'error']))
          .optional()
          .describe('RULE: off, warn or error, where a rule is to count otherwise than by default.'),
      })
      .optional()
      .describe('How `llmci lint` judges.'),
    timeout: durationSchema.optional().describe('For one request; default 60s.'),
    maxTime: durationSchema.optional().describe('Deadline of a run; default none.'),
  });
}

/** What turns texts into vectors: the model that ships with llmci, one of `transformers`, or one of a provider. */
export type EmbeddingsEngine =
  | { readonly kind: 'local' }
  | { readonly kind: 'transformers'; readonly model: string }
  | { readonly kind: 'provider'; readonly provider: string; readonly model: string };
