import { z } from 'zod';
import { evidenceSchema } from './evidence.js';
import { jsonSchema } from './json.js';
import { personSchema, sha256Schema } from './person.js';
import { riskSchema } from './prompt.js';

/**
 * A prompt frozen under a number. Its identity is the digest, which is that of `asked` (with `code`, for the modules that
 * answer its tools): whoever reads the file can compute it again.
 */
export const releaseSchema = z.strictObject({
  release: z.literal(1),
  prompt: z.string().min(1),
  number: z.int().min(1),
  digest: sha256Schema,
  asked: z
    .record(z.string(), jsonSchema)
    .describe('All of the prompt file that can change an answer, its schemas read from their files.'),
  code: z
    .array(z.tuple([z.string(), z.string()]))
    .optional()
    .describe('Digests of the modules that answer its tools, by path; not there for none.'),
  declaredRisk: riskSchema.nullable().describe('What the prompt file says of its risk; a change may have more.'),
  commit: z.string().nullable(),
  dirty: z.boolean().nullable(),
  author: personSchema.describe('Who made the release.'),
  writers: z
    .array(personSchema.shape.name)
    .optional()
    .describe(
      'Who has changed its file since the release before, as git has it; not there where nobody has or git cannot tell.',
    ),
  at: z.iso.datetime(),
  note: z.string().nullable(),
  evidence: evidenceSchema.nullable().describe('Of the newest finished run of this very digest; null for none.'),
  hash: sha256Schema.describe('Of all the rest.'),
});
export type Release = z.infer<typeof releaseSchema>;

/** Which release is meant, so that a file that was changed since is no longer it. */
export const releaseRefSchema = z.strictObject({
  prompt: z.string().min(1),
  number: z.int().min(1),
  digest: sha256Schema,
  hash: sha256Schema.describe('Of the release.'),
});
export type ReleaseRef = z.infer<typeof releaseRefSchema>;
