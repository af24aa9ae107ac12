import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { World } from '../calls/world.js';
import type { ScoreTools } from '../metrics/score-tools.js';

/** Variables that hold keys by their names. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i;

/**
 * The environment of a metric's program: without what holds a secret by its name, and without the values of the
 * project's own references. It judges outputs and calls nobody.
 */
export function withoutSecrets(
  env: Readonly<Record<string, string | undefined>>,
  secrets: Iterable<string>,
): Record<string, string | undefined> {
  const values = new Set(secrets);
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !SECRET_NAME.test(name) && !(value && values.has(value.trim()))),
  );
}

/** What programs of metrics get of the world: `env` is theirs, without secrets. */
export type ProgramWorld = Pick<World, 'env' | 'later' | 'runProcess'>;

/** Runs programs for metrics, as many at once as there are processors. They end with the signal. */
export function makeRunner(
  root: string,
  { env, later, runProcess }: ProgramWorld,
  stopped: AbortSignal,
): ScoreTools['run'] {
  const limit = pLimit(availableParallelism());
  return ([program = '', ...args], input, { timeoutMs }) =>
    limit(async () => {
      const controller = new AbortController();
      const abort = () => controller.abort(new Error('the run was stopped'));
      const liftLimit = later(timeoutMs, () =>
        controller.abort(new Error(`${program} took longer than ${timeoutMs / 1000} s`)),
      );
      stopped.addEventListener('abort', abort, { once: true });
      if (stopped.aborted) abort();
      try {
        const { signal } = controller;
        return await runProcess(program, args, { cwd: root, input, env, signal, maxMegabytes: 1 });
      } finally {
        liftLimit();
        stopped.removeEventListener('abort', abort);
      }
    });
}
