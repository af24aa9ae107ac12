import { z } from 'zod';
import { jsonSchema } from './json.js';

export const roleSchema = z.enum(['system', 'developer', 'user', 'assistant', 'tool']);
export type Role = z.infer<typeof roleSchema>;

/** For how long a service keeps what stands up to the end of a message, where it has to be told. */
export const promptCacheSchema = z
  .enum(['5m', '1h'])
  .describe(
    'All up to here may stay in the cache of the service for so long. For services that ask to be told (Anthropic).',
  );

/** A call that an answer asks for. `arguments` is what the model wrote, as JSON where it is any. */
export const toolCallSchema = z.strictObject({ name: z.string(), arguments: jsonSchema });
export type ToolCall = z.infer<typeof toolCallSchema>;

const textPartSchema = z.strictObject({ type: z.literal('text'), text: z.string() });

const mediaTypeSchema = z.enum(['image', 'file', 'audio']);
/** What a part that is no text is for. */
export type MediaType = z.infer<typeof mediaTypeSchema>;

const mediaFrame = {
  type: mediaTypeSchema,
  name: z.string().optional(),
  detail: z.enum(['low', 'high', 'auto']).optional(),
};

/** An image, file or recording that only the provider fetches. */
const linkedPartSchema = z.strictObject({ ...mediaFrame, url: z.url({ protocol: /^https$/ }) });

const heldFrame = {
  mediaType: z.string(),
  digest: z.string(),
  bytes: z.int().nonnegative(),
};

/** An image, file or recording by what it is; `digest` (sha256 in hex) is that of its bytes, which nothing keeps. */
const heldPartSchema = z.strictObject({ ...mediaFrame, ...heldFrame });

export const partSchema = z.union([textPartSchema, linkedPartSchema, heldPartSchema]);
export type Part = z.infer<typeof partSchema>;
/** A part that is no text. */
export type MediaPart = Exclude<Part, { readonly type: 'text' }>;
/** One whose bytes are sent, and not its link. */
export type HeldPart = Extract<MediaPart, { readonly digest: string }>;

/** What is known of bytes without the bytes. */
export type HeldMedia = Pick<z.infer<typeof heldPartSchema>, keyof typeof heldFrame>;

/** A text, or parts in their order. */
export const contentSchema = z.union([z.string(), z.array(partSchema)]);
export type Content = z.infer<typeof contentSchema>;

/**
 * One message as it is sent. Calls and results belong together by their `id`, which is made anew in every request
 * (`call_1`, `call_2`, …): what a service calls them differs each time, and would make a key of each.
 */
export const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.enum(['system', 'developer', 'user']),
    content: contentSchema,
    cache: promptCacheSchema.optional(),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: contentSchema,
    toolCalls: z.array(toolCallSchema.extend({ id: z.string() })).optional(),
    continuation: jsonSchema.optional().describe('What the service wants to see again when the conversation goes on.'),
  }),
  z.strictObject({ role: z.literal('tool'), toolCallId: z.string(), content: contentSchema }),
]);
export type Message = z.infer<typeof messageSchema>;
