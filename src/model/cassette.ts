import { z } from 'zod';
import { keptAnswerSchema } from './output.js';

/** First line of a cassette. `note` is for people. */
export const cassetteHeaderSchema = z.strictObject({ cassette: z.literal(1), note: z.string().optional() });

/**
 * One recorded answer. Only `key` is looked up; the other fields tell a reader of the diff what it belongs to:
 * a sample, or with `judge` a question that one of its metrics asked about it.
 */
export const cassetteEntrySchema = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{64}$/, 'a key is a sha256 in hex'),
  suite: z.string(),
  prompt: z.string(),
  model: z.string(),
  case: z.string(),
  trial: z.int().min(1),
  step: z.int().min(2).optional().describe('Which call of its conversation it answered; not there for the first.'),
  judge: z
    .strictObject({
      metric: z.string(),
      prompt: z.string(),
      model: z.string(),
      turn: z.int().min(1),
      attempt: z.int().min(1),
    })
    .optional(),
  user: z
    .strictObject({ model: z.string(), turn: z.int().min(1), attempt: z.int().min(1) })
    .optional()
    .describe('A line of the simulated user; not there for what the model under test says.'),
  recorded: z.iso.date().optional().describe('The day on which the answer was made; not there where nobody knows.'),
  answer: keptAnswerSchema,
});
export type CassetteEntry = z.infer<typeof cassetteEntrySchema>;

/** What a recorded answer belongs to, for those who read the cassette. */
export type AnswerLabels = Omit<CassetteEntry, 'key' | 'recorded' | 'answer'>;
