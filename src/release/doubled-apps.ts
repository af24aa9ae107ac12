import { nameOfRelease } from '../core/releases/decision.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { copiedShare } from '../core/rollouts/copied-share.js';
import type { Nonsense } from '../core/rollouts/forecast.js';
import type { LedgerAction } from '../model/ledger.js';
import type { Release } from '../model/release.js';
import type { Delivery } from './delivery.js';

/**
 * Releases that an app of the user's answers, in a rollout that copies calls: the app would do its work twice, with all that
 * it does besides, unless the plan says that it does nothing.
 */
export function findDoubledApps(
  action: LedgerAction,
  releases: readonly Release[],
  { isApp }: Pick<Delivery, 'isApp'>,
): readonly Nonsense[] {
  if (action.action !== 'rollout' || copiedShare(action.plan) === null || action.plan.copies?.sideEffects === 'none')
    return [];
  return releases.flatMap((release) => {
    const { model } = release.asked;
    if (typeof model !== 'string') return [];
    const { provider } = parseModelReference(model);
    if (!isApp(provider)) return [];
    const message = `${nameOfRelease(release)} is answered by an app of your own (${provider}), and under ${action.plan.strategy} it would do everything twice`;
    const remedy = 'take `canary`, or write `copies: { sideEffects: none }` where it does nothing but answer';
    return [{ prompt: release.prompt, message, remedy }];
  });
}
