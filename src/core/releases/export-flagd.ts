import type { Served, Snapshot } from '../../model/snapshot.js';
import { promptFromAsked } from '../requests/asked-prompt.js';
import { nameOfRelease } from './decision.js';

/** Weights of `fractional` are whole numbers, here hundredths of a percent, as in the assignment of llmci itself. */
const TOTAL = 10_000;

/** The attribute of OpenFeature's context that has the cohorts of who asks, as a list. */
export const COHORT_ATTRIBUTE = 'llmci-cohort';

/** A flag file for flagd and whatever reads its format: a flag a prompt, whose variants are the releases. */
export function flagdOf({ environment, line, hash, prompts }: Snapshot): object {
  const flags = prompts.map(({ prompt, live, rollout }) => {
    const control = nameOfRelease({ prompt, number: live.number });
    const variants = { [control]: variantOf(prompt, live) };
    if (rollout === null) return [prompt, { state: 'ENABLED', variants, defaultVariant: control }];
    const candidate = nameOfRelease({ prompt, number: rollout.candidate.number });
    const weight = Math.round(rollout.weight * TOTAL);
    const key = { cat: [`${rollout.name}:`, { var: 'targetingKey' }] };
    const arms = { fractional: [key, [candidate, weight], [control, TOTAL - weight]] };
    return [
      prompt,
      {
        state: 'ENABLED',
        variants: { ...variants, [candidate]: variantOf(prompt, rollout.candidate) },
        defaultVariant: control,
        // Who does not say for whom it asks gets what is live
        targeting: { if: [...targetsOf(rollout.include ?? [], candidate), { var: 'targetingKey' }, arms, control] },
      },
    ];
  });
  return {
    $schema: 'https://flagd.dev/schema/v0/flags.json',
    metadata: { flagSetId: environment, version: `${line} ${hash.slice(0, 12)}` },
    flags: Object.fromEntries(flags),
  };
}

/** Those who get the candidate by name: a unit, or who is of a cohort. */
function targetsOf(include: readonly string[], candidate: string): readonly unknown[] {
  if (include.length === 0) return [];
  const unit = { in: [{ var: 'targetingKey' }, include] };
  // In a text `in` would find a name within another one: as a list it is one name
  const cohorts = include.map((name) => ({ in: [name, { merge: [{ var: COHORT_ATTRIBUTE }] }] }));
  return [{ or: [unit, ...cohorts] }, candidate];
}

/** A release as the value of a flag: what an app fills in and sends. */
export function variantOf(prompt: string, { number, digest, asked }: Served) {
  const { model, parameters, messages, tools, output, defaults } = promptFromAsked(asked);
  return { release: nameOfRelease({ prompt, number }), digest, model, parameters, messages, tools, output, defaults };
}
