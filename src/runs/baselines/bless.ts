import { describeGate } from '../../core/gates/describe-gate.js';
import { makeBaselines } from '../../core/scores/baseline.js';
import { describeShard } from '../../core/scores/shard.js';
import { LlmciError } from '../../core/text/errors.js';
import { count } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { GateResult, RunSummary } from '../../model/run-record.js';
import { faultsOf } from '../../project/suites/baseline-faults.js';
import { baselinePath, writeBaseline } from '../../project/suites/baselines.js';
import { readRun } from '../../store/runs/runs.js';

/**
 * Makes the baselines of a run's suites. Returns a line on each for people. Throws `cannot-bless` for a run that is not
 * whole, since what it lacks would be lacking from every comparison, and for one that does not pass unless `force`.
 */
export async function blessRun(root: string, out: string, name: string, force = false): Promise<readonly string[]> {
  const { summary, results } = await readRun(out, name);
  const { runId, interrupted, samples, filtered, shard } = summary;
  const refuse = (why: string) => new LlmciError('cannot-bless', { run: runId, why });
  if (interrupted) throw refuse('it was interrupted');
  if (samples.errors > 0) throw refuse(`${count(samples.errors, 'sample')} ended in an error`);
  if (samples.finished < samples.planned) {
    throw refuse(`only ${samples.finished} of its ${count(samples.planned, 'sample')} were made`);
  }
  if (filtered) throw refuse('it judged only some of the cases (--tag, --case)');
  if (shard) throw refuse(`it is part ${describeShard(shard)} of a run; bless the one that \`llmci merge\` makes`);
  const why = force ? null : explainRefusal(summary);
  if (why !== null) throw refuse(`${why}. \`llmci bless ${runId} --force\` keeps it all the same`);
  const lines: string[] = [describeRun(summary)];
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

/** `run 20260301-142530-x7k2 of 2026-03-01 14:25 UTC, commit 0123456 (main): pass, 4 of 4 gates, 40 samples`. */
function describeRun({ runId, finishedAt, git, verdict, gates, samples }: RunSummary): string {
  const at = git === null ? '' : `, commit ${git.commit.slice(0, 7)}${git.branch === null ? '' : ` (${git.branch})`}`;
  const dirty = git?.dirty ? ', with changes that are not committed' : '';
  const passing = gates.filter((gate) => gate.verdict === 'pass').length;
  const when = `${finishedAt.slice(0, 10)} ${finishedAt.slice(11, 16)} UTC`;
  return printableLine(
    `run ${runId} of ${when}${at}${dirty}: ${verdict}, ${passing} of ${count(gates.length, 'gate')} pass, ${count(samples.finished, 'sample')}`,
    300,
  );
}

/**
 * Why a run does not pass; null when it does, or when all that it lacks is the baseline that is to be made of it: how else
 * would there be a first one, or one of a metric that has changed?
 */
function explainRefusal({ verdict, gates, late, faults = [] }: RunSummary): string | null {
  const waits = (gate: GateResult) => gate.verdict === 'error' && gate.expected.of !== 'value';
  const [first] = gates.filter((gate) => gate.blocks && !waits(gate));
  if (first) return printableLine(`its verdict is ${verdict}: ${describeGate(first)}: ${first.message}`, 300);
  if (verdict === 'pass' || (gates.some(waits) && !late && faults.length === 0)) return null;
  return `its verdict is ${verdict}`;
}
