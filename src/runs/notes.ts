import type { Accounts } from '../answers/accounts.js';
import type { Budgets } from '../answers/budgets.js';
import type { SampleTally } from '../answers/sample-tally.js';
import type { Stop } from '../calls/stop.js';
import { describeGate } from '../core/gates/describe-gate.js';
import { expectationOf } from '../core/gates/gate.js';
import type { JudgedColumn } from '../core/gates/judged-column.js';
import type { Plan } from '../core/scores/plan.js';
import { count, formatMilliseconds, formatNumber } from '../core/text/format.js';
import type { Suite } from '../model/suite.js';
import type { Project } from '../project/load.js';
import { explainIdle } from '../project/suites/idle-gates.js';
import { notesOnGone } from './gone-notes.js';
import { notesOnMoney } from './money-notes.js';
import { notesOnPower } from './power-notes.js';
import type { Rounds } from './rounds.js';
import type { StartOptions } from './setup/start-options.js';
import { notesOnShared } from './shared-answers.js';
import { notesOnShownFailures } from './shown-failure-notes.js';

/** What a run has come to. */
interface NotedRun {
  readonly tally: SampleTally;
  readonly accounts: Accounts;
  readonly budgets: Budgets;
  readonly rounds: Rounds;
  readonly stop: Stop;
  readonly columns: readonly JudgedColumn[];
  readonly maxTimeMs: number | null;
}

/** What the reader of a run's verdict has to know, a sentence or two each. */
export function notesOn(
  project: Project,
  plan: Plan,
  { tags, cases, affected, trusted, past }: StartOptions,
  { tally, accounts, budgets, rounds, stop, columns, maxTimeMs }: NotedRun,
): string[] {
  const notes: string[] = [];
  if (tags.length + cases.length > 0) {
    const all = plan.suites.reduce((sum, suite) => sum + (project.suites.get(suite.id)?.cases.length ?? 0), 0);
    const left = plan.suites.reduce((sum, suite) => sum + suite.cases.length, 0);
    notes.push(`Filtered: ${left} of ${count(all, 'case')}. Gates judged these only.`, ...idleGates(project, plan));
  }
  for (const column of plan.columns) {
    if (column.gates.some(({ level }) => level === 'error')) continue;
    const why = explainIdle(column.suite, column);
    notes.push(`${why.charAt(0).toUpperCase()}${why.slice(1)}.`);
  }
  notes.push(...notesOnFiles(project, plan));
  const { live, replay, cache } = tally.usage.calls;
  if (trusted) notes.push(...trusted.notes);
  if (affected) notes.push(...affected.notes);
  if (affected && live === 0 && replay + cache > 0)
    notes.push('No model was asked: every answer here is an earlier one, judged by the files of today.');
  const old = [
    replay > 0 ? `${count(replay, 'answer')} replayed` : '',
    cache > 0 ? `${count(cache, 'answer')} from the cache` : '',
  ];
  if (replay + cache > 0)
    notes.push(`${old.filter(Boolean).join(', ')}: their latency and cost are those of the recorded call.`);
  notes.push(...tally.emptyAnswers.describe(), ...tally.oddAnswers.describe());
  notes.push(
    ...notesOnMoney(
      [tally.usage, accounts.usageOf('users', 'judge', 'embeddings', 'moderations', 'confirmations')],
      budgets,
    ),
  );
  if (stop.reason === 'fail-fast') notes.push('Stopped at the first failure (--fail-fast).');
  if (stop.reason === 'max-time' && maxTimeMs !== null)
    notes.push(
      `${tally.finished < rounds.scheduled ? 'Stopped at' : 'Done after'} the deadline of ${formatMilliseconds(maxTimeMs)} (--max-time, or maxTime in llmci.yaml); llmci eval --resume goes on, with as much time again.`,
    );
  return [
    ...notes,
    ...notesOnShared(plan, project.providers),
    ...notesOnGone(columns),
    ...notesOnShownFailures(columns),
    ...noteOnTrials(plan, rounds, tally, past),
    ...notesOnPower(plan, columns),
  ];
}

/** Warnings that a run tells at the most; `llmci validate` tells all. */
const MOST_WARNINGS = 10;

/** What is worth a word in the files of the project, but for suites and prompts that are not run. */
function notesOnFiles(project: Pick<Project, 'warnings' | 'suites'>, plan: Plan): string[] {
  const filesOf = (suites: Iterable<Suite>) =>
    [...suites].flatMap(({ path, columns }) => [path, ...columns.map(({ prompt }) => prompt.path)]);
  const run = new Set(filesOf(plan.suites));
  const idle = new Set(filesOf(project.suites.values()).filter((path) => !run.has(path)));
  // Gates that are missing are told by the columns of the plan
  const told = project.warnings.filter(({ file, rule }) => rule !== 'no-gates' && !idle.has(file));
  const notes = told.slice(0, MOST_WARNINGS).map(({ file, line, message }) => `${file}:${line}: ${message}`);
  const more = told.length - notes.length;
  return more === 0 ? notes : [...notes, `${count(more, 'more warning')} on files: see llmci validate.`];
}

/** A note on each gate that was left out because the filter left it nothing to judge. */
function idleGates(project: Project, plan: Plan): Set<string> {
  const notes = new Set<string>();
  for (const suite of plan.suites) {
    for (const [index, { prompt, gates }] of suite.columns.entries()) {
      for (const gate of project.suites.get(suite.id)?.columns[index]?.gates ?? []) {
        if (gates.includes(gate)) continue;
        const cases = gate.where.length > 0 ? `case tagged ${gate.where.join(' or ')}` : `case with ${gate.metric}`;
        const name = describeGate({ ...gate, where: [...gate.where], expected: expectationOf(gate) });
        notes.add(`Gate ${name} of ${prompt.id} judged nothing: the filter leaves no ${cases}.`);
      }
    }
  }
  return notes;
}

/** What adaptive trials have saved. */
function noteOnTrials(
  plan: Plan,
  { scheduled }: Rounds,
  { waived }: SampleTally,
  past: StartOptions['past'],
): string[] {
  if (plan.suites.every((suite) => suite.firstTrials === suite.trials)) return [];
  const made = scheduled - waived;
  const why = past?.kind === 'rescore' ? 'The run that is rescored has no more' : 'The budget ended the further trials';
  const end = waived > 0 ? ` ${why}.` : '';
  return [
    `Adaptive trials: ${formatNumber(made)} of ${count(plan.size, 'call')} at most; ${formatNumber(plan.size - made)} saved.${end}`,
  ];
}
