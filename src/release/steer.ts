import type { Rollout } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import { type Delivery, policyOf, record } from './delivery.js';

/** What a hand does to a rollout. */
export type Steering =
  | { readonly action: 'step'; readonly weight: number }
  | { readonly action: 'pause' | 'resume' | 'complete' | 'abort' };

/** Steers the rollout of an environment; `prompt` says which, where several are under way. Throws `no-rollout`. */
export async function steerRollout(
  delivery: Delivery,
  environment: string,
  prompt: string | null,
  steering: Steering,
  by: Person,
  reason: string | null,
): Promise<LedgerLine> {
  policyOf(delivery, environment);
  const written = await record(delivery, environment, by, async ({ state }) => {
    const { line: rollout } = chooseRollout(state.rollouts, environment, prompt);
    if (steering.action === 'step') return { ...steering, rollout };
    return { action: steering.action, rollout, ...(reason === null ? {} : { reason }) };
  });
  if (written === null) throw new Error('it was decided');
  return written.line;
}

/** The rollout that is meant. Throws `no-rollout`. */
export function chooseRollout(rollouts: readonly Rollout[], environment: string, prompt: string | null): Rollout {
  const fitting = rollouts.filter(
    ({ releases }) => prompt === null || releases.some((moved) => moved.prompt === prompt),
  );
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  const of = prompt === null ? '' : ` of ${prompt}`;
  const what = fitting.length === 0 ? `no rollout${of} is` : `${fitting.length} rollouts are`;
  throw new LlmciError('no-rollout', { environment, what });
}
