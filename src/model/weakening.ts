import { z } from 'zod';

/** Something that judges a change, and that the change itself has made easier to pass, or made another. */
export const weakeningSchema = z.strictObject({
  file: z.string().describe('The file that holds it, by its path from the root of the project.'),
  effect: z.enum(['weakened', 'altered']).describe('altered: whether it is easier to pass now cannot be told.'),
  text: z.string(),
  signedBy: z.array(z.string()).optional().describe('Who has signed it off; not there for nobody.'),
});
export type Weakening = z.infer<typeof weakeningSchema>;

/** What a change has done to what judges it, in comparison with its base. */
export const protectionSchema = z.strictObject({
  base: z.strictObject({ name: z.string(), commit: z.string() }).nullable().describe('null when it cannot be read.'),
  why: z.string().optional().describe('Why the base cannot be read.'),
  weakened: z.array(weakeningSchema),
  enforced: z.boolean().describe('Whether weakening that nobody signed off fails the run (--protect).'),
  unsigned: z.string().optional().describe('Why sign-offs could not be read.'),
});
export type Protection = z.infer<typeof protectionSchema>;

/** What of it nobody has signed off. */
export function unsignedOf({ weakened }: Pick<Protection, 'weakened'>): readonly Weakening[] {
  return weakened.filter(({ signedBy = [] }) => signedBy.length === 0);
}
