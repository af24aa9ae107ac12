import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { programEnvironment } from '../core/text/program-environment.js';
import type { Redact } from '../core/text/redact.js';
import type { ScoreTools } from '../metrics/score-tools.js';
import type { World } from './world.js';

/** What programs of metrics and tools, and slow work of others, need of the world. */
export type ProgramWorld = Pick<World, 'env' | 'now' | 'later' | 'runProcess'>;

/**
 * Runs programs for metrics and tools, as many at once as there are processors. They end with the signal. Keys
 * are taken out of all that they write before any of it is cut off: half of an encoded one is found by nothing.
 */
export function makeRunner(
  root: string,
  { env, later, runProcess }: ProgramWorld,
  stopped: AbortSignal,
  redact: Redact,
): ScoreTools['run'] {
  const limit = pLimit(availableParallelism());
  return ([program = '', ...args], input, { timeoutMs, env: names = [] }) =>
    limit(async () => {
      const controller = new AbortController();
      const abort = () => controller.abort(new Error('the run was stopped'));
      const liftLimit = later(timeoutMs, () =>
        controller.abort(new Error(`${program} took longer than ${timeoutMs / 1000} s`)),
      );
      stopped.addEventListener('abort', abort, { once: true });
      if (stopped.aborted) abort();
      try {
        const options = { cwd: root, input, env: programEnvironment(env, names), signal: controller.signal };
        const ended = await runProcess(program, args, { ...options, maxMegabytes: 1 });
        return { ...ended, stdout: redact(ended.stdout), stderr: redact(ended.stderr) };
      } finally {
        liftLimit();
        stopped.removeEventListener('abort', abort);
      }
    });
}
