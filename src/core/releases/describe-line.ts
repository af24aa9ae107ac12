import type { LedgerLine } from '../../model/ledger.js';
import { formatShare } from '../text/format.js';
import { nameOfRelease } from './decision.js';

/** What a line of a ledger says, in a few words, without who and when. */
export function describeLine(line: LedgerLine): string {
  switch (line.action) {
    case 'promote':
      return `promoted ${line.releases.map(nameOfRelease).join(', ')}`;
    case 'override':
      return `OVERRODE policy for ${line.releases.map(nameOfRelease).join(', ')}`;
    case 'rollout':
      return `began a ${line.plan.strategy} rollout of ${line.releases.map(nameOfRelease).join(', ')}${beginningOf(line)}`;
    case 'step':
      return `set the rollout of line ${line.rollout} to ${formatShare(line.weight)}`;
    case 'pause':
      return `paused the rollout of line ${line.rollout}`;
    case 'resume':
      return `resumed the rollout of line ${line.rollout}`;
    case 'complete':
      return line.forced === undefined
        ? `completed the rollout of line ${line.rollout}`
        : `FORCED the completion of the rollout of line ${line.rollout}`;
    case 'abort':
      return `aborted the rollout of line ${line.rollout}`;
    case 'rollback':
      return `rolled back ${line.releases.map(({ removed, to }) => `${nameOfRelease(removed)} to @${to.number}`).join(', ')}`;
    case 'approve':
      return `approved ${nameOfRelease(line.release)} (${line.risk} risk)`;
    case 'hold':
      return `held ${nameOfRelease(line.release)}`;
    case 'unhold':
      return `unheld ${nameOfRelease(line.release)}`;
  }
}

/** What the candidate gets first. */
function beginningOf({ plan, weight }: Extract<LedgerLine, { action: 'rollout' }>): string {
  const isCopied = plan.strategy === 'shadow' || (plan.strategy === 'blue-green' && weight === 0);
  return isCopied ? ', with copies of calls' : ` at ${formatShare(weight)}`;
}

/** Why it was done, as its author said; for what went over a no all that was against it too. Null for nothing. */
export function reasonOfLine(line: LedgerLine): string | null {
  if (line.action === 'override') return `${line.reason} (against: ${line.refused.join('; ')})`;
  if ('forced' in line && line.forced !== undefined) return `${line.reason ?? ''} (against: ${line.forced.join('; ')})`;
  if ('reason' in line && line.reason !== undefined) return line.reason;
  return 'note' in line && line.note !== undefined ? line.note : null;
}

/** The prompts that a line is about; those of a rollout's later lines are those of the line that began it. */
export function promptsOfLine(line: LedgerLine, lines: readonly LedgerLine[]): readonly string[] {
  if ('release' in line) return [line.release.prompt];
  if ('releases' in line) return line.releases.map((each) => ('removed' in each ? each.removed.prompt : each.prompt));
  const begun = lines[line.rollout - 1];
  return begun?.action === 'rollout' ? begun.releases.map(({ prompt }) => prompt) : [];
}
