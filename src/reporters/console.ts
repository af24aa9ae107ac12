import type { ChalkInstance } from 'chalk';
import { describeGate } from '../core/gates/describe-gate.js';
import { count, formatNumber } from '../core/text/format.js';
import { printableLine } from '../core/text/printable.js';
import type { FlakyCase } from '../model/case-changes.js';
import type { GateResult, RunSummary } from '../model/run-record.js';
import {
  cutToWidth,
  fitColumns,
  layOutRow,
  padToWidth,
  type TableColumn,
  tableWidth,
  widthOf,
  wrap,
} from './layout/layout.js';
import { Page } from './layout/page.js';
import type { ReportSink } from './layout/sink.js';
import type { Reporter } from './reporter.js';
import { collectProblems, type FailingCase, type GroupProblems, type Trouble } from './words/collect.js';
import { describeResult, type Field } from './words/fields.js';
import { failedScores, groupKey } from './words/outcome.js';
import { describeWeakening, protectionTitle } from './words/protection.js';
import {
  describeBaselines,
  describeBeside,
  describeFixed,
  describeSince,
  describeSinceBaseline,
  type UnitsOf,
  unitsOf,
} from './words/since-baseline.js';
import { explainVerdict, verdictWord } from './words/verdict.js';
import {
  describeActual,
  describeCount,
  describeFlaky,
  describeGroup,
  describeInterval,
  describeTotals,
  VERDICT_MARKS,
} from './words/words.js';

const MAX_LINES: Readonly<Record<Field['role'], number>> = { input: 4, expected: 4, output: 8, score: 3 };
/** Whole, in a terminal of 40 columns too. */
const MAX_MESSAGE_LINES = 30;
const SHOWN_TROUBLES = 10;
const SHOWN_NOTES = 20;
const SHOWN_FLAKY = 5;
const SHOWN_ALLOWED = 5;

/**
 * What an engineer whose build is red reads, from the bottom up: the verdict, the gates, and above them the failing
 * cases that explain it.
 */
export const consoleReporter: Reporter = {
  name: 'console',
  async report(run, sink) {
    const { summary } = run;
    const page = new Page(sink);
    const problems = await collectProblems(run);
    if (summary.exitCode !== 0) writeFailingCases(page, problems.groups, summary);
    writeTroubles(page, 'Errors', 'samples without an answer; these are not failures of the prompt', problems.errors);
    writeTroubles(page, 'Missing scores', 'never counted as 0, never as passed', problems.missing);
    writeTroubles(page, 'Not applicable', 'nothing to judge there; gates leave it out', problems.notApplicable);
    writeFlaky(page, summary.flaky ?? []);
    writeGates(page, summary.gates);
    if (summary.exitCode === 0) writeAllowedFailures(page, problems.groups);
    writeBaseline(page, summary);
    writeProtection(page, summary);
    writeNotes(page, summary.notes);
    page.blank();
    page.paragraph(describeTotals(summary).join(' · '), page.paint.dim);
    page.blank();
    writeVerdict(page, summary);
    await sink.write(page.text());
  },
};

/** The verdict, the exit code and why, in one line: all that `--quiet` shows. */
export async function reportVerdictLine(summary: RunSummary, sink: ReportSink): Promise<void> {
  const page = new Page(sink);
  writeVerdict(page, summary);
  await sink.write(page.text());
}

function writeProtection(page: Page, summary: RunSummary): void {
  const title = protectionTitle(summary);
  if (title === '') return;
  page.title('Protection', title);
  for (const each of summary.protection?.weakened ?? [])
    page.paragraph(`- ${describeWeakening(each)}`, page.paint.yellow);
}

function writeFailingCases(page: Page, groups: readonly GroupProblems[], summary: RunSummary): void {
  const failing = groups.filter((group) => group.failingCases > 0);
  if (failing.length === 0) return;
  page.title('Failing cases', describeSinceBaseline(summary));
  for (const group of failing) {
    page.blank();
    const share = `${formatNumber(group.failedSamples)} of ${count(group.samples, 'sample')} ${group.failedSamples === 1 ? 'fails' : 'fail'}`;
    page.head(describeGroup(group), share, page.paint.underline, '  ');
    for (const failingCase of group.failing) {
      page.blank();
      writeFailingCase(page, failingCase, unitsOf(summary, group.suite));
    }
    const rest = group.failingCases - group.failing.length;
    if (rest === 0) continue;
    page.blank();
    const all = `llmci report ${printableLine(summary.runId, 60)} --reporter json`;
    page.paragraph(`… and ${formatNumber(rest)} more failing ${rest === 1 ? 'case' : 'cases'}: ${all}`, same, '  ');
  }
}

