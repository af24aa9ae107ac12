import { z } from 'zod';
import type { Risk } from './prompt.js';

/** `review` in llmci.yaml. */
export const reviewSchema = z
  .strictObject({
    signoff: z
      .strictObject({
        low: z.int().min(0).max(100).optional(),
        medium: z.int().min(0).max(100).optional(),
        high: z.int().min(0).max(100).optional(),
      })
      .describe('How many people have to sign a change of this risk off before it is merged; none when left out.'),
  })
  .describe('What `llmci review --require-signoff` asks for.');

/** A change that people sign off: a prompt, or the rules in one file. */
export interface SignedItem {
  /** The id of the prompt, or the path of the file. */
  readonly id: string;
  readonly risk: Risk;
  /** Of all that is signed: any later edit makes it another one. */
  readonly digest: string;
  readonly needed: number;
  /** Whose sign-off counts; empty when that of anybody who may write does. */
  readonly owners: readonly string[];
}

/** A person's yes, as the code host or a commit tells it, and what they saw. */
export interface Signature {
  /** An account with its `@`, or an address. */
  readonly by: string;
  /** The digest of each item as it was when they signed, by its id; null where that cannot be told. */
  readonly saw: ReadonlyMap<string, string | null>;
  /** Why it counts for nothing at all, as a bot's; null when it may count. */
  readonly void: string | null;
  /** Items that they have had a hand in. */
  readonly wrote: ReadonlySet<string>;
  /** Whether they are one of these owners; null where that cannot be told. */
  readonly isOwner: ReadonlyMap<string, boolean | null>;
}

/** Who has signed a change off, and why others do not count. */
export interface SignedOff extends SignedItem {
  readonly signed: readonly string[];
  readonly refused: readonly { readonly by: string; readonly why: string }[];
}
