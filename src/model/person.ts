import { z } from 'zod';

/** Who did something, and how that is known: from git's settings, the CI system, a token, or a verified signature. */
export const personSchema = z.strictObject({
  name: z.string().min(1).max(200),
  via: z.enum(['git', 'ci', 'token', 'signature']),
});
export type Person = z.infer<typeof personSchema>;

/** sha256, in hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 hex digits');
