import { z } from 'zod';
import { instantSchema, sha256Schema } from './person.js';

/** What who serves an environment tells of itself: the last line of the ledger that it goes by, and when it last said so. */
export const readerReportSchema = z.strictObject({
  reader: z.string().min(1).max(200).describe('Host and process, and what tells two in one process apart.'),
  line: z.int().min(0),
  hash: sha256Schema,
  at: instantSchema,
});
export type ReaderReport = z.infer<typeof readerReportSchema>;
