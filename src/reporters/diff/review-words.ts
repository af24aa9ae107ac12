import { lacksSignOff } from '../../core/prompts/judge-signatures.js';
import { count } from '../../core/text/format.js';
import type { Review } from '../../model/review.js';
import type { SignedOff } from '../../model/sign-off.js';

/** `pass (run 2026…): …`, and which changed prompts it did not judge. */
export function describeRun({ run }: Review): readonly string[] {
  if (run === null) return ['no run has judged these changes: `llmci eval`'];
  const missed = run.missed.length === 0 ? [] : [`it did not judge ${run.missed.join(', ')} as it is now`];
  return [`${run.verdict} (run ${run.runId}): ${run.explanation}`, ...missed];
}

/** `error prompts/a.prompt.yaml:3:5: … (rule)`, a line for each finding. */
export function describeLint({ lint }: Review): readonly string[] {
  return lint.map(({ severity = 'error', file, line, column, message, rule }) => {
    return `${severity} ${file}:${line}:${column}: ${message}${rule ? ` (${rule})` : ''}`;
  });
}

/** `1 of 2 sign-offs: @ann`. */
export function describeSigned({ needed, signed }: SignedOff): string {
  const who = signed.length === 0 ? '' : `: ${signed.join(', ')}`;
  return needed === 0 ? `no sign-off is asked for${who}` : `${signed.length} of ${count(needed, 'sign-off')}${who}`;
}

/** What is missing, and how it is given; null when nothing is. */
export function describeLack(item: SignedOff, { signOff }: Review): string | null {
  if (!lacksSignOff(item)) return null;
  const by = item.owners.length === 0 ? 'somebody who did not write it' : `owners: ${item.owners.join(', ')}`;
  const how = signOff.source.startsWith('trailers') ? ` (${byTrailer(item)})` : '';
  return `${count(item.needed - item.signed.length, 'more sign-off')} needed from ${by}${how}`;
}

/** A commit has an address, and no account that could be an owner's. */
function byTrailer({ owners, digest }: SignedOff): string {
  return owners.length > 0 && owners.every((owner) => owner.startsWith('@'))
    ? 'of an account, commits tell nothing: name addresses in `owners`, or run this where a code host tells of reviews'
    : `commit with the trailer \`Signed-off-prompt: ${digest.slice(0, 16)}\``;
}

/** `@bob: signed before the last edit`. */
export function describeRefused({ refused }: SignedOff): readonly string[] {
  return refused.map(({ by, why }) => `${by}: ${why}`);
}

/** The last line: whether it may go on. */
export function describeSignOff({ signOff, diff }: Review): string {
  const { items, fault, complete, source } = signOff;
  if (fault !== null) return `Sign-offs cannot be read (${source}): ${fault}. Nobody counts as having signed.`;
  if (diff.prompts.length + diff.rules.length === 0) return 'Nothing to sign off.';
  if (!items.some(({ needed }) => needed > 0))
    return 'No sign-off is asked for: llmci.yaml has no `review.signoff` for this risk.';
  const lacking = items.filter(lacksSignOff).map(({ id }) => id);
  return complete ? `Signed off, by ${source}.` : `Not signed off, by ${source}: ${lacking.join(', ')}.`;
}
