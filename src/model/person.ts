import { z } from 'zod';

/**
 * Who did something, and how that is known: from git's settings, the CI system, a token, a verified signature, or, where a
 * rollback could wait for none of these, the account on the machine. `gateway` is nobody: a gateway that decided on figures.
 */
export const personSchema = z.strictObject({
  name: z.string().min(1).max(200),
  via: z.enum(['git', 'ci', 'token', 'signature', 'host', 'gateway']),
});
export type Person = z.infer<typeof personSchema>;

/** sha256, in hex. Its letters are not looked at: a ledger has four in each of many thousand lines, and all are compared. */
export const sha256Schema = z.string().length(64, 'a digest is 64 hex digits');

/** An instant as JavaScript writes it: such texts are in the order of the times. */
export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'a time is like 2026-11-28T14:00:00.000Z');
