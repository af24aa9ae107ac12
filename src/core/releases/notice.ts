import type { LedgerLine } from '../../model/ledger.js';
import { nameOfRelease } from './decision.js';
import { describeLine, reasonOfLine } from './describe-line.js';

/** What is told of a rollout: of other lines of a ledger nothing is. */
const EVENTS = {
  rollout: 'start',
  step: 'step',
  pause: 'pause',
  rollback: 'rollback',
  complete: 'complete',
  abort: 'abort',
} as const;

/** What hooks are told that a line has done. No figures: they are in the ledger. */
export interface Notice {
  readonly llmci: 1;
  readonly event: (typeof EVENTS)[keyof typeof EVENTS];
  readonly environment: string;
  /** The line of the ledger, and its hash. */
  readonly line: number;
  readonly hash: string;
  readonly at: string;
  readonly by: string;
  readonly releases: readonly string[];
  readonly weight: number | null;
  readonly reason: string | null;
  /** All of it in words; chat services show a field of this name. */
  readonly text: string;
}

/** The notice of a line that stands behind `before`; null for what nobody is told of. */
export function noticeOf(environment: string, line: LedgerLine, before: readonly LedgerLine[]): Notice | null {
  if (!Object.hasOwn(EVENTS, line.action)) return null;
  const event = EVENTS[line.action as keyof typeof EVENTS];
  const begun = 'rollout' in line ? before[line.rollout - 1] : line;
  const moved = begun && 'releases' in begun ? begun.releases : [];
  const reason = reasonOfLine(line);
  const releases = moved.map((each) => nameOfRelease('removed' in each ? each.removed : each));
  const what = `${describeLine(line)}${'rollout' in line ? ` (${releases.join(', ')})` : ''} in ${environment}`;
  return {
    ...{ llmci: 1, event, environment, line: line.n, hash: line.hash, at: line.at, by: line.by.name, releases },
    weight: 'weight' in line ? line.weight : null,
    reason,
    text: reason === null ? what : `${what}: ${reason}`,
  };
}
