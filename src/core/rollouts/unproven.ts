import type { LiveGate } from '../../model/live.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import { formatAbout } from '../text/format.js';
import { judgeAll, type LiveDecision } from './judge-live.js';
import { gatesOf, nameOfGate, type Planned, whyOpen } from './next.js';
import { sampleRatio } from './sample-ratio.js';

/** What the live gates of level error have against a candidate, with what would make each a yes; empty when all have passed. */
export function unprovenOf(planned: Planned, counts: RolloutCounts): readonly string[] {
  const binding = judgeAll(gatesOf(planned), counts).filter(({ gate }) => gate.level === 'error');
  const open = binding.filter(({ verdict }) => verdict !== 'pass');
  const { off, why } = sampleRatio(counts.steps);
  // By arms that are not what they should be no gate can have passed
  const wrong = off && binding.length > 0 ? [`the arms do not get what they should: ${why ?? ''}`] : [];
  return [...wrong, ...open.map((decision) => `${nameOfGate(decision.gate)} ${lackOf(decision)}`)];
}

function lackOf(decision: LiveDecision<LiveGate>): string {
  const { verdict, n, needed, lacking } = decision;
  if (verdict === 'fail') return 'has failed';
  if (n.candidate === 0) return 'has no values: no gateway has counted any where this looks';
  if (lacking) return whyOpen(decision);
  if (needed === null) return 'is not decided, and will hardly be';
  return `needs about ${formatAbout(needed)} more calls of the candidate`;
}
