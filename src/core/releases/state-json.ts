import { z } from 'zod';
import { approveLineSchema, movedSchema, recordedPlanSchema } from '../../model/ledger.js';
import { instantSchema, personSchema, sha256Schema } from '../../model/person.js';
import { type ReleaseRef, releaseRefSchema } from '../../model/release.js';
import type { EnvironmentState } from './state.js';

const overrideSchema = z.strictObject({ reason: z.string(), refused: z.array(z.string()) });
const byPrompt = <Value extends z.ZodType>(value: Value) => z.array(z.tuple([z.string(), value]));

/**
 * A state as JSON. There are thousands of what was served and of what was live before: of each prompt they are one text, and
 * the latter are numbers of the former.
 */
const stateSchema = z.strictObject({
  head: z.strictObject({ n: z.int().min(1), hash: sha256Schema, at: instantSchema }),
  live: byPrompt(
    z.strictObject({
      release: releaseRefSchema,
      since: instantSchema,
      line: z.int().min(1),
      by: personSchema,
      moved: movedSchema.nullable(),
      override: overrideSchema.nullable(),
    }),
  ),
  earlier: byPrompt(z.string()),
  served: byPrompt(z.string()),
  rollouts: z.array(
    z.strictObject({
      line: z.int().min(1),
      releases: z.array(movedSchema),
      plan: recordedPlanSchema,
      weight: z.number(),
      paused: z.boolean(),
      since: instantSchema,
      weightSince: instantSchema,
      by: personSchema,
    }),
  ),
  holds: z.array(
    z.strictObject({ release: releaseRefSchema, since: instantSchema, by: personSchema, reason: z.string() }),
  ),
  approvals: z.array(approveLineSchema),
  signedSince: z.int().min(1).nullable(),
});

/** A state for a file; null for one that cannot be told so: of a number that was served as two releases. */
export function stateToJson(state: EnvironmentState): object | null {
  const { head, live, earlier, served, rollouts, holds, approvals, signedSince } = state;
  for (const [prompt, refs] of earlier) {
    if (refs.some((ref) => served.get(prompt)?.get(ref.number)?.hash !== ref.hash)) return null;
  }
  return {
    ...{ head, rollouts, holds, approvals, signedSince },
    live: [...live],
    earlier: [...earlier].map(([prompt, refs]) => [prompt, refs.map(({ number }) => number).join(' ')]),
    served: [...served].map(([prompt, refs]) => [prompt, refsToText(refs.values())]),
  };
}

/** The state that a file holds; null for what is none. */
export function stateFromJson(data: unknown): EnvironmentState | null {
  const parsed = stateSchema.safeParse(data);
  if (!parsed.success) return null;
  const { live, earlier, served, ...rest } = parsed.data;
  const refs = new Map<string, Map<number, ReleaseRef>>();
  for (const [prompt, text] of served) {
    const own = refsFromText(prompt, text);
    if (own === null) return null;
    refs.set(prompt, own);
  }
  const before: [string, ReleaseRef[]][] = [];
  for (const [prompt, numbers] of earlier) {
    const all = refs.get(prompt);
    const own = numbers === '' ? [] : numbers.split(' ').map((number) => all?.get(Number(number)));
    if (!own.every((ref) => ref !== undefined)) return null;
    before.push([prompt, own]);
  }
  return { ...rest, live: new Map(live), earlier: new Map(before), served: refs };
}

function refsToText(refs: Iterable<ReleaseRef>): string {
  return Array.from(refs, ({ number, digest, hash }) => `${number} ${digest} ${hash}`).join(';');
}

/** Null for a text that is none of these. */
function refsFromText(prompt: string, text: string): Map<number, ReleaseRef> | null {
  const refs = new Map<number, ReleaseRef>();
  for (const each of text.split(';')) {
    const [digits, digest, hash] = each.split(' ');
    const number = Number(digits);
    if (!Number.isSafeInteger(number) || digest?.length !== 64 || hash?.length !== 64) return null;
    refs.set(number, { prompt, number, digest, hash });
  }
  return refs;
}
