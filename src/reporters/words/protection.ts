import { count } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { RunSummary } from '../../model/run-record.js';
import { unsignedOf, type Weakening } from '../../model/weakening.js';

/** What stands above what a change has weakened; empty when there is nothing to say. */
export function protectionTitle({ protection }: Pick<RunSummary, 'protection'>): string {
  if (protection === undefined) return '';
  if (protection.base === null)
    return `What this change does to its own gates is not known: ${protection.why ?? 'no base'}`;
  const { weakened, base } = protection;
  if (weakened.length === 0) return '';
  const since = `since ${printableLine(base.name, 60)} (${base.commit.slice(0, 7)})`;
  return `This change touches what judges it: ${count(weakened.length, 'rule')} removed, weakened or altered ${since}`;
}

/** `prompts/reply.thresholds.yaml: gate pass rate min 0.9 → pass rate min 0.5`. Safe to print. */
export function describeWeakening({ file, text, signedBy = [] }: Weakening): string {
  const signed = signedBy.length === 0 ? '' : ` (signed off by ${signedBy.join(', ')})`;
  return printableLine(`${file}: ${text}${signed}`, 300);
}

/** Why a protected run is red for it, as a part of the verdict's sentence; empty when it is not. */
export function explainProtection({ protection }: Pick<RunSummary, 'protection'>): string {
  if (!protection?.enforced) return '';
  if (protection.base === null) return `what the change weakens cannot be told (${protection.why ?? 'no base'})`;
  const { length } = unsignedOf(protection);
  if (length === 0) return '';
  const why = protection.unsigned === undefined ? 'without a sign-off' : `sign-offs unknown: ${protection.unsigned}`;
  return `the change weakens or alters ${count(length, 'rule')} that ${length === 1 ? 'judges' : 'judge'} it (--protect, ${why})`;
}