function writeFailingCase(page: Page, { result, failedTrials, trials, baseline }: FailingCase, units: UnitsOf): void {
  const { paint } = page;
  const facts = [
    describeSince(baseline),
    trials > 1 ? `${failedTrials} of ${trials} trials fail, trial ${result.trial} is shown` : '',
    result.tags.length > 0 ? `tags: ${printableLine(result.tags.join(', '), 60)}` : '',
  ].filter(Boolean);
  page.head(printableLine(result.case, 80), facts.join(' · '), paint.bold, `  ${paint.red('✗')} `);
  const fields: readonly Field[] = [...describeResult(result), ...describeBeside(baseline, result, units)];
  const labelWidth = Math.max(...fields.map(({ label }) => widthOf(label)));
  for (const { label, text, role } of fields) {
    const first = `    ${padToWidth(label, labelWidth)}  `;
    const painted = role === 'score' ? paint.red(first) : paint.dim(first);
    page.paragraph(text === '' ? '(empty)' : text, role === 'score' ? paint.red : same, painted, MAX_LINES[role]);
  }
}

/** Cases that fail in a run that passes: in sight, and no cause for alarm. */
function writeAllowedFailures(page: Page, groups: readonly GroupProblems[]): void {
  const all = groups.reduce((sum, { failingCases }) => sum + failingCases, 0);
  if (all === 0) return;
  page.title('Cases that fail', 'no more than the gates allow');
  const shown = groups.flatMap(({ failing }) => failing).slice(0, SHOWN_ALLOWED);
  for (const { result, baseline } of shown) {
    const [score] = failedScores(result);
    const facts = [describeSince(baseline), score ? `${score.id}: ${score.reason}` : ''].filter(Boolean).join('; ');
    const where = describeGroup(result);
    page.head(printableLine(result.case, 60), printableLine(`${facts} (${where})`, 300), same, '  ');
  }
  if (all > shown.length) page.line(`  … and ${all - shown.length} more`);
}

/** What the run was compared with, and what is fixed since. */
function writeBaseline(page: Page, summary: RunSummary): void {
  const fixed = describeFixed(summary);
  const baselines = describeBaselines(summary);
  if (baselines.length === 0) return;
  page.title('Baseline');
  for (const line of baselines) page.paragraph(printableLine(line, 1000), same, '  ');
  if (fixed !== '') page.paragraph(`fixed: ${fixed}`, page.paint.green, '  ');
}

function writeTroubles(page: Page, title: string, explanation: string, troubles: readonly Trouble[]): void {
  if (troubles.length === 0) return;
  page.title(title, explanation);
  const { paint } = page;
  const shown = troubles.slice(0, SHOWN_TROUBLES).map((trouble) => ({
    ...trouble,
    samples: `${formatNumber(trouble.samples)} ×`,
    kind: printableLine(trouble.kind, 24),
  }));
  const samplesWidth = Math.max(...shown.map(({ samples }) => widthOf(samples)));
  const kindWidth = Math.max(...shown.map(({ kind }) => widthOf(kind)));
  for (const { samples, kind, message, models, cases, moreCases } of shown) {
    const first = `  ${padToWidth(samples, samplesWidth, 'end')} ${paint.yellow(padToWidth(kind, kindWidth))}  `;
    const where = `${printableLine(models.join(', '), 80)}: ${printableLine(cases.join(', '), 120)}${moreCases ? ', …' : ''}`;
    page.paragraph(`${printableLine(message, 300)} (${where})`, same, first, 5);
  }
  const rest = troubles.length - shown.length;
  if (rest > 0) page.line(`  … and ${rest} more kinds`);
}

function writeFlaky(page: Page, flaky: readonly FlakyCase[]): void {
  if (flaky.length === 0) return;
  page.title('Flaky cases', 'trials disagree; how many pass, those that disagree most first');
  const shown = flaky.slice(0, SHOWN_FLAKY);
  const several = new Set(flaky.map(groupKey)).size > 1;
  const ids = shown.map((entry) => cutToWidth(printableLine(entry.case, 80), Math.floor(page.width / 3)));
  const width = Math.max(...ids.map(widthOf));
  shown.forEach((entry, index) => {
    const where = several ? `  (${describeGroup(entry)})` : '';
    const text = `  ${padToWidth(ids[index] ?? '', width)}  ${printableLine(describeFlaky(entry), 80)}${where}`;
    page.line(cutToWidth(text, page.width));
  });
  const rest = flaky.length - shown.length;
  if (rest > 0) page.line(`  … and ${rest} more in the JSON report`);
}

/** Ids may be of any length; two gates must not look alike because of it. */
const LONGEST_GATE = 400;

/** As many columns as a gate should have before other figures may take them. */
const GATE_WIDTH = 32;

interface GateColumn extends TableColumn {
  readonly cell: (gate: GateResult) => string;
}

const GATE_COLUMNS: readonly GateColumn[] = [
  { title: 'verdict', cell: (gate) => `${VERDICT_MARKS[gate.verdict]} ${gate.verdict}` },
  { title: 'gate', minWidth: 16, cell: (gate) => printableLine(describeGate(gate), LONGEST_GATE) },
  { title: 'actual', align: 'end', cell: describeActual },
  { title: 'interval', cell: describeInterval },
  { title: 'n', align: 'end', cell: describeCount },
];

