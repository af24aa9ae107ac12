import { promptsOfLine } from '../core/releases/describe-line.js';
import { fold } from '../core/releases/fold.js';
import { rolloutOf } from '../core/releases/state.js';
import { type Explained, explainLine } from '../core/rollouts/figures.js';
import { LlmciError } from '../core/text/errors.js';
import type { LedgerLine } from '../model/ledger.js';
import { readEnvironment } from '../store/state/environments.js';
import { type Delivery, policyOf } from './delivery.js';

/** The last decision that evidence made, computed again. */
export interface ExplainedLine extends Explained {
  readonly line: LedgerLine;
}

/**
 * Computes the last decision that a gateway made in an environment again, of `prompt` or of any, from what its line holds.
 * Throws `nothing-decided` where no line rests on figures, and `unknown-environment`.
 */
export async function explainRollout(
  delivery: Delivery,
  environment: string,
  prompt: string | null,
): Promise<ExplainedLine> {
  policyOf(delivery, environment);
  const { lines } = await readEnvironment(delivery.store, environment);
  for (const [index, line] of [...lines.entries()].reverse()) {
    if (!('figures' in line) || line.figures === undefined) continue;
    const [first, ...others] = promptsOfLine(line, lines);
    if (first === undefined || (prompt !== null && ![first, ...others].includes(prompt))) continue;
    const before = rolloutOf(fold(lines.slice(0, index)).state, first);
    const explained = before && explainLine(line, before);
    if (explained) return { line, ...explained };
  }
  throw new LlmciError('nothing-decided', { environment });
}
