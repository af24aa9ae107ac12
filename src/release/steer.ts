import { nameOfRelease } from '../core/releases/decision.js';
import { type Rollout, rolloutName } from '../core/releases/state.js';
import { countsSince, stepsOf } from '../core/rollouts/next.js';
import { unprovenOf } from '../core/rollouts/unproven.js';
import { LlmciError } from '../core/text/errors.js';
import { formatShare } from '../core/text/format.js';
import type { LedgerLine } from '../model/ledger.js';
import type { RolloutCounts } from '../model/live-counts.js';
import type { Person } from '../model/person.js';
import { type Delivery, policyOf, record } from './delivery.js';

/** What a hand does to a rollout. */
export type Steering =
  | { readonly action: 'pause' | 'resume' | 'abort' }
  | {
      readonly action: 'step';
      readonly weight: number;
      /** All that was counted of the rollouts of the environment. */
      readonly counts: readonly RolloutCounts[];
    }
  | {
      readonly action: 'complete';
      readonly counts: readonly RolloutCounts[];
      /** Whether it ends although gates have not passed; then a reason has to be given. */
      readonly force: boolean;
    };

/** Which rollout is meant, who steers it, and why. */
export interface Steered {
  readonly environment: string;
  /** Says which, where several are under way; null where one is. */
  readonly prompt: string | null;
  readonly by: Person;
  readonly reason: string | null;
}

/**
 * Steers the rollout of an environment. Throws `no-rollout`, `cannot-weigh` for a share that its strategy has not, and
 * `not-proven` when it would get all calls while a gate of level error has not passed, and that is not forced.
 */
export async function steerRollout(
  delivery: Delivery,
  steering: Steering,
  { environment, prompt, by, reason }: Steered,
): Promise<LedgerLine> {
  policyOf(delivery, environment);
  const { line } = await record(delivery, environment, by, async ({ state }) => {
    const chosen = chooseRollout(state.rollouts, environment, prompt);
    const about = { rollout: chosen.line, ...(reason === null ? {} : { reason }) };
    if (steering.action === 'step') {
      const { action, weight, counts } = steering;
      requireShare(chosen, weight, environment);
      // The control would have no calls any more: that is to complete it, and what is not proven by now never will be
      const against = weight === 1 ? unprovenOf(chosen, countsOf(counts, environment, chosen)) : [];
      if (against.length > 0) throw notProven(chosen, against, environment);
      return { action, weight, ...about };
    }
    if (steering.action !== 'complete') return { action: steering.action, ...about };
    const against = unprovenOf(chosen, countsOf(steering.counts, environment, chosen));
    if (against.length === 0) return { action: 'complete', ...about };
    if (!steering.force || reason === null) throw notProven(chosen, against, environment);
    return { action: 'complete', ...about, forced: [...against] };
  });
  return line;
}

function notProven({ releases }: Rollout, against: readonly string[], environment: string): LlmciError {
  const rollout = releases.map(nameOfRelease).join(', ');
  return new LlmciError('not-proven', { environment, rollout, gates: against.join('; ') });
}

/** Who judges by copies first has no share between: units that get it would be compared with nothing. */
function requireShare({ plan, releases }: Rollout, share: number, environment: string): void {
  if (plan.strategy === 'canary' || stepsOf(plan).some(({ weight }) => weight === share)) return;
  const why = plan.strategy === 'shadow' ? 'a shadow answers nobody' : `${plan.strategy} gives it to nobody or to all`;
  const rollout = releases.map(nameOfRelease).join(', ');
  throw new LlmciError('cannot-weigh', { rollout, weight: formatShare(share), why, environment });
}

/** What was counted of a rollout; nothing where nobody has. */
export function countsOf(counts: readonly RolloutCounts[], environment: string, begun: Rollout): RolloutCounts {
  const rollout = rolloutName(environment, begun.line);
  return countsSince(begun, counts.find((each) => each.rollout === rollout) ?? { rollout, steps: [] });
}

/** The rollout that is meant. Throws `no-rollout`. */
export function chooseRollout<Candidate extends { readonly releases: readonly { readonly prompt: string }[] }>(
  rollouts: readonly Candidate[],
  environment: string,
  prompt: string | null,
): Candidate {
  const fitting = rollouts.filter(
    ({ releases }) => prompt === null || releases.some((moved) => moved.prompt === prompt),
  );
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  const of = prompt === null ? '' : ` of ${prompt}`;
  const what = fitting.length === 0 ? `no rollout${of} is` : `${fitting.length} rollouts are`;
  throw new LlmciError('no-rollout', { environment, what });
}
