import { describeGate } from '../../core/gates/describe-gate.js';
import { describeShard } from '../../core/scores/shard.js';
import { count, formatNumber } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { GateResult, RunSummary } from '../../model/run-record.js';
import { explainProtection } from './protection.js';
import { describeSinceBaseline } from './since-baseline.js';
import { describeActual, describeGroup } from './words.js';

/** The verdict in one word, for headlines; a part of a plan has none. */
export function verdictWord(summary: RunSummary): string {
  if (summary.shard && summary.exitCode === 0) return `PART ${describeShard(summary.shard)}`;
  return summary.interrupted ? 'INTERRUPTED' : summary.verdict.toUpperCase();
}

/** Why the run has its exit code: one line without a full stop, safe to print. */
export function explainVerdict(summary: RunSummary): string {
  const { gates, samples, exitCode } = summary;
  const reasons: string[] = [];
  if (summary.interrupted) {
    reasons.push(`interrupted after ${formatNumber(samples.finished)} of ${count(samples.planned, 'sample')}`);
  }
  if (summary.shard && exitCode === 0)
    return `${count(samples.finished, 'sample')} evaluated; llmci merge judges the gates once all parts are there`;
  const unrecorded = exitCode > 1 ? summary.unrecorded : undefined;
  if (unrecorded) reasons.push(explainUnrecorded(unrecorded, samples));
  if (exitCode === 0) reasons.push(explainPass(gates, samples.finished));
  else if (summary.shard) reasons.push(...explainUnscored(samples));
  else if (gates.length === 0) reasons.push('no gate judged the run');
  else reasons.push(...explainBlockingGates(gates, unrecorded === undefined));
  const weakened = explainProtection(summary);
  if (weakened !== '') reasons.push(weakened);
  if (summary.late && exitCode > 1) reasons.push('its deadline had passed before it was done');
  // Where a gate failed, that is the news; where none could be judged, the outage is
  const errors = samples.errors - (unrecorded?.samples ?? 0);
  if (exitCode > 1 && errors > 0) {
    reasons.push(`${formatNumber(errors)} of ${count(samples.planned, 'sample')} got no answer`);
  }
  if (exitCode > 1 && !summary.interrupted && samples.finished < samples.planned) {
    const refusals = (summary.refusals ?? []).filter((refused) => refused.samples > 0);
    const why = refusals.map(({ reason }) => reason).join(', ');
    reasons.push(
      `${count(samples.planned - samples.finished, 'sample')} did not run${why && `: ${printableLine(why, 200)}`}`,
    );
  }
  for (const { provider, answers } of summary.unversioned ?? [])
    reasons.push(
      `${count(answers, 'answer')} of ${printableLine(provider, 60)} ${answers === 1 ? 'is a recording' : 'are recordings'}, whatever its code is now`,
    );
  const { leftOut = [] } = summary;
  if (leftOut.length > 0) reasons.push(`${count(leftOut.length, 'suite')} left out, which the change cannot touch`);
  const changes = describeSinceBaseline(summary);
  if (changes !== '') reasons.push(changes);
  return reasons.length > 0 ? reasons.join('; ') : 'see the notes';
}

/** What a replay lacks, and how to mend it; what has changed is told with the samples. */
function explainUnrecorded(
  { samples, cassettes }: NonNullable<RunSummary['unrecorded']>,
  { planned }: RunSummary['samples'],
): string {
  const paths = cassettes.map((path) => printableLine(path, 100)).join(' and ');
  const mend = paths === '' ? '' : `: run llmci eval --record, and commit ${paths}`;
  return `${formatNumber(samples)} of ${count(planned, 'sample')} ${samples === 1 ? 'has' : 'have'} no recorded answer${mend}`;
}

function explainUnscored({ unscored = 0 }: RunSummary['samples']): string[] {
  return unscored > 0 ? [`${count(unscored, 'sample')} lack a score that could not be computed`] : [];
}

const BLOCKING = [
  { verdict: 'fail', one: 'fails', many: 'fail' },
  { verdict: 'inconclusive', one: 'is inconclusive', many: 'are inconclusive' },
  { verdict: 'error', one: 'could not be judged', many: 'could not be judged' },
] as const;

/** `2 of 6 gates fail (first: pass rate ≥ 0.9 is 0.62 for …), 1 is inconclusive, 1 warning`, or nothing. */
function explainBlockingGates(gates: readonly GateResult[], withExample: boolean): string[] {
  const clauses: string[] = [];
  for (const { verdict, one, many } of BLOCKING) {
    const concerned = gates.filter((gate) => gate.blocks && gate.verdict === verdict);
    const [first] = concerned;
    if (first === undefined) continue;
    const verb = concerned.length === 1 ? one : many;
    if (clauses.length > 0) {
      clauses.push(`${concerned.length} ${verb}`);
      continue;
    }
    clauses.push(
      `${concerned.length} of ${count(gates.length, 'gate')} ${verb}${withExample ? ` (${exampleOf(first, concerned.length)})` : ''}`,
    );
  }
  if (clauses.length === 0) return [];
  const warnings = gates.filter((gate) => gate.warns).length;
  return [[...clauses, ...(warnings > 0 ? [count(warnings, 'warning')] : [])].join(', ')];
}

function explainPass(gates: readonly GateResult[], finished: number): string {
  if (gates.length === 0) return 'nothing was judged, there are no gates';
  const passing = gates.filter((gate) => gate.verdict === 'pass').length;
  const on = `on ${count(finished, 'sample')}`;
  if (passing === gates.length) {
    return gates.length === 1 ? `the gate passes ${on}` : `all ${count(gates.length, 'gate')} pass ${on}`;
  }
  const warning = gates.filter((gate) => gate.warns);
  const silent = gates.length - passing - warning.length;
  return [
    `${passing} of ${count(gates.length, 'gate')} ${passing === 1 ? 'passes' : 'pass'} ${on}`,
    ...(warning[0] ? [`${count(warning.length, 'warning')} (${exampleOf(warning[0], warning.length)})`] : []),
    ...(silent > 0 ? [`${silent} inconclusive, let pass`] : []),
  ].join(', ');
}

/** `first: pass rate ≥ 0.9 is 0.62 for …`, as one of so many. */
function exampleOf(gate: GateResult, of: number): string {
  const actual = gate.actual === null ? 'has no value' : `is ${describeActual(gate)}`;
  return `${of > 1 ? 'first: ' : ''}${printableLine(describeGate(gate), 80)} ${actual} for ${describeGroup(gate)}`;
}
