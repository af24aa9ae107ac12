import { z } from 'zod';
import { type Json, jsonSchema } from './json.js';
import { commandSchema, programVariablesSchema } from './program.js';
import { durationSchema } from './quantity.js';

const ruleSchema = z.strictObject({
  when: z
    .record(z.string(), jsonSchema)
    .optional()
    .describe('Values of arguments; the call must have all of them. Left out: any call.'),
  answer: jsonSchema.describe('The result: a text, or any JSON.'),
});

const programSchema = z.strictObject({
  exec: commandSchema.describe(
    'A program and its arguments; no shell. It reads one JSON request and writes the result.',
  ),
  env: programVariablesSchema,
  timeout: durationSchema.prefault('10s').describe('For one call, like `10s`.'),
});

/** Keys of the forms above: a result that is a mapping and has one of them stands under `answer`. */
const RESERVED = ['exec', 'env', 'timeout', 'when', 'answer'];

/** `respond` of a tool: where the result of a call comes from, so that the conversation goes on. */
export const respondSchema = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.array(ruleSchema).min(1, 'a list of answers needs at least one'),
    programSchema,
    z.strictObject({ answer: jsonSchema }),
    z.record(z.string(), jsonSchema).refine((result) => !RESERVED.some((key) => key in result), {
      message: `a result that has a key ${RESERVED.join(', ')} is written { answer: { … } }`,
    }),
  ])
  .describe(
    'The result of its calls: a text or JSON, a list of { when, answer }, the path of a module like ./tool.mjs, or { exec: [program] }. Without it a call is the answer.',
  );
export type WrittenRespond = z.output<typeof respondSchema>;

/** Where the result of a call comes from. */
export type Responder =
  | { readonly kind: 'fixed'; readonly rules: readonly ResponseRule[] }
  /** `path` is that of the module from the root of the project. */
  | { readonly kind: 'module'; readonly path: string }
  | {
      readonly kind: 'program';
      readonly command: readonly string[];
      readonly env: readonly string[];
      readonly timeoutMs: number;
    };

/** The result of calls with these arguments, or of all. */
export interface ResponseRule {
  readonly when?: Readonly<Record<string, Json>> | undefined;
  readonly answer: Json;
}

/** The tools of a prompt that llmci answers, and how often. */
export interface ToolResponses {
  /** By the name of the tool. */
  readonly responders: ReadonlyMap<string, Responder>;
  /** Calls of the model in one turn, at the most. */
  readonly maxSteps: number;
}
