import { makeBaselines } from '../../core/scores/baseline.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import { faultsOf } from '../../project/baseline-faults.js';
import { baselinePath, writeBaseline } from '../../project/baselines.js';
import { readRun } from '../../store/runs.js';

/**
 * Makes the baselines of a run's suites. Returns a line on each for people. Throws `cannot-bless` for a run that is not
 * whole: what it lacks would be lacking from every comparison.
 */
export async function blessRun(root: string, out: string, name: string): Promise<readonly string[]> {
  const { summary, results } = await readRun(out, name);
  const { runId, interrupted, samples, filtered } = summary;
  const refuse = (why: string) => new LlmciError('cannot-bless', { run: runId, why });
  if (interrupted) throw refuse('it was interrupted');
  if (samples.errors > 0) throw refuse(`${count(samples.errors, 'sample')} ended in an error`);
  if (samples.finished < samples.planned) {
    throw refuse(`only ${samples.finished} of its ${count(samples.planned, 'sample')} were made`);
  }
  if (filtered) throw refuse('it judged only some of the cases (--tag, --case)');
  const lines: string[] = [];
  for (const baseline of (await makeBaselines(summary, results())).values()) {
    // A record is a file as any other: it says which file is overwritten, and with what
    const suite = summary.suites.find(({ id }) => id === baseline.suite)?.path ?? '';
    if (!/^evals\/.+\.eval\.ya?ml$/.test(suite)) throw refuse(`it says that suite ${baseline.suite} is in ${suite}`);
    const [fault] = faultsOf(baseline, baseline.suite);
    if (fault) throw refuse(fault.message);
    const path = baselinePath(suite);
    await writeBaseline(root, path, baseline);
    const sizes = baseline.columns.map(
      (column) => `${column.prompt} on ${column.model}: ${count(column.samples, 'sample')}`,
    );
    lines.push(`${path}  ${sizes.join(', ')}`);
  }
  return [...lines, `Blessed run ${runId}. Commit these files: later runs are compared with them.`];
}
