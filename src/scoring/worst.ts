import { isMissing } from '../core/scores/score-form.js';
import type { MetricEntry } from '../model/metric-entry.js';
import type { Score } from '../model/run-record.js';

/**
 * The score that stands for those of several answers: one that is missing, else one that misses the mark, else the worst.
 * What does not apply is left out while another does. Null for none.
 */
export function worstOf(scores: readonly Score[], { better }: Pick<MetricEntry, 'better'>): Score | null {
  const rank = (score: Score): number => {
    if (isMissing(score)) return 0;
    if (score.value === null) return 3;
    return score.passed === false ? 1 : 2;
  };
  const badness = ({ value }: Score) => (better === 'higher' ? (value ?? 0) : -(value ?? 0));
  const [worst] = scores.toSorted((a, b) => rank(a) - rank(b) || badness(a) - badness(b));
  if (!worst) return null;
  const reason =
    scores.length === 1 ? worst.reason : `answer ${scores.indexOf(worst) + 1} of ${scores.length}: ${worst.reason}`;
  return { ...worst, reason, ...sumOfStatistics(scores) };
}

/** Of the whole corpus, every answer is a part. */
function sumOfStatistics(scores: readonly Score[]): Pick<Score, 'statistics'> {
  const [first, ...others] = scores.flatMap(({ statistics }) => (statistics ? [statistics] : []));
  if (!first) return {};
  return { statistics: first.map((part, place) => others.reduce((sum, other) => sum + (other[place] ?? 0), part)) };
}
