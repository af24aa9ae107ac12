import { z } from 'zod';
import { rolloutPlanSchema } from '../../model/environment.js';
import { approveLineSchema, movedSchema } from '../../model/ledger.js';
import { instantSchema, personSchema, sha256Schema } from '../../model/person.js';
import { type ReleaseRef, releaseRefSchema } from '../../model/release.js';
import type { EnvironmentState } from './state.js';

const overrideSchema = z.strictObject({ reason: z.string(), refused: z.array(z.string()) });
const byPrompt = <Value extends z.ZodType>(value: Value) => z.array(z.tuple([z.string(), value]));

/** A state as JSON. What was live before are numbers of what was served: there may be thousands. */
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
  earlier: byPrompt(z.array(z.int())),
  served: byPrompt(z.array(releaseRefSchema)),
  rollouts: z.array(
    z.strictObject({
      line: z.int().min(1),
      releases: z.array(movedSchema),
      plan: rolloutPlanSchema,
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
    earlier: [...earlier].map(([prompt, refs]) => [prompt, refs.map(({ number }) => number)]),
    served: [...served].map(([prompt, refs]) => [prompt, [...refs.values()]]),
  };
}

/** The state that a file holds; null for what is none. */
export function stateFromJson(data: unknown): EnvironmentState | null {
  const parsed = stateSchema.safeParse(data);
  if (!parsed.success) return null;
  const { live, earlier, served, ...rest } = parsed.data;
  const refs = new Map(served.map(([prompt, all]) => [prompt, new Map(all.map((ref) => [ref.number, ref]))]));
  const before: [string, ReleaseRef[]][] = [];
  for (const [prompt, numbers] of earlier) {
    const own = numbers.map((number) => refs.get(prompt)?.get(number));
    if (!own.every((ref) => ref !== undefined)) return null;
    before.push([prompt, own]);
  }
  return { ...rest, live: new Map(live), earlier: new Map(before), served: refs };
}
