import type { RolloutPlan } from '../../model/environment.js';
import { isSampled } from './sampled.js';

/**
 * The share of the control's calls, from 0 to 1, that the candidate gets a copy of before it has any calls of its own: what
 * the first step says of a shadow, and of a blue-green rollout the step before the switch. All where none is written, or
 * 0, which says that no user gets the candidate. Null for strategies without copies.
 */
export function copiedShare({ strategy, steps = [] }: Pick<RolloutPlan, 'strategy'> & Steps): number | null {
  if (strategy !== 'shadow' && strategy !== 'blue-green') return null;
  const step = strategy === 'shadow' ? steps[0] : steps.find(({ weight }) => weight < 1);
  return step === undefined || step.weight === 0 ? 1 : step.weight;
}

/** Whether a call is one of those that are copied at this share: the same wherever it is asked. */
export function isCopied(rollout: string, call: string, share: number): boolean {
  return isSampled(`${rollout}:${call}`, share);
}

interface Steps {
  readonly steps?: readonly { readonly weight: number }[] | undefined;
}
