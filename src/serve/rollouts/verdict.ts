import type { GatewayStatus, LiveVerdict, RolloutStatus } from '../../model/gateway-status.js';

/** What a controller outside is told of a prompt: Argo Rollouts' web provider reads `verdict`, Flagger the status. */
export interface ToldVerdict {
  readonly prompt: string;
  readonly verdict: LiveVerdict;
  readonly why: string;
  readonly rollout: string | null;
  readonly candidate: string | null;
  readonly gates: readonly {
    readonly metric: string;
    readonly stat: string;
    readonly level: 'error' | 'warn';
    readonly verdict: LiveVerdict;
    readonly estimate: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly needed: number | null;
  }[];
}

/**
 * The verdict on a prompt's rollout. Only gates that have all passed, on calls that this gateway counts for a state that
 * it has from the store, say `pass`: whatever is not known says `wait`.
 */
export function tellVerdict(prompt: string, { rollouts, source }: GatewayStatus): ToldVerdict {
  const rollout = rollouts.find(({ prompts }) => prompts.some((each) => each.prompt === prompt)) ?? null;
  const moved = rollout?.prompts.find((each) => each.prompt === prompt);
  return {
    prompt,
    ...judge(prompt, rollout, source.from),
    rollout: rollout?.name ?? null,
    candidate: moved ? `${prompt}@${moved.candidate}` : null,
    gates: (rollout?.gates ?? []).map(({ metric, stat, level, verdict, estimate, low, high, needed }) => ({
      ...{ metric, stat, level, verdict, estimate, low, high, needed },
    })),
  };
}

function judge(
  prompt: string,
  rollout: RolloutStatus | null,
  from: GatewayStatus['source']['from'],
): Pick<ToldVerdict, 'verdict' | 'why'> {
  if (rollout === null) return { verdict: 'wait', why: `no rollout of ${prompt} is under way` };
  if (rollout.verdict === null)
    return { verdict: 'wait', why: `${rollout.name} has no live gate of level error, so nothing judges it` };
  const unjudged = rollout.prompts.find(
    (each) => !rollout.gates.some((gate) => gate.level === 'error' && gate.prompt === each.prompt),
  );
  const named = (verdict: LiveVerdict) =>
    rollout.gates
      .filter((gate) => gate.level === 'error' && gate.verdict === verdict)
      .map(({ metric, stat }) => `${metric} ${stat}`)
      .join(', ');
  if (rollout.verdict === 'fail') return { verdict: 'fail', why: `failed: ${named('fail')}` };
  if (rollout.paused) return { verdict: 'wait', why: `${rollout.name} is paused` };
  if (unjudged)
    return { verdict: 'wait', why: `${unjudged.prompt} has no live gate of level error, so nothing judges it` };
  if (rollout.verdict === 'wait') return { verdict: 'wait', why: `not decided: ${named('wait')}` };
  if (from !== 'store') return { verdict: 'wait', why: 'the store of the ledger cannot be read' };
  return { verdict: 'pass', why: 'every gate of level error has passed' };
}
