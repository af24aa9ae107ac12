import { nameOfRelease } from '../core/releases/decision.js';
import { type EnvironmentState, holdOf, refOf, releaseBefore, rolloutOf } from '../core/releases/state.js';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import { isBlank } from '../model/blank.js';
import type { LedgerLine } from '../model/ledger.js';
import type { Person } from '../model/person.js';
import type { ReleaseRef } from '../model/release.js';
import { readReferred } from '../store/state/environments.js';
import { type Decide, type Delivery, policyOf, record, requireHome } from './delivery.js';

/** What a person wants gone. */
export interface Rollback {
  readonly prompt: string;
  readonly environment: string;
  /** The number to go back to; null for what was live before. */
  readonly to: number | null;
  readonly by: Person;
  readonly reason: string | null;
}

/** The release that was taken away, and what is live now. */
export interface RolledBack {
  readonly removed: ReleaseRef;
  readonly to: ReleaseRef;
  readonly line: LedgerLine;
}

/**
 * Goes back at once, whatever policy says, and holds what was there. During a rollout it is the candidate that goes.
 * Throws `cannot-roll-back`, `state-unreachable`, and `broken-release` when what it goes back to is not whole: that would serve nothing.
 */
export async function rollBack(delivery: Delivery, rollback: Rollback): Promise<RolledBack> {
  policyOf(delivery, rollback.environment);
  const { environment, by, reason } = rollback;
  const decide: Decide = async ({ state }) => {
    if (state.head.n === 0) await requireHome(delivery);
    const back = wayBack(state, rollback);
    await readReferred(delivery.store, back.to);
    return { action: 'rollback', releases: [back], ...(reason === null ? {} : { reason }) };
  };
  const { line } = await record(delivery, environment, by, decide, true);
  const [back] = line.action === 'rollback' ? line.releases : [];
  if (!back) throw new Error('a rollback writes its line');
  return { ...back, line };
}

function wayBack(state: EnvironmentState, { prompt, environment, to: number }: Rollback) {
  const no = (why: string, hint: string) => new LlmciError('cannot-roll-back', { prompt, environment, why, hint });
  const live = state.live.get(prompt)?.release;
  // As a form of CI hands on a field that was left empty
  if (isBlank(prompt)) throw no('no prompt is named', `Live there: ${[...state.live.keys()].join(', ') || 'nothing'}.`);
  if (!live) {
    const [, named, digits] = /^(.+)@(\d+)$/.exec(prompt) ?? [];
    // What is written is where to go, or what is to go: which of these nobody can tell
    const hint =
      named !== undefined && state.live.has(named)
        ? `Name the prompt alone; to say where to: llmci rollback ${named} --in ${environment} --to ${digits}.`
        : `See llmci status and llmci history --in ${environment}.`;
    throw no(`no release of it is live there${didYouMean(prompt, state.live.keys())}`, hint);
  }
  const candidate = rolloutOf(state, prompt)?.releases.find((moved) => moved.prompt === prompt);
  if (candidate && (number === null || number === live.number)) return { removed: refOf(candidate), to: refOf(live) };
  if (number === null) {
    const before = releaseBefore(state, prompt);
    if (before) return { removed: live, to: before };
    throw no(
      `nothing else that is not held was live before ${nameOfRelease(live)}`,
      `Promote another release, or lift a hold: llmci unhold ${prompt}@N --in ${environment} --reason "…".`,
    );
  }
  if (number === live.number) throw no(`${nameOfRelease(live)} is live already`, 'Nothing was changed.');
  const to = servedRelease(state, prompt, number);
  if (!to) {
    throw no(
      `${prompt}@${number} has never been live there`,
      `What has been: llmci history ${prompt} --in ${environment}. For the first time it is put there by llmci promote.`,
    );
  }
  const hold = holdOf(state, to);
  if (hold)
    throw no(
      `${nameOfRelease(to)} is held: ${hold.reason}`,
      `llmci unhold ${nameOfRelease(to)} --in ${environment} --reason "…" first.`,
    );
  return { removed: live, to };
}

function servedRelease(state: EnvironmentState, prompt: string, number: number): ReleaseRef | null {
  return state.served.get(prompt)?.get(number) ?? null;
}
