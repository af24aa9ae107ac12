import { z } from 'zod';
import { visibleText } from './blank.js';
import { extraSchema } from './extra.js';
import { jsonSchema, jsonSchemaDocument } from './json.js';
import { respondSchema, type ToolResponses } from './respond.js';
import { writtenMessageSchema } from './written-message.js';

/** How a prompt names a variable: `chat`, `{{ chat }}`, `vars.chat`, `row.messages`, `row.turns.0`. */
export const VARIABLE_PATH = /^(?:\{\{-?\s*)?(?:vars\.)?([\w-]+(?:\.[\w-]+)*)(?:\s*-?\}\})?$/;

/** Stands for all messages of a variable, or with `messages` for those of the case. */
const historySchema = z.strictObject({
  history: z
    .string()
    .regex(VARIABLE_PATH, '`history` names a variable that holds messages: `history: chat`')
    .describe('The variable whose messages stand here; `messages` are those of the case.'),
});

/**
 * A message as a prompt file has it, where every text is a Liquid template and an undefined variable an error; what is
 * sent is made of it for each case.
 */
export const promptMessageSchema = z.union([writtenMessageSchema, historySchema]);
export type PromptMessage = z.infer<typeof promptMessageSchema>;

export const toolChoiceSchema = z.union([
  z.enum(['auto', 'none', 'required']),
  z.strictObject({ tool: z.string().min(1) }),
]);
export type ToolChoice = z.infer<typeof toolChoiceSchema>;

/** What a request asks of the model besides its messages. Names as in GitHub's prompt files. */
export const modelParametersSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxTokens: z.int().min(1).optional(),
  stop: z.array(z.string()).min(1).optional(),
  seed: z.int().optional(),
  frequencyPenalty: z.number().min(-2).max(2).optional(),
  presencePenalty: z.number().min(-2).max(2).optional(),
  reasoningEffort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
  toolChoice: toolChoiceSchema
    .optional()
    .describe('Whether a tool is called: auto (as the model likes), none, required, or { tool: NAME } for that one.'),
  parallelToolCalls: z.boolean().optional().describe('Whether one answer may call several tools.'),
  extra: extraSchema.optional().describe("Parameters of one provider, put into the request's body as they are."),
});
export type ModelParameters = z.infer<typeof modelParametersSchema>;

export const toolSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'a tool name has 1 to 64 letters, digits, _ or -'),
  description: z.string().optional(),
  parameters: jsonSchemaDocument.optional(),
});
export type Tool = z.infer<typeof toolSchema>;

/** What goes with a schema to the model, in the words of OpenAI's API and of GitHub's files. */
const schemaLabels = {
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'a name has 1 to 64 letters, digits, _ or -')
    .optional()
    .describe('What the schema is called; default `output`.'),
  description: z.string().optional().describe('What the schema is for.'),
  strict: z.boolean().optional().describe('Whether the service holds the model to the schema; default true.'),
};

export const outputFormatSchema = z.strictObject({
  format: z.enum(['text', 'json']).default('text'),
  schema: jsonSchemaDocument.optional(),
  ...schemaLabels,
});
export type OutputFormat = z.infer<typeof outputFormatSchema>;

/** GitHub's `jsonSchema`, read. */
export const namedJsonSchema = z.strictObject({ schema: jsonSchemaDocument, ...schemaLabels });

/** How much a change of a prompt can do; in a prompt file, the least that any change of it counts as. */
export const riskSchema = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof riskSchema>;

/** `prompts/*.prompt.yaml`: a superset of GitHub's `.prompt.yml`. */
export const promptFileSchema = z.strictObject({
  id: visibleText.optional().describe('Default: the path below prompts/ without the ending.'),
  name: z.string().optional(),
  description: z.string().optional(),
  model: z.string().min(1).optional().describe('provider/model; a suite may name others.'),
  modelParameters: modelParametersSchema.default({}),
  messages: z.array(promptMessageSchema).min(1, 'a prompt needs at least one message'),
  tools: z
    .array(toolSchema.extend({ respond: respondSchema.optional() }))
    .min(1)
    .optional(),
  maxSteps: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Calls of the model in one turn, at the most, while tools respond; default 10.'),
  responseFormat: z
    .enum(['text', 'json_object', 'json_schema'])
    .optional()
    .describe("GitHub's name for output.format."),
  jsonSchema: z
    .union([z.string(), jsonSchemaDocument])
    .optional()
    .describe("GitHub's name for output.schema: a JSON document { name, strict, schema } as text or as an object."),
  input: z
    .strictObject({
      schema: jsonSchemaDocument.optional().describe('JSON Schema that the variables of every case must meet.'),
      defaults: z.record(z.string(), jsonSchema).optional().describe('Values of variables that a case leaves out.'),
      trusted: z
        .array(z.string().min(1))
        .optional()
        .describe('Variables that users of the app do not control; what has a default counts as such.'),
    })
    .optional(),
  output: outputFormatSchema.optional(),
  owners: z.array(z.string()).optional(),
  risk: riskSchema.optional(),
});
export type PromptFile = z.infer<typeof promptFileSchema>;

/** What of a prompt file is for people: no answer depends on it. */
export type PromptAbout = Pick<PromptFile, 'name' | 'description' | 'owners' | 'risk'>;

/** A prompt as the pipeline uses it. */
export interface Prompt {
  readonly id: string;
  readonly path: string;
  /** The sha256 of all in the file that can change an answer: the prompt's identity. */
  readonly digest: string;
  /** The sha256 of all that the file says: its owners, risk and description too. */
  readonly fileDigest: string;
  readonly model: string | null;
  readonly parameters: ModelParameters;
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly Tool[];
  /** The tools whose calls get a result; not there when a call of any of them is an answer. */
  readonly responses?: ToolResponses | undefined;
  readonly output: OutputFormat;
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
  readonly defaults: Readonly<Record<string, import('./json.js').Json>>;
  /** Variables that users of the app do not control; not there when the file does not say. */
  readonly trusted?: readonly string[];
}
