import { describeGate } from '../core/gates/describe-gate.js';
import { formatNumber } from '../core/text/format.js';
import { breakCommands, printableLine } from '../core/text/printable.js';
import type { FlakyCase } from '../model/case-changes.js';
import type { GateResult, RunSummary } from '../model/run-record.js';
import { codeSpan, escapeHtml, escapeMarkdown, fieldBlock, lengthOf } from './layout/markdown-text.js';
import { protectionBlock } from './protection-markdown.js';
import type { Reporter } from './reporter.js';
import {
  collectProblems,
  countFailing,
  type FailingCase,
  type GroupProblems,
  type Problems,
  rankedCases,
  type Trouble,
} from './words/collect.js';
import { describeResult } from './words/fields.js';
import { areMixed } from './words/outcome.js';
import { describeBaselines, describeBeside, describeFixed, describeSince, unitsOf } from './words/since-baseline.js';
import { explainVerdict, verdictWord } from './words/verdict.js';
import {
  describeActual,
  describeCount,
  describeFlaky,
  describeGroup,
  describeInterval,
  describeTotals,
  signOfRun,
  VERDICT_SIGNS,
} from './words/words.js';

/** GitHub refuses comments of more than 65,536 characters; the caller may want to add a few. */
const MAX_LENGTH = 60_000;
const MAX_GATES_LENGTH = 25_000;
const SHOWN = 10;
const SHOWN_FLAKY = 5;

const SILENT = '➖';

/**
 * A comment for a pull request: the verdict and the gates in view, failing cases to unfold. Model output stands in
 * code blocks only; all other text is escaped.
 */
export const markdownReporter: Reporter = {
  name: 'markdown',
  async report(run, sink) {
    const problems = await collectProblems(run);
    const { summary } = run;
    const head = [headline(summary), protectionBlock(summary), gateTable(summary.gates), gateSentences(summary.gates)];
    const foot = [
      troubleList('Errors: samples without an answer, which are not failures of the prompt', problems.errors),
      troubleList('Missing scores', problems.missing),
      troubleList('Not applicable: nothing to judge there, gates leave it out', problems.notApplicable),
      flakyList(summary.flaky ?? []),
      baselineList(summary),
      noteList(summary.notes),
      `<sub>${escapeMarkdown(describeTotals(summary).join(' · '))} · run ${codeSpan(summary.runId)}</sub>`,
    ];
    const room = MAX_LENGTH - lengthOf([...head, ...foot]);
    const blocks = [...head, ...failingCases(problems, summary, room), ...foot];
    await sink.write(breakCommands(`${blocks.filter(Boolean).join('\n\n')}\n`));
  },
};

function headline(summary: RunSummary): string {
  const why = escapeMarkdown(explainVerdict(summary), 1000);
  return `## ${signOfRun(summary)} llmci: ${verdictWord(summary).toLowerCase()}\n\n${why} (exit code ${summary.exitCode})`;
}

function gateTable(gates: readonly GateResult[]): string {
  if (gates.length === 0) return '';
  const lines = ['| | gate | actual | interval | n | prompt | model |', '|---|---|--:|---|--:|---|---|'];
  let length = 0;
  for (const gate of blockingFirst(gates)) {
    const row = gateRow(gate);
    length += row.length;
    if (length > MAX_GATES_LENGTH) break;
    lines.push(row);
  }
  const rest = gates.length - (lines.length - 2);
  return [...lines, ...(rest > 0 ? ['', `… and ${rest} more gates.`] : [])].join('\n');
}

function blockingFirst(gates: readonly GateResult[]): readonly GateResult[] {
  return [...gates.filter(({ blocks }) => blocks), ...gates.filter(({ blocks }) => !blocks)];
}

