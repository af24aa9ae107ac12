import { z } from 'zod';
import { usageSummary } from './run-record.js';

/** What calls besides those of samples have used: of the judge, and of services that metrics ask. */
export const asideUsageSchema = z.strictObject({
  judge: z.strictObject(usageSummary).nullable(),
  tools: z.strictObject(usageSummary),
});
export type AsideUsage = z.infer<typeof asideUsageSchema>;

// The lines of results.jsonl. `index` is the sample's place in the plan; of several lines of one sample the last counts.
//   {"index":4,"result":{…}}      a finished sample
//   {"unscored":4,"result":{…}}   its output is there, its scores are not
//   {"dropped":4}                 a result that counts no longer
//   {"aside":{…}}                 what other calls have used so far

/** How the lines begin; nothing else of a line has to be read to find a sample. */
export const JOURNAL_LINE = /^\{"(?:(index|unscored|dropped)":(\d{1,10})[,}]|(aside)":\{)/;
