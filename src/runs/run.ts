import { Stop } from '../calls/stop.js';
import type { World } from '../calls/world.js';
import { changesOf } from '../core/gates/case-changes.js';
import type { Plan } from '../core/scores/plan.js';
import type { RunReader } from '../model/run-record.js';
import type { Project } from '../project/load.js';
import type { BatchHooks } from './batches/batching.js';
import type { Begun } from './begin.js';
import { abandonRun, closeRun, type JudgedRun } from './close-run.js';
import { confirmBroken } from './confirm-broken.js';
import { evaluateRounds, type RunProgress } from './evaluate-rounds.js';
import { openRun } from './open-run.js';
import type { StartOptions } from './setup/start-options.js';

export interface RunHooks {
  readonly world: World;
  readonly stop?: Stop;
  readonly onStart?: (plan: Plan, run: Begun) => void;
  /** Called when newly broken cases are asked again, with how many they are. */
  readonly onConfirm?: (cases: number) => void;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly batches?: BatchHooks;
  /** Called with the finished run before another process may go on with it. */
  readonly onFinish?: (run: RunReader) => Promise<void>;
}

/**
 * Runs the suites of a project: plan, execute, score, gate. The run that is returned can be reported as often as needed.
 */
export async function runSuites(project: Project, options: StartOptions, hooks: RunHooks): Promise<RunReader> {
  const { world, stop = new Stop(), onStart, onConfirm, onProgress, batches, onFinish } = hooks;
  const run = await openRun(project, options, { world, stop, onStart, batches });
  let judged: JudgedRun;
  try {
    const gates = await evaluateRounds(run, (progress) => onProgress?.(progress));
    const changes = run.columns.flatMap((column) => changesOf(column) ?? []);
    judged = {
      gates,
      changes: options.confirm ? await confirmBroken(run, changes, (cases) => onConfirm?.(cases)) : changes,
    };
  } catch (error) {
    await abandonRun(run);
    throw error;
  }
  return closeRun(run, judged, async (finished) => onFinish?.(finished));
}
