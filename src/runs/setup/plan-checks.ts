import { canFail } from '../../core/gates/can-fail.js';
import type { Plan } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Suite } from '../../model/suite.js';
import { explainIdle } from '../../project/idle-gates.js';
import type { Project } from '../../project/load.js';
import type { StartOptions } from './start-options.js';

/** Throws `no-gates` or `bad-flag` when a plan cannot be run as it is asked for. Nothing has been sent then. */
export function requireRunnable(
  plan: Plan,
  { suites }: Pick<Project, 'suites'>,
  { allowNoGates, shard }: StartOptions,
): void {
  if (!allowNoGates) requireGates(plan, suites);
  if (shard) requireFixedTrials(plan);
}

/** A suite whose gates could not fail can only pass, which is no evaluation. A filter does not count against it. */
function requireGates(plan: Plan, suites: ReadonlyMap<string, Suite>): void {
  for (const { suite, prompt, gates } of plan.columns) {
    const whole = suites.get(suite.id) ?? suite;
    if (gates.some((rule) => canFail(rule, whole))) continue;
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
