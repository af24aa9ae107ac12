import { z } from 'zod';
import { type Json, jsonSchema } from './json.js';
import { promptCacheSchema } from './message.js';

/** Where the bytes of a part come from. */
const sourceSchema = z
  .string()
  .min(1, 'say where it is: a path in the project, a data: URL or an https: URL')
  .describe('A path from the root of the project, a data: URL, or an https: URL, which only the provider fetches.');

const nameSchema = z.string().min(1).optional().describe('What it is called; default: the name of its file.');

const textPartSchema = z.strictObject({ type: z.literal('text').optional(), text: z.string() });
const imagePartSchema = z.strictObject({
  type: z.literal('image').optional(),
  image: sourceSchema,
  detail: z.enum(['low', 'high', 'auto']).optional().describe('How closely the model looks, where it offers that.'),
  name: nameSchema,
});
const filePartSchema = z.strictObject({ type: z.literal('file').optional(), file: sourceSchema, name: nameSchema });
const audioPartSchema = z.strictObject({ type: z.literal('audio').optional(), audio: sourceSchema, name: nameSchema });

/** A part of a message as people write it: what stands in it says its type. */
export const writtenPartSchema = z.union([textPartSchema, imagePartSchema, filePartSchema, audioPartSchema]);
export type WrittenPart = z.infer<typeof writtenPartSchema>;

const writtenContentSchema = z.union([
  z.string(),
  z.array(writtenPartSchema).min(1, 'a list of parts needs at least one'),
]);
export type WrittenContent = z.infer<typeof writtenContentSchema>;

/** A tool call that somebody wrote down. Its `id` ties a result to it, and is not what is sent. */
const writtenCallSchema = z.strictObject({
  id: z.string().min(1).optional().describe('What the result of the call names under `toolCallId`.'),
  name: z.string().min(1),
  arguments: jsonSchema,
});
export type WrittenCall = z.infer<typeof writtenCallSchema>;

/** A message as people write it, in a prompt file or in data. */
export const writtenMessageSchema = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.enum(['system', 'developer', 'user']),
    content: writtenContentSchema,
    cache: promptCacheSchema.optional(),
  }),
  z
    .strictObject({
      role: z.literal('assistant'),
      content: writtenContentSchema.optional(),
      toolCalls: z.array(writtenCallSchema).min(1).optional().describe('What the model asked for.'),
    })
    .refine(({ content, toolCalls }) => content !== undefined || toolCalls !== undefined, {
      message: 'a message of the assistant has `content`, `toolCalls` or both',
    }),
  z.strictObject({
    role: z.literal('tool'),
    toolCallId: z
      .string()
      .min(1)
      .optional()
      .describe('The call that it answers; default: the first before it that is not answered yet.'),
    content: writtenContentSchema,
  }),
]);
export type WrittenMessage = z.infer<typeof writtenMessageSchema>;

/** A message of a conversation that a client of a gateway has, with what the service that wrote it wants to see again. */
export type SaidMessage = WrittenMessage & { readonly continuation?: Json };
