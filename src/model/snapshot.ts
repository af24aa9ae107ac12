import { z } from 'zod';
import { jsonSchema } from './json.js';
import { sha256Schema } from './person.js';

const servedSchema = z.strictObject({
  number: z.int().min(1),
  digest: sha256Schema,
  asked: z.record(z.string(), jsonSchema).describe('What the prompt file asks, as in the release.'),
});
export type Served = z.infer<typeof servedSchema>;

/** All that an app needs of an environment at one moment: what is live, and what is on its way. */
export const snapshotSchema = z.strictObject({
  snapshot: z.literal(1),
  environment: z.string(),
  line: z.int().min(1).describe('The last line of the ledger that it is of.'),
  hash: sha256Schema.describe('Of that line.'),
  at: z.iso.datetime().describe('When that line was written.'),
  prompts: z
    .array(
      z.strictObject({
        prompt: z.string(),
        live: servedSchema,
        rollout: z
          .strictObject({
            name: z.string().describe('What units are assigned by.'),
            candidate: servedSchema,
            weight: z.number().min(0).max(1),
            include: z.array(z.string()).optional().describe('Units and cohorts that get the candidate at any weight.'),
          })
          .nullable(),
      }),
    )
    .describe('Sorted by id.'),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** The same in a file. */
export const sealedSnapshotSchema = snapshotSchema.extend({
  seal: sha256Schema.describe('Of the JSON of all the rest, without blanks: what was edited is no state.'),
});
