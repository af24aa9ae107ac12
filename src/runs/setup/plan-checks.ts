import type { Plan } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import { explainIdle } from '../../project/suites/idle-gates.js';
import type { StartOptions } from './start-options.js';

/** Throws `no-gates` or `bad-flag` when a plan cannot be run as it is asked for. Nothing has been sent then. */
export function requireRunnable(plan: Plan, { allowNoGates, shard }: StartOptions): void {
  if (!allowNoGates) requireGates(plan);
  if (shard) requireFixedTrials(plan);
}

/** A suite without a gate that can block can only pass, which is no evaluation. */
function requireGates(plan: Plan): void {
  for (const { suite, prompt, gates } of plan.columns) {
    if (gates.some(({ level }) => level === 'error')) continue;
    const several = new Set(suite.columns.map((column) => column.prompt.id)).size > 1;
    const what =
      gates.length > 0
        ? explainIdle(suite, { prompt, gates })
        : `suite ${suite.path} has no gates${several ? ` for prompt ${prompt.id} (${prompt.path})` : ''}`;
    const thresholds = prompt.path.replace(/\.prompt\.ya?ml$/, '.thresholds.yaml');
    throw new LlmciError('no-gates', { what, suite: suite.path, thresholds });
  }
}

/** Parts of a plan cannot decide together whether further trials are needed. */
function requireFixedTrials(plan: Plan): void {
  const adaptive = plan.suites.find(({ firstTrials, trials }) => firstTrials !== trials);
  if (!adaptive) return;
  const why = `suite ${adaptive.id} makes ${adaptive.firstTrials} to ${adaptive.trials} trials, as its gates need, and a part cannot judge them; give --trials ${adaptive.trials}`;
  throw new LlmciError('bad-flag', { flag: '--shard', why, command: 'eval' });
}
