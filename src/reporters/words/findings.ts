import { describeGate } from '../../core/gates/describe-gate.js';
import { digest } from '../../core/text/canonical.js';
import { count } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { Finding, FindingLevel, FindingRule } from '../../model/finding.js';
import type { Place } from '../../model/place.js';
import type { GateResult, RunReader, RunSummary } from '../../model/run-record.js';
import { collectProblems, type FailingCase, type GroupProblems, rankedCases, type Trouble } from './collect.js';
import { describeResult } from './fields.js';
import { type CaseSince, describeBeside, describeSince, unitsOf } from './since-baseline.js';
import { explainVerdict } from './verdict.js';
import { describeActual, describeGroup } from './words.js';

/** Failing cases that are told of for each suite x prompt x model. */
const MOST_CASES = 1000;
const LONGEST_REASON = 400;

/** What can be found in a run. */
export const RUN_RULES = [
  {
    id: 'gate',
    summary: 'A gate is not met, or could not be judged.',
    help: 'The message says what was expected and what was seen. `llmci show CASE` shows a case that weighs on it; `llmci compare` shows what has changed since the baseline.',
  },
  {
    id: 'newly-broken',
    summary: 'A case that passed in the baseline fails now.',
    help: '`llmci show CASE` shows its messages and answers beside those of the baseline.',
  },
  {
    id: 'failing-case',
    summary: 'A case misses a pass mark.',
    help: 'A failing case is no failing gate: gates judge all samples together. `llmci show CASE` shows its messages and answers.',
  },
  {
    id: 'no-answer',
    summary: 'Samples have no answer, which says nothing about the prompt.',
    help: 'The message says what the service or the configuration lacks. Run again when it is there; what was answered is kept.',
  },
  {
    id: 'missing-score',
    summary: 'A score that a gate may need could not be computed.',
    help: 'What was not evaluated never passes. The message says what the metric lacked.',
  },
  {
    id: 'run',
    summary: 'The run could not pass, for another reason than a gate.',
    help: 'The message says why, as does the last line of the log.',
  },
] as const satisfies readonly FindingRule[];

type RuleId = (typeof RUN_RULES)[number]['id'];

/**
 * What a run has found, with places in the repository: gates that block or warn, then failing cases, newly broken first, then
 * what was not evaluated. A case is an error when it fails a run; what gates allow is a note.
 */
export async function collectFindings(run: RunReader): Promise<readonly Finding[]> {
  const { summary } = run;
  const problems = await collectProblems(run, MOST_CASES);
  const { groups, errors, missing } = problems;
  const findings = [
    ...gateFindings(summary),
    ...rankedCases(problems).map(({ failing, group }) => caseFinding(failing, group, summary)),
    ...groups.flatMap(moreCases),
    ...errors.map((trouble) => troubleFinding('no-answer', trouble)),
    ...missing.map((trouble) => troubleFinding('missing-score', trouble)),
  ];
  const all =
    summary.exitCode === 0 || findings.some(({ level }) => level === 'error')
      ? findings
      : [runFinding(summary), ...findings];
  return inRepository(all, summary);
}

function gateFindings({ gates, suites }: RunSummary): readonly Finding[] {
  const seen = new Map<string, number>();
  return gates
    .filter(({ blocks, warns }) => blocks || warns)
    .sort((a, b) => Number(b.blocks) - Number(a.blocks))
    .map((gate) => {
      const { suite, prompt, model, metric, stat, where, expected } = gate;
      // Not the bound itself: a gate that is loosened is still that gate
      const own = digest({ suite, prompt, model, metric, stat, where, bound: [expected.bound, expected.of] });
      const twins = seen.get(own) ?? 0;
      seen.set(own, twins + 1);
      return {
        rule: 'gate' satisfies RuleId,
        level: gate.blocks ? 'error' : 'warning',
        title: `${printableLine(describeGate(gate), 120)}: ${gate.verdict}`,
        message: `${describeGroup(gate)}: ${gateMessage(gate)}`,
        place: at(gate.place ?? startOf(suites, suite)),
        fingerprint: fingerprint('gate', own, twins),
      };
    });
}

