import { z } from 'zod';

/** Where a case comes from: for people, and no part of what it asks. */
export const provenanceSchema = z
  .strictObject({
    from: z.enum(['traffic', 'otlp', 'langfuse']),
    call: z.string(),
    at: z.string().nullable().optional(),
    environment: z.string().nullable().optional(),
    release: z.string().nullable().optional(),
    model: z.string().nullable().optional(),
    failed: z.array(z.string()).optional().describe('What was wrong with the answer; the case is to show it again.'),
    answer: z.string().nullable().optional().describe('What was answered then, masked and cut.'),
  })
  .describe('The live call that the case was made of, as `llmci cases` writes it.');
export type Provenance = z.infer<typeof provenanceSchema>;