function writeGates(page: Page, gates: readonly GateResult[]): void {
  if (gates.length === 0) return;
  page.title('Gates');
  const room = page.width - 4;
  const cellsOf = (columns: readonly GateColumn[]) => gates.map((gate) => columns.map(({ cell }) => cell(gate)));
  // In a narrow terminal the interval goes first: the message of the gate tells it where it matters
  const roomy = GATE_COLUMNS.map((column) => (column.title === 'gate' ? { ...column, minWidth: GATE_WIDTH } : column));
  const fits = tableWidth(fitColumns(roomy, cellsOf(roomy), room)) <= room;
  const columns = fits ? roomy : GATE_COLUMNS.filter(({ title }) => title !== 'interval');
  const rows = cellsOf(columns);
  const widths = fitColumns(columns, rows, room);
  if (tableWidth(widths) > room) {
    writeGatesInLines(page, gates);
    return;
  }
  const titles = layOutRow(
    columns.map(({ title }) => title),
    columns,
    widths,
  );
  page.line(page.paint.dim(`    ${titles.join('  ')}`));
  let group = '';
  if (!fits) page.paragraph('not shown in this width: the intervals', page.paint.dim, '    ');
  gates.forEach((gate, index) => {
    if (groupKey(gate) !== group) page.paragraph(describeGroup(gate), same, '  ');
    group = groupKey(gate);
    const [first, name = '', ...figures] = rows[index] ?? [];
    const [start = '', ...rest] = inLines(name, widths[1] ?? 0);
    const [verdict = '', ...cells] = layOutRow([first ?? '', start, ...figures], columns, widths);
    page.line(`    ${[paintVerdict(page.paint, gate)(verdict), ...cells].join('  ')}`);
    // Under the gate, so that the column of verdicts stays free to be scanned
    const indent = ' '.repeat(6 + widthOf(verdict));
    for (const line of rest) page.line(`${indent}  ${line}`);
    const message = toldOf(gate);
    const next = gates[index + 1];
    // What all gates of a group say is said once, under the last of them in a row
    if (message === '' || (next && groupKey(next) === group && toldOf(next) === message)) return;
    page.paragraph(message, gate.blocks ? same : page.paint.yellow, indent, MAX_MESSAGE_LINES);
  });
}

/** For a terminal with no room for columns: the figures of a gate below its name, each with what it is. */
function writeGatesInLines(page: Page, gates: readonly GateResult[]): void {
  for (const [index, gate] of gates.entries()) {
    const before = gates[index - 1];
    if (!before || groupKey(before) !== groupKey(gate)) page.paragraph(describeGroup(gate), same, '  ');
    const [verdict, name, ...figures] = GATE_COLUMNS.map(({ title, cell }) => ({ title, text: cell(gate) }));
    const paint = paintVerdict(page.paint, gate);
    page.paragraph(name?.text ?? '', same, `  ${paint(verdict?.text ?? '')}  `, MAX_MESSAGE_LINES);
    const told = figures.filter(({ text }) => text !== '').map(({ title, text }) => `${title} ${text}`);
    page.paragraph(told.join(', '), page.paint.dim, '    ');
    const why = toldOf(gate);
    if (why !== '') page.paragraph(why, gate.blocks ? same : page.paint.yellow, '    ', MAX_MESSAGE_LINES);
  }
}

/** Why a gate does not pass; empty where that is of no consequence. */
function toldOf({ message, blocks, warns }: GateResult): string {
  const text = printableLine(message, 700);
  return blocks ? text : warns ? `warning: ${text}` : '';
}

/** The name of a gate, whole: in a narrow terminal in several lines, of which those after the first are set in by 2. */
function inLines(name: string, width: number): readonly string[] {
  return widthOf(name) <= width ? [name] : wrap(name, width - 2);
}

function writeNotes(page: Page, notes: readonly string[]): void {
  if (notes.length === 0) return;
  page.title('Notes');
  for (const note of notes.slice(0, SHOWN_NOTES)) page.paragraph(printableLine(note, 500), same, '  • ');
  if (notes.length > SHOWN_NOTES) page.line(`  … and ${notes.length - SHOWN_NOTES} more`);
}

/** Not wrapped: the last line of a log is what people and scripts look for. */
function writeVerdict(page: Page, summary: RunSummary): void {
  const word = verdictWord(summary);
  const { paint } = page;
  const label =
    summary.exitCode === 0
      ? paint.green.bold(word)
      : summary.exitCode === 1
        ? paint.red.bold(word)
        : paint.yellow.bold(word);
  page.line(`${label} (exit code ${summary.exitCode}): ${explainVerdict(summary)}`);
}

function paintVerdict(paint: ChalkInstance, gate: GateResult): (text: string) => string {
  if (gate.verdict === 'pass') return paint.green;
  if (!gate.blocks && !gate.warns) return paint.dim;
  return gate.verdict === 'fail' && gate.blocks ? paint.red : paint.yellow;
}

function same(text: string): string {
  return text;
}
