import { type Around, type Decision, nameOfRelease, type Reason, type Wished } from '../core/releases/decision.js';
import { mayOverride, policy } from '../core/releases/policy.js';
import { type EnvironmentState, refOf } from '../core/releases/state.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { type Forecast, forecast, type Nonsense } from '../core/rollouts/forecast.js';
import { usualOf } from '../core/rollouts/usual.js';
import type { EnvironmentPolicy, RolloutPlan } from '../model/environment.js';
import type { Evidence } from '../model/evidence.js';
import type { LedgerAction, LedgerLine, Moved, RecordedPlan } from '../model/ledger.js';
import type { LivePlan } from '../model/live.js';
import type { Person } from '../model/person.js';
import type { Release } from '../model/release.js';
import type { UsualCalls } from '../model/usual-calls.js';
import { readReferred, readState, requireProved } from '../store/state/environments.js';
import { whyUnattested } from './attested.js';
import { authorsSince } from './authors.js';
import { riskOfRelease } from './change-risk.js';
import { type Delivery, policyOf, recordIfDecided } from './delivery.js';
import { findDoubledApps } from './doubled-apps.js';
import { findEvidence, newerOf } from './find-evidence.js';
import { checkOf, countApprovals, liftedUnsigned } from './signers.js';

/** What somebody wants to be live, and how. */
export interface Promotion {
  readonly releases: readonly Release[];
  readonly to: string;
  readonly by: Person;
  readonly note: string | null;
  /** Why policy is to be gone over; null where it is not. */
  readonly override: string | null;
  /** What is judged on live calls, by prompt; those that are not promoted too. */
  readonly live: ReadonlyMap<string, LivePlan>;
  /** What gateways have counted lately: by this it is forecast how long gates take. */
  readonly usual: readonly UsualCalls[];
  /** Whether a rollout begins that the usual traffic cannot bring to its end in time. */
  readonly force: boolean;
  /** The folder for runs, where newer evidence may be. */
  readonly out: string;
}

/** What came of a promotion. */
export type Promoted =
  | {
      readonly outcome: 'refused';
      readonly reasons: readonly Reason[];
      readonly mayOverride: boolean;
      readonly forecast: Forecast | null;
    }
  | { readonly outcome: 'nothing'; readonly live: readonly string[] }
  | {
      readonly outcome: 'done';
      readonly line: LedgerLine;
      readonly releases: readonly string[];
      /** Of a rollout that has begun; null for what went live at once. */
      readonly forecast: Forecast | null;
    };

interface Judgement {
  readonly wishes: readonly Wished[];
  readonly decision: Decision;
}

/**
 * Puts releases into an environment, all of them or none: at once, or by starting the rollout that its policy has. Nothing is
 * written when policy says no; every reason is returned. Throws `unknown-environment`, `broken-ledger` and the like.
 */
export async function promote(delivery: Delivery, promotion: Promotion): Promise<Promoted> {
  const { to, by, override, note } = promotion;
  const asked = policyOf(delivery, to);
  const newest = await newestEvidence(promotion);
  let refused: readonly Reason[] = [];
  let expected: Forecast | null = null;
  const written = await recordIfDecided(delivery, to, by, async ({ state, lines }, at) => {
    const moving = promotion.releases.filter(({ prompt, digest }) => state.live.get(prompt)?.release.digest !== digest);
    if (moving.length === 0) return null;
    const lifted = liftedUnsigned(delivery.signers, to, lines);
    const { wishes, decision } = await judge(delivery, asked, moving, newest, { to, here: state, lifted, now: at });
    const releases = wishes.map((wish) => movedOf(wish, moving, state));
    const action = actionOf(asked, releases, promotion.live, note);
    expected = action.action === 'rollout' ? forecast(action, usualOf(lines, promotion.usual)) : null;
    const amiss = [...(expected?.nonsense ?? []), ...findDoubledApps(action, moving, delivery)];
    const nonsense: readonly Reason[] = promotion.force ? [] : amiss.map(reasonOf);
    refused = [...(decision.allowed ? [] : decision.reasons), ...nonsense];
    if (refused.length === 0) return action;
    // There is nothing to go over, and what goes over policy is live at once
    if (decision.allowed || override === null || !mayOverride(asked, by)) return null;
    if (decision.reasons.some(({ code }) => code === 'under-way')) return null;
    return { action: 'override', releases, refused: decision.reasons.map(({ message }) => message), reason: override };
  });
  if (written) {
    const moved = 'releases' in written.line ? written.line.releases : [];
    return {
      outcome: 'done',
      line: written.line,
      releases: moved.flatMap((each) => ('removed' in each ? [] : nameOfRelease(each))),
      forecast: written.line.action === 'rollout' ? expected : null,
    };
  }
  if (refused.length > 0)
    return { outcome: 'refused', reasons: refused, mayOverride: mayOverride(asked, by), forecast: expected };
  return { outcome: 'nothing', live: promotion.releases.map(nameOfRelease) };
}

