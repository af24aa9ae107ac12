import { z } from 'zod';
import { printableLine } from '../core/text/printable.js';
import type { ScoreInput } from './contract.js';
import { withReason } from './found-parts.js';
import type { ScoreResult } from './score-result.js';
import type { JudgeQuestion, ScoreTools } from './score-tools.js';

const MOST_VOTES = 25;

/** The parameter of metrics that may ask several times. */
export const votesParam = z
  .int()
  .min(1)
  .max(MOST_VOTES)
  .default(1)
  .describe('Ask this many times and take the majority. Each vote is a call.');

/** Asks the same question once a vote. Rejects when one of the votes cannot be had. */
export function askVotes<T>(
  tools: ScoreTools,
  votes: number,
  question: Omit<JudgeQuestion<T>, 'turn'>,
): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: votes }, (_, index) => tools.ask({ ...question, turn: index + 1 })));
}

/** Which values pass. */
type Wanted = Pick<ScoreInput<unknown>, 'wantsLow'>;

/** A vote with its value in [0, 1]. */
export interface Vote {
  readonly verdict: string | number;
  readonly value: number;
  readonly reason: string;
}

/**
 * The vote that stands for all: one of the verdict that most of them share. Of several such verdicts it is the worst in
 * value, so that a tie never makes a sample pass; on a scale it is the median of all votes (the worse of two). The lower is
 * the worse, unless low values pass.
 */
export function majorityOf(votes: readonly Vote[], tie: 'worst' | 'median', { wantsLow }: Wanted = {}): Vote {
  const ordered = [...votes].sort((a, b) => (wantsLow ? b.value - a.value : a.value - b.value));
  const counts = new Map<Vote['verdict'], number>();
  for (const { verdict } of ordered) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const winners = ordered.filter(({ verdict }) => counts.get(verdict) === most);
  const tied = new Set(winners.map(({ verdict }) => verdict)).size > 1;
  const chosen = tied && tie === 'median' ? ordered[Math.ceil(ordered.length / 2) - 1] : winners[0];
  if (!chosen) throw new RangeError('no vote to choose from');
  return votes.find(({ verdict }) => verdict === chosen.verdict) ?? chosen;
}

/** The score that the votes for one sample make together. `tie` is what `majorityOf` takes it for. */
export function scoreVotes(votes: readonly Vote[], wanted: Wanted, tie: 'worst' | 'median' = 'worst'): ScoreResult {
  const chosen = majorityOf(votes, tie, wanted);
  const all = votes.length > 1 ? { votes: votes.map(({ verdict }) => verdict) } : {};
  return {
    value: chosen.value,
    reason: explainVote(chosen, votes),
    detail: { verdict: chosen.verdict, ...all },
  };
}

/** The verdict, how many votes it has when there are several, and the judge's reason: one line, safe to print. */
function explainVote(chosen: Vote, votes: readonly Vote[]): string {
  const same = votes.filter(({ verdict }) => verdict === chosen.verdict).length;
  const of = votes.length === 1 ? '' : ` (${same} of ${votes.length} votes)`;
  return withReason(`${printableLine(String(chosen.verdict), 60)}${of}`, chosen.reason);
}
