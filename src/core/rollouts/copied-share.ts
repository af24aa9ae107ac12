import { formatShare } from '../text/format.js';

/**
 * The share of the control's calls, from 0 to 1, that the candidate gets a copy of before it has any calls of its own: what
 * the first step says of a shadow, and of a blue-green rollout the step before the switch. All where none is written, or
 * 0, which says that no user gets the candidate. Null for strategies without copies.
 */
export function copiedShare({ strategy, steps = [] }: { readonly strategy: string } & Steps): number | null {
  if (strategy !== 'shadow' && strategy !== 'blue-green') return null;
  const step = strategy === 'shadow' ? steps[0] : steps.find(({ weight }) => weight < 1);
  return step === undefined || step.weight === 0 ? 1 : step.weight;
}

/** What the candidate of a rollout gets now, for people: `10%`, or while it answers nobody `copies of 20% of calls`. */
export function wordsOfShare(rollout: { readonly weight: number; readonly strategy: string } & Steps): string {
  const { strategy, weight, steps } = rollout;
  const copied = weight === 0 ? copiedShare({ strategy, steps }) : null;
  return copied === null ? formatShare(weight) : `copies of ${formatShare(copied)} of calls`;
}

interface Steps {
  readonly steps?: readonly { readonly weight: number }[] | undefined;
}