function gateMessage(gate: GateResult): string {
  return gate.message === '' ? `${describeGate(gate)}, got ${describeActual(gate)}` : gate.message;
}

function caseFinding(
  { result, failedTrials, trials, baseline }: FailingCase,
  group: GroupProblems,
  summary: RunSummary,
): Finding {
  const rule: RuleId = baseline.since === 'broken' ? 'newly-broken' : 'failing-case';
  const { suite, prompt, model } = group;
  const since = describeSince(baseline);
  const scores = describeResult(result).filter(({ role }) => role === 'score');
  const facts = [describeGroup(group), trials > 1 ? `${failedTrials} of ${trials} trials fail` : ''].filter(Boolean);
  return {
    rule,
    level: levelOf(baseline, summary),
    title: `${printableLine(result.case, 80)}${since === '' ? ' fails' : `: ${since}`}`,
    message: [
      facts.join(', '),
      ...scores.map(({ label, text }) => `${label.replace('✗ ', '')}: ${printableLine(text, LONGEST_REASON)}`),
      ...describeBeside(baseline, result, unitsOf(summary, suite)).map(({ label, text }) => `${label}: ${text}`),
    ].join('\n'),
    place: at(result.place ?? startOf(summary.suites, suite)),
    fingerprint: fingerprint('case', suite, prompt, model, result.case),
  };
}

/** How much a failing case weighs: with a run that passes it is one of those that its gates allow. */
function levelOf({ since, weighs }: CaseSince, { exitCode }: RunSummary): FindingLevel {
  if (exitCode === 0) return since === 'broken' ? 'warning' : 'note';
  return since === 'broken' || (weighs && since !== 'failing') ? 'error' : 'warning';
}

function moreCases(group: GroupProblems): readonly Finding[] {
  const left = group.failingCases - group.failing.length;
  if (left <= 0) return [];
  const message = `${describeGroup(group)}: ${count(left, 'more failing case')}`;
  const own = fingerprint('more', group.suite, group.prompt, group.model);
  return [{ rule: 'failing-case' satisfies RuleId, level: 'note', message, place: null, fingerprint: own }];
}

function troubleFinding(rule: RuleId, { kind, message, samples, cases, moreCases, place }: Trouble): Finding {
  const named = `${cases.map((id) => printableLine(id, 60)).join(', ')}${moreCases ? ', …' : ''}`;
  return {
    rule,
    level: rule === 'no-answer' ? 'error' : 'warning',
    title: `${count(samples, 'sample')}: ${printableLine(kind, 60)}`,
    message: `${printableLine(message, LONGEST_REASON)}\n${named}`,
    place: at(place),
    fingerprint: fingerprint(rule, kind, message),
  };
}

function runFinding(summary: RunSummary): Finding {
  return {
    rule: 'run' satisfies RuleId,
    level: 'error',
    title: summary.verdict,
    message: explainVerdict(summary),
    place: at(startOf(summary.suites, summary.suites[0]?.id ?? '')),
    fingerprint: fingerprint(
      'run',
      summary.suites.map(({ id }) => id),
    ),
  };
}

/** The file of a suite, where nothing nearer is known. */
function startOf(suites: RunSummary['suites'], suite: string): Place | null {
  const file = suites.find(({ id }) => id === suite)?.path;
  return file === undefined ? null : { file, line: 1 };
}

function at(place: Place | null): Finding['place'] {
  return place === null ? null : { ...place, column: 1 };
}

function fingerprint(...own: readonly unknown[]): string {
  return digest(own).slice(0, 32);
}

/** With paths from the root of the repository, where the project is a folder of it. */
function inRepository(findings: readonly Finding[], { git }: RunSummary): readonly Finding[] {
  const folder = git?.folder;
  if (folder === undefined) return findings;
  return findings.map((finding) =>
    finding.place === null
      ? finding
      : { ...finding, place: { ...finding.place, file: `${folder}/${finding.place.file}` } },
  );
}
