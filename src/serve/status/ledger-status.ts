import { describeLine, reasonOfLine } from '../../core/releases/describe-line.js';
import { type EnvironmentState, type Rollout, releaseBefore, rolloutName } from '../../core/releases/state.js';
import type { GatewayStatus, RolloutStatus } from '../../model/gateway-status.js';
import type { ReadEnvironment } from '../../store/state/environments.js';

const MOST_HISTORY = 50;

/** What a ledger says for a page of status, without what changes between its lines. */
export interface LedgerStatus extends Pick<GatewayStatus, 'prompts' | 'history'> {
  readonly rollouts: readonly {
    /** As the ledger has it, by which its gates are judged. */
    readonly underWay: Rollout;
    readonly told: Omit<RolloutStatus, Standing>;
  }[];
}

/** What changes with every call. */
type Standing = 'gates' | 'waits' | 'copies' | 'scores' | 'verdict';

export const NO_LEDGER: LedgerStatus = { prompts: [], history: [], rollouts: [] };

export function ledgerStatus(
  environment: string,
  { lines, state }: Pick<ReadEnvironment, 'lines' | 'state'>,
): LedgerStatus {
  const prompts = [...state.live].map(([prompt, { release, since, by }]) => ({
    prompt,
    live: { number: release.number, digest: release.digest },
    since,
    by: by.name,
    before: releaseBefore(state, prompt)?.number ?? null,
  }));
  const rollouts = state.rollouts.map((underWay) => ({ underWay, told: toldOf(environment, underWay, state) }));
  const history = lines
    .slice(-MOST_HISTORY)
    .reverse()
    .map((line) => ({
      line: line.n,
      at: line.at,
      by: line.by.name,
      via: line.by.via,
      said: describeLine(line),
      reason: reasonOfLine(line),
    }));
  return { prompts: prompts.sort((a, b) => (a.prompt < b.prompt ? -1 : 1)), rollouts, history };
}

function toldOf(
  environment: string,
  { line, releases, plan, weight, paused, since, weightSince, by }: Rollout,
  { live }: EnvironmentState,
): Omit<RolloutStatus, Standing> {
  return {
    name: rolloutName(environment, line),
    ...{ line, weight, paused, since, weightSince, by: by.name, strategy: plan.strategy },
    prompts: releases.map(({ prompt, number, risk }) => ({
      prompt,
      control: live.get(prompt)?.release.number ?? 0,
      candidate: number,
      risk,
    })),
    steps: (plan.steps ?? []).map((step) => ({
      weight: step.weight,
      calls: step.calls ?? null,
      forMs: step.for ?? null,
    })),
  };
}
