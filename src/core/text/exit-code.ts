import type { Verdict } from '../../model/gate.js';
import type { RunSummary } from '../../model/run-record.js';

/** What the exit code of an evaluation depends on. */
export type Judged = Pick<
  RunSummary,
  'gates' | 'samples' | 'interrupted' | 'signal' | 'late' | 'shard' | 'faults' | 'protection'
>;

export const EXIT = { pass: 0, fail: 1, usage: 2, error: 3, interrupted: 130, terminated: 143 } as const;

/**
 * The verdict of a run. A gate that failed on complete scores has failed, whatever else went wrong; otherwise a run
 * with anything unevaluated, or past its deadline, is an error, never a pass. A protected run fails too when the change
 * weakens what judges it and nobody has signed that off, and is an error when nobody can tell. A part of a plan has judged nothing,
 * and is inconclusive at best; there may be more parts than cases.
 */
export function verdictOf({ gates, samples, interrupted, late, shard, faults = [], protection }: Judged): Verdict {
  const blocking = gates.filter((gate) => gate.blocks).map((gate) => gate.verdict);
  const isProtected = protection?.enforced === true;
  if (
    blocking.includes('fail') ||
    (isProtected && protection.weakened.some(({ signedBy = [] }) => signedBy.length === 0))
  )
    return 'fail';
  if (isProtected && protection.base === null) return 'error';
  const empty = samples.planned === 0 && !shard;
  if (interrupted || late || empty || faults.length > 0) return 'error';
  if (samples.errors > 0 || samples.finished < samples.planned) return 'error';
  if (blocking.includes('error')) return 'error';
  if (shard) return (samples.unscored ?? 0) > 0 ? 'error' : 'inconclusive';
  return blocking.includes('inconclusive') ? 'inconclusive' : 'pass';
}

/**
 * 0: all error-level gates pass. 1: a gate failed. 3: could not judge (errors, nothing evaluated, inconclusive).
 * A part of a plan: 0 when all its samples were evaluated. 130: interrupted; 143: by SIGTERM (128 and the number of the
 * signal, as shells count). (2, a usage or configuration error, never gets as far as a run.)
 */
export function exitCodeOf(judged: Judged): number {
  if (judged.interrupted) return judged.signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  const verdict = verdictOf(judged);
  if (judged.shard && verdict !== 'fail') return verdict === 'inconclusive' ? EXIT.pass : EXIT.error;
  return verdict === 'pass' ? EXIT.pass : verdict === 'fail' ? EXIT.fail : EXIT.error;
}
