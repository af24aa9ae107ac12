import { variantOf } from '../../core/releases/export-flagd.js';
import { chooseArm } from '../../core/rollouts/choose-arm.js';
import { didYouMean } from '../../core/text/suggest.js';
import type { Served, Snapshot } from '../../model/snapshot.js';
import type { Rollouts } from '../../runtime/prompts.js';

/** Who asks, as OpenFeature's context has it. */
export interface FlagContext {
  /** Null where nobody said for whom: that is in no arm of a rollout. */
  readonly targetingKey: string | null;
  readonly cohorts: readonly string[];
}

/** A flag that was evaluated, in the shape of OpenFeature's remote protocol. Its value is the release, as `export --format flagd` has it. */
export interface EvaluatedFlag {
  readonly key: string;
  readonly value: object;
  /** The release: `support-reply@3`. */
  readonly variant: string;
  readonly reason: 'STATIC' | 'DEFAULT' | 'SPLIT' | 'TARGETING_MATCH';
  readonly metadata: Readonly<Record<string, string | number>>;
}

type ServedPrompt = Snapshot['prompts'][number];

/** The release of a prompt that somebody gets. Rollouts that are `withheld` are none. Null for a prompt that is not live. */
export function evaluateFlag(
  snapshot: Snapshot,
  key: string,
  context: FlagContext,
  withheld: Rollouts,
): EvaluatedFlag | null {
  const served = snapshot.prompts.find(({ prompt }) => prompt === key);
  return served ? evaluate(snapshot, served, context, withheld) : null;
}

/** The releases of all prompts that somebody gets. */
export function evaluateAll(snapshot: Snapshot, context: FlagContext, withheld: Rollouts): readonly EvaluatedFlag[] {
  return snapshot.prompts.map((served) => evaluate(snapshot, served, context, withheld));
}

/** What is said of a prompt that is not live. */
export function notFound({ environment, prompts }: Snapshot, key: string): object {
  const guess = didYouMean(
    key,
    prompts.map(({ prompt }) => prompt),
  );
  return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `no release of it is live in ${environment}${guess}` };
}

function evaluate(
  { environment, line }: Snapshot,
  { prompt, live, rollout }: ServedPrompt,
  { targetingKey, cohorts }: FlagContext,
  withheld: Rollouts,
): EvaluatedFlag {
  const flag = (served: Served, arm: string, reason: EvaluatedFlag['reason'], name: string | null): EvaluatedFlag => {
    const value = variantOf(prompt, served);
    const metadata = {
      flagSetId: environment,
      line,
      arm,
      digest: served.digest,
      ...(name !== null && { rollout: name }),
    };
    return { key: prompt, value, variant: value.release, reason, metadata };
  };
  if (rollout === null || withheld.has(rollout.name)) return flag(live, 'control', 'STATIC', null);
  if (targetingKey === null && cohorts.length === 0) return flag(live, 'control', 'DEFAULT', null);
  const { arm, included } = chooseArm(rollout, { unit: targetingKey ?? '', cohorts });
  if (included !== null) return flag(rollout.candidate, 'candidate', 'TARGETING_MATCH', null);
  if (targetingKey === null) return flag(live, 'control', 'DEFAULT', null);
  return flag(arm === 'candidate' ? rollout.candidate : live, arm, 'SPLIT', rollout.name);
}
