import { z } from 'zod';
import { budgetSchema, type Ceiling } from './budget.js';
import { type Cases, caseSchemaFor } from './case.js';
import { correctionSchema, type GateRule, gateSchema, inferenceSchema } from './gate.js';
import type { HeldMedia } from './message.js';
import type { MetricEntry } from './metric-entry.js';
import type { Prompt } from './prompt.js';
import type { ModelReference } from './request.js';

const columnSchema = z.string().min(1).describe('A column, or a dotted path into a row.');

/** What may stand between the cells of a CSV file. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How the rows of a dataset become cases. Without it, columns named id, expected, tags are these and all others are vars. */
export const datasetSchema = z.union([
  z.string().min(1),
  z.strictObject({
    path: z.string().min(1),
    delimiter: z
      .enum(DELIMITERS)
      .optional()
      .describe('What stands between the cells of a CSV file; by default it is found out.'),
    id: columnSchema.optional(),
    vars: z.record(z.string(), columnSchema).optional(),
    expected: z
      .union([columnSchema, z.array(columnSchema).min(1), z.strictObject({ json: columnSchema })])
      .optional()
      .describe('A column, several columns (each an accepted answer), or { json: column } that holds JSON text.'),
    tags: z.union([columnSchema, z.array(columnSchema).min(1)]).optional(),
    turns: columnSchema
      .optional()
      .describe('A column with what the user says, turn by turn: a list of texts, or of messages of the user.'),
    messages: columnSchema
      .optional()
      .describe(
        'A column with the messages of a conversation. Without `expected`, a last answer of the assistant is what is expected.',
      ),
  }),
]);
export type DatasetReference = z.infer<typeof datasetSchema>;

const trialCountSchema = z.int().min(1).max(1000);
const trialsSchema = z
  .union([
    trialCountSchema,
    z
      .strictObject({ min: trialCountSchema, max: trialCountSchema })
      .refine(({ min, max }) => min <= max, { message: '`min` is above `max`', path: ['min'] }),
  ])
  .describe('How often each case is run. { min, max }: further trials only while a gate is inconclusive.');

/** `evals/*.eval.yaml`, for the given schema of a metric entry (the union of all known metrics). */
export function suiteFileSchemaFor<M extends z.ZodType>(metricEntry: M) {
  return z
    .strictObject({
      description: z.string().optional(),
      prompt: z.string().min(1).optional(),
      prompts: z.array(z.string().min(1)).min(1).optional(),
      models: z.array(z.string().min(1)).min(1).optional().describe("Overrides the prompts' model, one column each."),
      trials: trialsSchema.default(1),
      group: z
        .string()
        .min(1)
        .optional()
        .describe(
          'A variable: cases that share its value are alike (questions on one document, say) and count as one cluster.',
        ),
      inference: inferenceSchema.optional(),
      correction: correctionSchema.default('holm'),
      cassette: z.string().min(1).optional(),
      budget: budgetSchema.optional().describe('What its live calls may use at most, within the budget of the run.'),
      dataset: datasetSchema.optional(),
      cases: z.array(caseSchemaFor(metricEntry)).optional(),
      metrics: z.array(metricEntry).optional(),
      gates: z.array(gateSchema).optional(),
    })
    .refine((suite) => (suite.prompt === undefined) !== (suite.prompts === undefined), {
      message: 'a suite needs either `prompt` or `prompts`',
    });
}

/** One prompt on one model: what a suite compares and a gate judges. */
export interface Column {
  readonly prompt: Prompt;
  readonly model: ModelReference;
  readonly gates: readonly GateRule[];
  /** What is known of the files that its messages name, by what they are for and their path; none when they name none. */
  readonly media?: ReadonlyMap<string, HeldMedia>;
}

/** Where bytes are, by their digest: a file of the project by its path from the root, or the bytes themselves. */
export type HeldBytes = ReadonlyMap<string, string | Uint8Array>;

/** A suite as the pipeline uses it: everything read, checked and resolved. */
export interface Suite {
  readonly id: string;
  readonly path: string;
  readonly columns: readonly Column[];
  readonly cases: Cases;
  /** Trials of a case at most. */
  readonly trials: number;
  /** Trials that are made in any event; the others only while a gate is inconclusive. */
  readonly firstTrials: number;
  /** The variable by which cases are alike; null when each stands for itself. */
  readonly group: string | null;
  readonly metrics: readonly MetricEntry[];
  /** The path of its cassette from the root of the project. */
  readonly cassette: string | null;
  /** The path of its dataset from the root of the project, if it has one. */
  readonly dataset?: string;
  readonly budget: Ceiling;
  /** The bytes that its messages name; none when they are texts. */
  readonly held?: HeldBytes;
  /** What the rows of its dataset were read as, where that is one of the shapes that conversations come in. */
  readonly datasetShapes?: readonly string[];
}
