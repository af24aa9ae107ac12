import type { Figures, LedgerAction } from '../../model/ledger.js';
import type { LiveGate } from '../../model/live.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import { type Rollout, refOf } from '../releases/state.js';
import { count, formatNumber, formatShare } from '../text/format.js';
import { armsAt } from './assign.js';
import { judgeAll, type LiveDecision } from './judge-live.js';
import { type SampleRatio, sampleRatio } from './sample-ratio.js';

/** What the controller does next, before it is a line of the ledger. */
export type Move =
  | { readonly action: 'step'; readonly weight: number }
  | { readonly action: 'pause'; readonly reason: string }
  | { readonly action: 'rollback'; readonly reason: string }
  | { readonly action: 'complete' };

/** What is done, what it rests on, and why nothing is. */
export interface Next {
  readonly actions: readonly Move[];
  readonly decisions: readonly LiveDecision<LiveGate>[];
  readonly ratio: SampleRatio;
  /** What is waited for, for people; null when something is done. */
  readonly waits: string | null;
}

/** What of a rollout is known before it begins. */
export interface Planned {
  readonly releases: readonly { readonly prompt: string }[];
  readonly plan: Rollout['plan'];
}

/** The gates of all prompts of a rollout. */
export function gatesOf({ releases, plan }: Planned): readonly LiveGate[] {
  return releases.flatMap(({ prompt }) => plan.live?.[prompt]?.gates ?? []);
}

/**
 * What is to be done with a rollout at `now` (milliseconds since 1970). Total: anything that was counted has an answer. Going
 * back comes before going on, and going on needs calls of the candidate and values for every gate that can end it: silence
 * never promotes.
 */
export function next(rollout: Rollout, counted: RolloutCounts, now: number): Next {
  const counts = countsSince(rollout, counted);
  const decisions = judgeAll(gatesOf(rollout), counts);
  const ratio = sampleRatio(counts.steps);
  const decided = decideNext(rollout, counts, { decisions, ratio }, now);
  return typeof decided === 'string'
    ? { actions: [], decisions, ratio, waits: decided }
    : { actions: [decided], decisions, ratio, waits: null };
}

/**
 * What was counted of this rollout. Rollouts are called by the line that began them: where a ledger was made anew, a gateway
 * may still keep counts of another one of that name.
 */
export function countsSince({ since }: Pick<Rollout, 'since'>, { steps, ...counts }: RolloutCounts): RolloutCounts {
  return { ...counts, steps: steps.filter((step) => Date.parse(step.since) >= Date.parse(since)) };
}

/** What the counts say. */
export interface JudgedCounts {
  readonly decisions: readonly Pick<LiveDecision<LiveGate>, 'gate' | 'verdict' | 'n' | 'lacking'>[];
  readonly ratio: Pick<SampleRatio, 'off' | 'why'>;
}

/** A move, or what is waited for. */
export function decideNext(
  rollout: Rollout,
  counts: RolloutCounts,
  { decisions, ratio }: JudgedCounts,
  now: number,
): Move | string {
  const { plan, paused, releases } = rollout;
  if (paused) return 'it is paused';
  const binding = decisions.filter(({ gate }) => gate.level === 'error');
  const failed = binding.find(({ verdict }) => verdict === 'fail');
  if (failed) return { action: plan.onFail ?? 'rollback', reason: `${nameOfGate(failed.gate)} failed` };
  if (ratio.off) return { action: 'pause', reason: `the arms do not get what they should: ${ratio.why ?? ''}` };
  if (plan.deadline !== undefined && now - Date.parse(rollout.since) >= plan.deadline)
    return { action: plan.onDeadline ?? 'rollback', reason: 'the deadline of its plan is over' };
  const unjudged = releases.find(({ prompt }) => !binding.some(({ gate }) => gate.prompt === prompt));
  if (unjudged) return `${unjudged.prompt} has no live gate of level error: it goes on by hand`;
  const silent = binding.find(({ gate, n }) => n.candidate === 0 || (gate.bound.kind === 'change' && n.control === 0));
  if (silent) return `${nameOfGate(silent.gate)} has no values yet`;
  const undecided = binding.find(({ verdict }) => verdict !== 'pass');
  const open = undecided ? `${nameOfGate(undecided.gate)} ${whyOpen(undecided)}` : null;
  const step = stepOf(rollout);
  if (step === null) return `a share of ${rollout.weight} is none of its steps: it goes on by hand`;
  const pending = whyNotYet(rollout, counts, step, now);
  if (pending !== null) return pending;
  const isOpen = step.calls === undefined && step.for === undefined;
  if (step.next === null) return open ?? { action: 'complete' };
  const [, [, left]] = armsAt(step.next);
  // A step that asks for nothing of its own, and one behind which the control has no calls any more, ask for the gates
  if (open !== null && (isOpen || left === 0)) return open;
  return { action: 'step', weight: step.next };
}

