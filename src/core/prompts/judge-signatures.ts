import type { Signature, SignedItem, SignedOff } from '../../model/sign-off.js';

/**
 * Who of those that signed counts for a change: people who had no hand in it, who saw what it is now, and who own it where
 * somebody does. What cannot be told counts as no.
 */
export function judgeSignatures(item: SignedItem, signatures: readonly Signature[]): SignedOff {
  const signed: string[] = [];
  const refused: { by: string; why: string }[] = [];
  for (const signature of signatures) {
    const why = reasonAgainst(item, signature);
    if (why !== null) refused.push({ by: signature.by, why });
    else if (!signed.includes(signature.by)) signed.push(signature.by);
  }
  return { ...item, signed, refused };
}

function reasonAgainst(item: SignedItem, { saw, void: nothing, wrote, isOwner }: Signature): string | null {
  if (nothing !== null) return nothing;
  if (wrote.has(item.id)) return 'had a hand in the change';
  const seen = saw.get(item.id) ?? null;
  if (seen === null) return 'what they signed cannot be told: their commit is not in this checkout';
  if (seen !== item.digest) return 'signed before the last edit';
  if (item.owners.length === 0) return null;
  const known = item.owners.map((owner) => isOwner.get(owner) ?? null);
  if (known.includes(true)) return null;
  const owners = item.owners.join(', ');
  return known.includes(null) ? `whether they are one of ${owners} cannot be told` : `is none of ${owners}`;
}

/** Whether a change lacks sign-offs. */
export function lacksSignOff({ signed, needed }: SignedOff): boolean {
  return signed.length < needed;
}
