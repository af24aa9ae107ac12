import { makeBaselines } from '../../core/scores/baseline.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import { baselinePath, writeBaseline } from '../../store/baselines.js';
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
    const path = baselinePath(
      summary.suites.find(({ id }) => id === baseline.suite)?.path ?? `evals/${baseline.suite}.eval.yaml`,
    );
    await writeBaseline(root, path, baseline);
    const sizes = baseline.columns.map(
      (column) => `${column.prompt} on ${column.model}: ${count(column.samples, 'sample')}`,
    );
    lines.push(`${path}  ${sizes.join(', ')}`);
  }
  return [...lines, `Blessed run ${runId}. Commit these files: later runs are compared with them.`];
}
