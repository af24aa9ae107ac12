import type { ComparedCase, ComparedColumn, Comparison } from '../../core/compare/comparison.js';
import { formatNumber, formatValue } from '../../core/text/format.js';
import { breakCommands, printableLine } from '../../core/text/printable.js';
import { editMarkdown } from '../diff/diff-markdown.js';
import { codeBlock, codeSpan, escapeHtml, escapeMarkdown } from '../layout/markdown-text.js';
import { describeCase } from './compare-case.js';
import { describeGates, describeOutcome } from './compare-outcome.js';
import {
  describeColumn,
  describeDifference,
  describeDifferenceInterval,
  describeP,
  describePromptDiff,
  describePrompts,
  describeRest,
  describeScores,
  describeSide,
  describeUsage,
  explainReading,
  explainUnclear,
} from './compare-words.js';

const SHOWN_NOTES = 20;
/** GitHub refuses comments of more than 65,536 characters. */
const MAX_LENGTH = 60_000;
const LONGEST_TEXT = 2000;

/** The comparison as Markdown for a pull request: model output stands in code blocks only, all other text is escaped. */
export function compareMarkdown(comparison: Comparison, shown: number): string {
  const { before, now, by, columns, alone } = comparison;
  const sides =
    by === 'side'
      ? `- **A** ${escapeMarkdown(describeSide(before))}\n- **B** ${escapeMarkdown(describeSide(now))}`
      : `- ${escapeMarkdown(describeSide(now))}`;
  const head = `**${escapeMarkdown(describeOutcome(comparison), 1000)}**\n\n${sides}`;
  const left = alone.map(
    ({ side, column, why }) =>
      `- ${side === 'now' ? 'B' : 'A'} ${escapeMarkdown(column, 160)}: ${escapeMarkdown(why, 300)}`,
  );
  const foot = [
    ...(left.length > 0 ? [`#### Without a partner\n\n${listOf(left)}`] : []),
    `<sub>${escapeMarkdown(explainReading(comparison), 1000)}</sub>`,
  ];
  const columnBlocks = columns.flatMap(columnMarkdown);
  const caseBlocks = columns.flatMap((column) => [
    ...casesMarkdown(column, 'Regressed', column.cases.regressed, shown),
    ...casesMarkdown(column, 'Improved', column.cases.improved, shown),
  ]);
  const used = [head, ...foot].join('\n\n').length;
  return breakCommands(
    [head, ...takeBlocks([...columnBlocks, ...caseBlocks], MAX_LENGTH - used), ...foot].join('\n\n'),
  );
}

/** As many blocks as there is room for, and how many were left out. */
function takeBlocks(blocks: readonly string[], room: number): readonly string[] {
  const taken: string[] = [];
  let length = 0;
  for (const block of blocks) {
    length += block.length + 2;
    if (length > room)
      return [...taken, `… ${blocks.length - taken.length} more blocks are left out here: --html FILE has all.`];
    taken.push(block);
  }
  return taken;
}

function columnMarkdown(column: ComparedColumn): readonly string[] {
  const gates = describeGates(column).map(({ gate, before, now }) => [
    codeSpan(gate),
    escapeMarkdown(before),
    escapeMarkdown(now),
  ]);
  const metrics = column.metrics.map((metric) => [
    metric.reading === 'worse' || metric.reading === 'better' ? `**${metric.reading}**` : metric.reading,
    codeSpan(`${metric.metric} ${metric.stat}`, 60),
    formatValue(metric.before, metric.shown),
    formatValue(metric.now, metric.shown),
    describeDifference(metric),
    describeDifferenceInterval(metric),
    describeP(metric.adjustedP),
    formatNumber(metric.n),
  ]);
  const usage = describeUsage(column).map(({ what, before, now, change }) => [what, before, now, change]);
  const notes = [...explainUnclear(column), ...describeRest(column)].map((note) => `- ${escapeMarkdown(note)}`);
  return [
    `#### ${escapeMarkdown(describeColumn(column))} (${describePrompts(column)})`,
    table(['gate', 'A', 'B'], gates),
    table(['reading', 'metric', 'A', 'B', 'change', 'interval', 'p (Holm)', 'cases'], metrics),
    promptMarkdown(column),
    table(['', 'A', 'B', 'change'], usage),
    listOf(notes),
  ].filter(Boolean);
}

function promptMarkdown(column: ComparedColumn): string {
  const diff = describePromptDiff(column);
  if (diff === null) return '';
  if ('why' in diff) return `_${escapeMarkdown(diff.why)}_`;
  return `<details><summary>The prompt's messages: ${diff.edits.length} changed</summary>\n\n${diff.edits.map(editMarkdown).join('\n')}\n\n</details>`;
}

function casesMarkdown(
  column: ComparedColumn,
  title: string,
  cases: readonly ComparedCase[],
  shown: number,
): readonly string[] {
  if (cases.length === 0) return [];
  const metric = column.metrics.find((each) => each.metric === column.cases.decidedBy);
  const told = cases.slice(0, shown).map((each) => caseMarkdown(each, `${title}: `, describeScores(each, metric)));
  const rest = cases.length - told.length;
  return [...told, ...(rest > 0 ? [`… and ${formatNumber(rest)} more ${title.toLowerCase()}.`] : [])];
}

function caseMarkdown(each: ComparedCase, title: string, change: string): string {
  const { asked, before, now } = describeCase(each);
  const fields = [
    ...asked.map(({ label, text }) => [label, text] as const),
    ...before.map(({ label, text }) => [`A ${label}`, text] as const),
    ...now.map(({ label, text }) => [`B ${label}`, text] as const),
  ];
  const body = fields.map(
    ([label, text]) => `${escapeMarkdown(printableLine(label, 60))}\n\n${codeBlock(text.slice(0, LONGEST_TEXT))}`,
  );
  const summary = `<summary>${title}<b>${escapeHtml(each.case)}</b> ${escapeHtml(change)}</summary>`;
  return `<details>${summary}\n\n${body.length > 0 ? body.join('\n\n') : 'Baselines keep scores, no outputs.'}\n\n</details>`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function listOf(lines: readonly string[]): string {
  const rest = lines.length - SHOWN_NOTES;
  return [...lines.slice(0, SHOWN_NOTES), ...(rest > 0 ? [`- … and ${rest} more`] : [])].join('\n');
}
