import type { Plan } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import type { StartOptions } from './start-options.js';

/** Throws `no-gates` or `bad-flag` when a plan cannot be run as it is asked for. Nothing has been sent then. */
export function requireRunnable(plan: Plan, { allowNoGates, shard }: StartOptions): void {
  if (!allowNoGates) requireGates(plan);
  if (shard) requireFixedTrials(plan);
}

/** A suite without metrics or gates can only pass, which is no evaluation. */
function requireGates(plan: Plan): void {
  const without = plan.columns.find((column) => column.gates.length === 0);
  if (without) throw new LlmciError('no-gates', { suite: without.suite.path, prompt: without.prompt.path });
}

/** Parts of a plan cannot decide together whether further trials are needed. */
function requireFixedTrials(plan: Plan): void {
  const adaptive = plan.suites.find(({ firstTrials, trials }) => firstTrials !== trials);
  if (!adaptive) return;
  const why = `suite ${adaptive.id} makes ${adaptive.firstTrials} to ${adaptive.trials} trials, as its gates need, and a part cannot judge them; give --trials ${adaptive.trials}`;
  throw new LlmciError('bad-flag', { flag: '--shard', why, command: 'eval' });
}