/** What keeps a gate from passing. */
export function whyOpen({ lacking }: Pick<LiveDecision, 'lacking'>): string {
  if (!lacking) return 'is not decided yet';
  const [candidate, control] = [lacking.candidate, lacking.control].map((share) => formatShare(share));
  return `cannot pass: ${candidate} of the candidate's calls have no value, and ${control} of the control's`;
}

interface Step {
  readonly calls?: number | undefined;
  readonly for?: number | undefined;
  /** The share that comes after it; null in the last. */
  readonly next: number | null;
}

/** Where in its plan a rollout is; null where a hand has set a share below all steps. */
function stepOf({ plan, weight }: Rollout): Step | null {
  const steps = stepsOf(plan);
  const current = steps.findLast((step) => step.weight <= weight);
  if (!current) return null;
  return { ...current, next: steps.find((step) => step.weight > weight)?.weight ?? null };
}

/** The steps as its strategy has them: a shadow answers nobody, and a blue-green candidate nobody or all. */
export function stepsOf({ strategy, steps = [] }: Rollout['plan']): NonNullable<Rollout['plan']['steps']> {
  if (strategy === 'shadow') return [{ ...steps[0], weight: 0 }];
  if (strategy !== 'blue-green') return steps;
  const before = steps.find(({ weight }) => weight < 1);
  const after = steps.findLast(({ weight }) => weight === 1);
  return [
    { ...before, weight: 0 },
    { ...after, weight: 1 },
  ];
}

function whyNotYet({ weightSince }: Rollout, { steps }: RolloutCounts, step: Step, now: number): string | null {
  const calls = steps.filter(({ since }) => since === weightSince).reduce((sum, each) => sum + each.calls.candidate, 0);
  const needed = Math.max(1, step.calls ?? 1);
  if (calls < needed) return `the candidate has had ${formatNumber(calls)} of ${count(needed, 'call')} of this step`;
  const rest = (step.for ?? 0) - (now - Date.parse(weightSince));
  return rest > 0 ? `this step goes on for ${Math.ceil(rest / 1000)} s` : null;
}

/** How messages call a gate. */
export function nameOfGate({ prompt, metric, stat }: Pick<LiveGate, 'prompt' | 'metric' | 'stat'>): string {
  return `${stat} of ${metric} (${prompt})`;
}

/** The ledger line of a move; `live` says what is live of each prompt. Null where there is nothing to go back to. */
export function lineOf(
  rollout: Rollout,
  move: Move,
  live: ReadonlyMap<string, { readonly release: Parameters<typeof refOf>[0] }>,
  figures: Figures | undefined,
): LedgerAction | null {
  const about = { ...(figures && { figures }) };
  if (move.action !== 'rollback') return { ...move, rollout: rollout.line, ...about };
  const releases = rollout.releases.flatMap((moved) => {
    const to = live.get(moved.prompt)?.release;
    return to ? [{ removed: refOf(moved), to: refOf(to) }] : [];
  });
  return releases.length < rollout.releases.length ? null : { ...move, releases, ...about };
}
