import { nameOfRelease } from '../../core/releases/decision.js';
import { wordsOfShare } from '../../core/rollouts/copied-share.js';
import { formatAge } from '../../core/text/age.js';

/** A rollout under way, from a ledger or as a gateway tells of it. */
interface UnderWay {
  readonly releases: readonly { readonly prompt: string; readonly number: number }[];
  readonly strategy: string;
  readonly weight: number;
  readonly steps?: readonly { readonly weight: number }[] | undefined;
  readonly paused: boolean;
  readonly since: string;
  readonly weightSince: string;
  readonly by: string;
}

/** `canary of reply@2: 10% for 3m; begun 1h ago by Ada`; `now` is in milliseconds since 1970. */
export function describeStanding(rollout: UnderWay, now: number): string {
  const { releases, strategy, paused, since, weightSince, by } = rollout;
  const names = releases.map(nameOfRelease).join(', ');
  const age = formatAge(now - Date.parse(since));
  const step = formatAge(now - Date.parse(weightSince));
  return `${strategy} of ${names}: ${wordsOfShare(rollout)}${paused ? ', paused' : ''} for ${step}; begun ${age} ago by ${by}`;
}
