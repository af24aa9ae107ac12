import { fold } from '../core/releases/fold.js';
import type { Live } from '../core/releases/state.js';
import type { LedgerLine } from '../model/ledger.js';
import { readEnvironment } from '../store/state/environments.js';
import { type Delivery, policyOf, requireHome } from './delivery.js';

/** What was live at a time, and the line that made it so. */
export interface Blamed {
  readonly live: Live;
  readonly line: LedgerLine;
}

/** What of a prompt was live in an environment at a time; null for nothing. Throws `state-unreachable`. */
export async function blame(delivery: Delivery, prompt: string, environment: string, at: Date): Promise<Blamed | null> {
  policyOf(delivery, environment);
  const { lines } = await readEnvironment(delivery.store, environment);
  if (lines.length === 0) await requireHome(delivery);
  const before = lines.filter((line) => Date.parse(line.at) <= at.getTime());
  const live = fold(before).state.live.get(prompt);
  const line = live && lines[live.line - 1];
  return live && line ? { live, line } : null;
}
