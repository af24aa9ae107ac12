import { count, formatNumber } from '../core/text/format.js';
import { printableLine } from '../core/text/printable.js';
import type { FlakyCase } from '../model/case-changes.js';
import type { RunSummary } from '../model/run-record.js';
import { writeGates } from './console/gates-table.js';
import { cutToWidth, padToWidth, widthOf } from './layout/layout.js';
import { Page, unpainted } from './layout/page.js';
import type { ReportSink } from './layout/sink.js';
import type { Reporter } from './reporter.js';
import { collectProblems, countFailing, type FailingCase, type GroupProblems, type Trouble } from './words/collect.js';
import { describeResult, type Field } from './words/fields.js';
import { areMixed, failedScores } from './words/outcome.js';
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
import { describeFlaky, describeGroup, describeTotals } from './words/words.js';

const MAX_LINES: Readonly<Record<Field['role'], number>> = { input: 4, expected: 4, output: 8, score: 3 };
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
    page.paragraph(
      `… and ${formatNumber(rest)} more failing ${rest === 1 ? 'case' : 'cases'}: ${all}`,
      unpainted,
      '  ',
    );
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
    page.paragraph(text === '' ? '(empty)' : text, role === 'score' ? paint.red : unpainted, painted, MAX_LINES[role]);
  }
}

/** Cases that fail in a run that passes: in sight, and no cause for alarm. */
function writeAllowedFailures(page: Page, groups: readonly GroupProblems[]): void {
  const all = countFailing({ groups });
  if (all === 0) return;
  page.title('Cases that fail', 'no more than the gates allow');
  const shown = groups.flatMap(({ failing }) => failing).slice(0, SHOWN_ALLOWED);
  for (const { result, baseline } of shown) {
    const [score] = failedScores(result);
    const facts = [describeSince(baseline), score ? `${score.id}: ${score.reason}` : ''].filter(Boolean).join('; ');
    const where = describeGroup(result);
    page.head(printableLine(result.case, 60), printableLine(`${facts} (${where})`, 300), unpainted, '  ');
  }
  if (all > shown.length) page.line(`  … and ${all - shown.length} more`);
}

/** What the run was compared with, and what is fixed since. */
function writeBaseline(page: Page, summary: RunSummary): void {
  const fixed = describeFixed(summary);
  const baselines = describeBaselines(summary);
  if (baselines.length === 0) return;
  page.title('Baseline');
  for (const line of baselines) page.paragraph(printableLine(line, 1000), unpainted, '  ');
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
    page.paragraph(`${printableLine(message, 300)} (${where})`, unpainted, first, 5);
  }
  const rest = troubles.length - shown.length;
  if (rest > 0) page.line(`  … and ${rest} more kinds`);
}

function writeFlaky(page: Page, flaky: readonly FlakyCase[]): void {
  if (flaky.length === 0) return;
  page.title('Flaky cases', 'trials disagree; how many pass, those that disagree most first');
  const shown = flaky.slice(0, SHOWN_FLAKY);
  const several = areMixed(flaky);
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

function writeNotes(page: Page, notes: readonly string[]): void {
  if (notes.length === 0) return;
  page.title('Notes');
  for (const note of notes.slice(0, SHOWN_NOTES)) page.paragraph(printableLine(note, 500), unpainted, '  • ');
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