/** What the gates that block or warn say for themselves; a table is no place for sentences. */
function gateSentences(gates: readonly GateResult[]): string {
  const told = blockingFirst(gates).filter(({ blocks, warns, message }) => (blocks || warns) && message !== '');
  if (told.length === 0) return '';
  const several = areMixed(gates);
  const items = told.slice(0, SHOWN).map((gate) => {
    const where = several ? ` (${codeSpan(describeGroup(gate))})` : '';
    return `- ${signOf(gate)} ${codeSpan(describeGate(gate))}${where}: ${escapeMarkdown(gate.message, 400)}`;
  });
  const rest = told.length - items.length;
  return [...items, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

function gateRow(gate: GateResult): string {
  const prompt =
    gate.suite === gate.prompt ? codeSpan(gate.prompt) : `${codeSpan(gate.suite)}: ${codeSpan(gate.prompt)}`;
  const cells = [
    `${signOf(gate)} ${gate.verdict}`,
    codeSpan(describeGate(gate)),
    describeActual(gate),
    describeInterval(gate),
    describeCount(gate),
    prompt,
    codeSpan(gate.model),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** A gate that is not met but does not block must not look like the cause of a red build. */
function signOf({ verdict, blocks, warns }: GateResult): string {
  if (verdict === 'pass' || blocks) return VERDICT_SIGNS[verdict];
  return warns ? VERDICT_SIGNS.error : SILENT;
}

/** As many failing cases as fit into `room` characters, and how many were left out. */
function failingCases({ groups }: Problems, summary: RunSummary, room: number): string[] {
  const all = countFailing({ groups });
  if (all === 0) return [];
  const blocks = [summary.exitCode === 0 ? '### Cases that fail, no more than the gates allow' : '### Failing cases'];
  const more = `The whole record: ${codeSpan(`llmci report ${printableLine(summary.runId, 60)} --reporter json`)}`;
  let left = room - more.length - 100;
  let shown = 0;
  for (const { failing, group } of rankedCases({ groups })) {
    const block = failingCase(failing, group, summary);
    if (block.length + 2 > left) continue;
    left -= block.length + 2;
    shown++;
    blocks.push(block);
  }
  const rest = all - shown;
  if (rest > 0) blocks.push(`… and ${rest} more failing ${rest === 1 ? 'case' : 'cases'}. ${more}`);
  return blocks;
}

function failingCase(
  { result, failedTrials, trials, baseline }: FailingCase,
  group: GroupProblems,
  summary: RunSummary,
): string {
  const fields = [...describeResult(result), ...describeBeside(baseline, result, unitsOf(summary, group.suite))];
  const failed = fields.filter(({ role }) => role === 'score').map(({ label }) => label.replace('✗ ', ''));
  const where = group.suite === group.prompt ? [group.prompt, group.model] : [group.suite, group.prompt, group.model];
  const facts = [
    describeSince(baseline),
    ...where.map((part) => escapeHtml(part, 60)),
    trials > 1 ? `${failedTrials} of ${trials} trials fail` : '',
    escapeHtml(failed.join(', ')),
  ].filter(Boolean);
  const head = `<summary><code>${escapeHtml(result.case, 80)}</code> · ${facts.join(' · ')}</summary>`;
  return `<details>${head}\n\n${fieldBlock(fields)}\n\n</details>`;
}

function troubleList(title: string, troubles: readonly Trouble[]): string {
  if (troubles.length === 0) return '';
  const items = troubles.slice(0, SHOWN).map(({ samples, kind, message, models, cases, moreCases }) => {
    const where = `${codeSpan(models.join(', '))}: ${codeSpan(cases.join(', '), 120)}${moreCases ? ', …' : ''}`;
    return `- ${formatNumber(samples)} × ${escapeMarkdown(kind, 60)}: ${codeSpan(message, 300)} (${where})`;
  });
  const rest = troubles.length - items.length;
  return [`**${title}**`, '', ...items, ...(rest > 0 ? [`- … and ${rest} more kinds`] : [])].join('\n');
}

function flakyList(flaky: readonly FlakyCase[]): string {
  if (flaky.length === 0) return '';
  const several = areMixed(flaky);
  const items = flaky.slice(0, SHOWN_FLAKY).map((entry) => {
    const where = several ? ` (${codeSpan(describeGroup(entry))})` : '';
    return `- ${codeSpan(entry.case)} ${escapeMarkdown(describeFlaky(entry), 120)}${where}`;
  });
  const rest = flaky.length - items.length;
  return ['**Flaky cases: trials disagree**', '', ...items, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}

function baselineList(summary: RunSummary): string {
  const fixed = describeFixed(summary);
  const all = describeBaselines(summary);
  if (all.length === 0) return '';
  const items = all.slice(0, SHOWN).map((line) => `- ${escapeMarkdown(line, 1000)}`);
  const more = all.length > SHOWN ? [`- … and ${all.length - SHOWN} more`] : [];
  return ['**Baseline**', '', ...items, ...more, ...(fixed === '' ? [] : [`- fixed: ${escapeMarkdown(fixed)}`])].join(
    '\n',
  );
}

function noteList(notes: readonly string[]): string {
  if (notes.length === 0) return '';
  const items = notes.slice(0, SHOWN).map((note) => `- ${escapeMarkdown(note)}`);
  const rest = notes.length - items.length;
  return ['**Notes**', '', ...items, ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}
