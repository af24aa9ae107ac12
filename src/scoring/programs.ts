import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { ScoreTools } from '../metrics/score-tools.js';
import { runProgram } from '../providers/run-program.js';

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

/** Runs programs for metrics, as many at once as there are processors. They end with the signal. */
export function makeRunner(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  stopped: AbortSignal,
): ScoreTools['run'] {
  const limit = pLimit(availableParallelism());
  return ([program = '', ...args], input, { timeoutMs }) =>
    limit(async () => {
      const controller = new AbortController();
      const abort = () => controller.abort(new Error('the run was stopped'));
      const timer = setTimeout(
        () => controller.abort(new Error(`${program} took longer than ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      stopped.addEventListener('abort', abort, { once: true });
      if (stopped.aborted) abort();
      try {
        return await runProgram(program, args, { cwd: root, input, env, signal: controller.signal, maxMegabytes: 1 });
      } finally {
        clearTimeout(timer);
        stopped.removeEventListener('abort', abort);
      }
    });
}
