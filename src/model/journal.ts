import { z } from 'zod';
import { recordedAnswerSchema } from './output.js';
import { usageSummary } from './run-record.js';

/** What calls are made for: the samples themselves, users that a model plays, what metrics ask about them, or further trials of newly broken cases. */
export const callKindSchema = z.enum(['samples', 'users', 'judge', 'embeddings', 'moderations', 'confirmations']);
export type CallKind = z.infer<typeof callKindSchema>;

/** What the calls of one kind for one suite have used. */
export const accountSchema = z.strictObject({
  suite: z.string().nullable().describe('Null when a call serves several.'),
  kind: callKindSchema.exclude(['samples']),
  requests: z.int().min(0).describe('Live calls that were answered.'),
  usage: z.strictObject(usageSummary),
});
export type Account = z.infer<typeof accountSchema>;

/** The accounts of a run, but for its samples: what these used stands with each of them. */
export const asideUsageSchema = z.union([
  z.strictObject({ accounts: z.array(accountSchema) }),
  // As it was before suites had accounts of their own
  z
    .strictObject({ judge: z.strictObject(usageSummary).nullable(), tools: z.strictObject(usageSummary) })
    .transform(({ judge, tools }): { accounts: Account[] } => ({
      accounts: [
        ...(judge ? [{ suite: null, kind: 'judge' as const, requests: judge.calls.live, usage: judge }] : []),
        { suite: null, kind: 'embeddings', requests: 0, usage: tools },
      ],
    })),
]);
export type AsideUsage = z.output<typeof asideUsageSchema>;

/** An answer in the middle of a conversation: of which sample and step, and by the key of its request. */
export const stepLineSchema = z.strictObject({
  step: z.tuple([z.int().min(0), z.int().min(1)]),
  key: z.string(),
  answer: recordedAnswerSchema,
});

// The lines of results.jsonl. `index` is the sample's place in the plan; of several lines of one sample the last counts.
//   {"index":4,"result":{…}}      a finished sample
//   {"unscored":4,"result":{…}}   its output is there, its scores are not
//   {"dropped":4}                 a result that counts no longer
//   {"step":[4,2],"key":…,"answer":…}  the second call of a conversation that has no result yet, which was paid for
//   {"aside":{…}}                 what other calls have used so far

/** How the lines begin; nothing else of a line has to be read to find a sample. */
export const JOURNAL_LINE = /^\{"(?:(index|unscored|dropped|step)":\[?(\d{1,10})[,}]|(aside)":\{)/;
