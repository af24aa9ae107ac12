import type { CaseConfirmation } from '../../model/case-changes.js';
import { count, formatShare } from './format.js';

const OUTCOMES = {
  confirmed: 'confirmed broken',
  'could-be-chance': 'could be chance',
  'same-prompt': 'not the prompt',
  'not-asked': 'not confirmed',
} as const;

/** What further trials say in two words: `confirmed broken`, `could be chance`. */
export function nameOutcome({ outcome }: Pick<CaseConfirmation, 'outcome'>): string {
  return OUTCOMES[outcome];
}

/** What further trials of a newly broken case tell: `${told}: failed 3 of 3 further trials, …`. */
export function describeConfirmation({ outcome, now, baseline, chance = 1, why = '' }: CaseConfirmation): string {
  const told = nameOutcome({ outcome });
  const further = count(now.trials, 'further trial');
  const failed = `failed ${now.trials - now.passed} of ${further}`;
  switch (outcome) {
    case 'confirmed':
      return `confirmed broken: ${failed}, as it was in the baseline it passed ${baseline?.passed ?? 0} of ${baseline?.trials ?? 0} (by chance in at most ${formatShare(chance)} of runs)`;
    case 'could-be-chance':
      return now.passed > 0 || baseline === undefined
        ? `${told}: passed ${now.passed} of ${further}`
        : `${told}: as it was in the baseline it failed ${baseline.trials - baseline.passed} of ${count(baseline.trials, 'further trial')} too`;
    case 'same-prompt':
      return `${told}: ${failed} with the prompt and model of the baseline, so something else has changed`;
    case 'not-asked':
      return `${told}: ${why}`;
  }
}