function reasonOf({ prompt, message, remedy }: Nonsense): Reason {
  return { prompt, code: 'nonsense', message, remedy: `${remedy}; or go on all the same with --force` };
}

/** What policy says of releases now, without writing anything. */
async function judge(
  delivery: Delivery,
  asked: EnvironmentPolicy,
  releases: readonly Release[],
  newest: ReadonlyMap<string, Evidence>,
  { to, here, lifted, now }: Required<Pick<Around, 'here' | 'lifted' | 'now'>> & { readonly to: string },
): Promise<Judgement> {
  const { store, environments, signers } = delivery;
  const from =
    asked.from !== undefined && environments.has(asked.from) ? await provedState(delivery, asked.from) : null;
  const around: Around = { name: to, ...countApprovals(signers, to, here), lifted, from, now };
  const wishes: Wished[] = [];
  for (const release of releases) {
    const live = here.live.get(release.prompt)?.release;
    // Against a release whose file is gone nothing can be compared
    const before = live ? await readReferred(store, live).catch(() => undefined) : null;
    const risk = before === undefined ? 'high' : riskOfRelease(before, release);
    const authors = await authorsSince(delivery, release, live ?? null);
    const evidence = newerOf(release.evidence, newest.get(release.prompt) ?? null);
    const { attested } = asked.evidence ?? {};
    const unattested = attested && evidence ? await whyUnattested(delivery.root, release, evidence, attested) : null;
    wishes.push({ release: refOf(release), authors, risk, model: modelOf(release), evidence, unattested });
  }
  return { wishes, decision: policy(asked, wishes, around) };
}

/** What is so where releases come from, as far as apps there go by it. Throws `unproved-state`. */
export async function provedState(delivery: Delivery, environment: string): Promise<EnvironmentState> {
  const read = await readState(delivery.store, environment, null);
  requireProved(delivery.store, environment, read, checkOf(delivery.signers));
  return read.state;
}

/** The model as runs name it; null also for a module, which runs name by its path from the root. */
function modelOf({ asked: { model } }: Release): string | null {
  return typeof model !== 'string' || parseModelReference(model).provider.startsWith('.') ? null : model;
}

/** The first release of a prompt has nothing to be rolled out beside: it goes live at once. */
function actionOf(
  { rollout }: EnvironmentPolicy,
  releases: readonly Moved[],
  live: ReadonlyMap<string, LivePlan>,
  note: string | null,
): LedgerAction {
  const said = note === null ? {} : { note };
  const isDirect =
    rollout === undefined || rollout.strategy === 'direct' || releases.some(({ replaces }) => replaces === null);
  if (isDirect) return { action: 'promote', releases: [...releases], ...said };
  // A blue-green candidate and a shadow get no calls of users before they are judged
  const weight = rollout.strategy === 'canary' ? (rollout.steps?.[0]?.weight ?? 0) : 0;
  const plan = recordedPlan(rollout, releases, live);
  return { action: 'rollout', releases: [...releases], plan, weight, ...said };
}

/** The plan with what thresholds files say of the prompts now: what they say later changes nothing of it. */
function recordedPlan(
  plan: RolloutPlan,
  releases: readonly Moved[],
  live: ReadonlyMap<string, LivePlan>,
): RecordedPlan {
  const judged = releases.flatMap(({ prompt }) => {
    const own = live.get(prompt);
    return own ? [[prompt, own] as const] : [];
  });
  return { ...plan, ...(judged.length > 0 && { live: Object.fromEntries(judged) }) };
}

function movedOf({ release, risk, evidence }: Wished, releases: readonly Release[], state: EnvironmentState): Moved {
  const own = releases.find(({ prompt }) => prompt === release.prompt)?.evidence ?? null;
  const isNewer = evidence !== null && evidence.run !== own?.run;
  return {
    ...release,
    replaces: state.live.get(release.prompt)?.release.digest ?? null,
    risk,
    ...(isNewer ? { evidence } : {}),
  };
}

/** Of the runs that are kept here; a release may have been judged again since it was made. */
function newestEvidence({ out, releases }: Promotion): Promise<ReadonlyMap<string, Evidence>> {
  return findEvidence(out, new Map(releases.map(({ prompt, digest }) => [prompt, digest])));
}
