import type {
  ChangeReading,
  ComparedCase,
  ComparedColumn,
  ComparedMetric,
  Comparison,
} from '../../core/compare/comparison.js';
import { count, formatNumber, formatValue } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import { writeEdit } from '../diff/diff-console.js';
import { fitColumns, layOutRow, padToWidth, type TableColumn, tableWidth, widthOf, wrap } from '../layout/layout.js';
import { Page, unpainted } from '../layout/page.js';
import type { ReportSink } from '../layout/sink.js';
import { layOutTable } from '../layout/table.js';
import type { Field } from '../words/fields.js';
import { describeCase } from './compare-case.js';
import { describeGates, describeOutcome } from './compare-outcome.js';
import {
  describeColumn,
  describeDifference,
  describeDifferenceInterval,
  describeError,
  describeP,
  describePairing,
  describePromptDiff,
  describePrompts,
  describeRest,
  describeScores,
  describeSide,
  describeUsage,
  explainReading,
  explainUnclear,
  percentOf,
} from './compare-words.js';

const MAX_LINES: Readonly<Record<Field['role'], number>> = { input: 3, expected: 3, output: 6, score: 2 };
const SHOWN_NOTES = 20;

/** What an engineer reads from the bottom up: the outcome, the metrics, and above them the cases that explain them. */
export async function reportComparison(comparison: Comparison, sink: ReportSink, shown: number): Promise<void> {
  const page = new Page(sink);
  for (const column of comparison.columns) {
    writeCases(page, column, 'Improved cases', column.cases.improved, shown);
    writeCases(page, column, 'Regressed cases', column.cases.regressed, shown);
  }
  page.title('Comparison');
  if (comparison.by === 'side') {
    page.paragraph(describeSide(comparison.before), unpainted, '  A  ');
    page.paragraph(describeSide(comparison.now), unpainted, '  B  ');
  } else page.paragraph(describeSide(comparison.now), unpainted, '  ');
  for (const column of comparison.columns) {
    page.blank();
    writeColumn(page, column, comparison.confidence);
  }
  writeAlone(page, comparison.alone);
  page.blank();
  page.paragraph(explainReading(comparison), page.paint.dim);
  page.blank();
  page.paragraph(describeOutcome(comparison), unpainted);
  await sink.write(page.text());
}

function writeCases(
  page: Page,
  column: ComparedColumn,
  title: string,
  cases: readonly ComparedCase[],
  shown: number,
): void {
  if (cases.length === 0) return;
  const decidedBy = printableLine(column.cases.decidedBy ?? '', 40);
  page.title(title, `${formatNumber(cases.length)} by ${decidedBy} · ${describeColumn(column)}`);
  const metric = column.metrics.find((each) => each.metric === column.cases.decidedBy);
  const regressed = cases === column.cases.regressed;
  for (const each of cases.slice(0, shown)) {
    page.blank();
    const paint = regressed ? page.paint.red : page.paint.green;
    page.head(
      printableLine(each.case, 80),
      `${decidedBy} ${describeScores(each, metric)}`,
      page.paint.bold,
      '  ',
      paint,
    );
    const { asked, before, now } = describeCase(each);
    writeFields(page, [...asked, ...before.map(onSide('A')), ...now.map(onSide('B'))]);
  }
  if (cases.length > shown) {
    page.blank();
    page.line(`  … and ${count(cases.length - shown, 'more case')}: see --html FILE or --json`);
  }
}

function onSide(side: string): (field: Field) => Field {
  return (field) => ({ ...field, label: field.role === 'output' ? side : `${side} ${field.label}` });
}

function writeFields(page: Page, fields: readonly Field[]): void {
  const labelWidth = Math.max(0, ...fields.map(({ label }) => widthOf(label)));
  for (const { label, text, role } of fields) {
    const first = page.paint.dim(`    ${padToWidth(label, labelWidth)}  `);
    const paint = role === 'score' ? page.paint.dim : unpainted;
    const lines = wrap(text === '' ? '(empty)' : text, page.width - widthOf(first));
    page.paragraph(cutMiddle(lines, MAX_LINES[role]).join('\n'), paint, first, MAX_LINES[role]);
  }
}

/** At most so many lines, the last of them always: what an answer comes to stands at its end. */
function cutMiddle(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 2), '…', ...lines.slice(-1)];
}

interface MetricColumn extends TableColumn {
  readonly cell: (metric: ComparedMetric) => string;
  /** The larger, the sooner the column gives way in a narrow terminal; 0 stays. */
  readonly gives: number;
}

function metricColumns(confidence: number): readonly MetricColumn[] {
  return [
    { title: 'reading', gives: 0, cell: ({ reading }) => reading },
    { title: 'metric', gives: 0, minWidth: 12, cell: ({ metric, stat }) => `${printableLine(metric, 40)} ${stat}` },
    { title: 'A', gives: 0, align: 'end', cell: ({ before, shown }) => formatValue(before, shown) },
    { title: 'B', gives: 0, align: 'end', cell: ({ now, shown }) => formatValue(now, shown) },
    { title: 'change', gives: 0, align: 'end', cell: describeDifference },
    { title: `${percentOf(confidence)} interval`, gives: 1, cell: describeDifferenceInterval },
    { title: 'p', gives: 0, align: 'end', cell: ({ p }) => describeP(p) },
    { title: 'p (Holm)', gives: 2, align: 'end', cell: ({ adjustedP }) => describeP(adjustedP) },
    {
      title: 'std err',
      gives: 4,
      align: 'end',
      cell: (metric) => describeError(metric.standardError?.paired, metric),
    },
    { title: 'cases', gives: 3, align: 'end', cell: ({ n }) => formatNumber(n) },
    { title: 'improved', gives: 5, align: 'end', cell: ({ improved }) => formatNumber(improved) },
    { title: 'regressed', gives: 5, align: 'end', cell: ({ regressed }) => formatNumber(regressed) },
  ];
}

function writeColumn(page: Page, column: ComparedColumn, confidence: number): void {
  page.head(describeColumn(column), describePrompts(column), page.paint.underline, '  ');
  writeGates(page, column);
  writeMetrics(page, column.metrics, metricColumns(confidence));
  const unclear = explainUnclear(column);
  for (const line of unclear.slice(0, SHOWN_NOTES)) page.paragraph(line, unpainted, '    ? ');
  if (unclear.length > SHOWN_NOTES) page.line(`    … and ${unclear.length - SHOWN_NOTES} more`);
  const pairing = describePairing(column);
  if (pairing !== '') page.paragraph(pairing, page.paint.dim, '    ');
  writePromptDiff(page, column);
  writeUsage(page, column);
  const rest = describeRest(column);
  if (rest.length > 0) page.blank();
  for (const note of rest.slice(0, SHOWN_NOTES)) page.paragraph(note, unpainted, '    • ');
  if (rest.length > SHOWN_NOTES) page.line(`    … and ${rest.length - SHOWN_NOTES} more`);
}

/** A table with as many columns as there is room for; where there is too little, a few lines for each metric, with all. */
function writeMetrics(page: Page, metrics: readonly ComparedMetric[], all: readonly MetricColumn[]): void {
  const room = page.width - 4;
  const { columns, rows, widths } = fitMetrics(metrics, all, room);
  if (rows.length === 0) return;
  const painted = (index: number) => paintReading(page, metrics[index]?.reading);
  if (tableWidth(widths) > room) {
    const ordered = all.toSorted((a, b) => Number(b.title === 'metric') - Number(a.title === 'metric'));
    const table = layOutTable(
      ordered,
      metrics.map((metric) => ordered.map(({ cell }) => cell(metric))),
      room,
    );
    table.rows.forEach(([first = '', ...rest], index) => {
      page.line(`    ${painted(index)(first)}`);
      for (const line of rest) page.line(`    ${line}`);
    });
    return;
  }
  const titles = columns.map(({ title }) => title);
  page.line(page.paint.dim(`    ${layOutRow(titles, columns, widths).join('  ')}`));
  rows.forEach((row, index) => {
    const [reading = '', ...cells] = layOutRow(row, columns, widths);
    page.line(`    ${[painted(index)(reading), ...cells].join('  ')}`);
  });
  const hidden = all.filter(({ title }) => columns.every((shown) => shown.title !== title));
  if (hidden.length > 0)
    page.paragraph(`not shown in this width: ${hidden.map(({ title }) => title).join(', ')}`, page.paint.dim, '    ');
}

const GATE_COLUMNS: readonly TableColumn[] = [{ title: 'gate', minWidth: 16 }, { title: 'A' }, { title: 'B' }];

function writeGates(page: Page, column: ComparedColumn): void {
  const gates = describeGates(column).map(({ gate, before, now }) => [gate, before, now]);
  if (gates.length === 0) return;
  const rows = gates.slice(0, SHOWN_NOTES);
  if (tableWidth(fitColumns(GATE_COLUMNS, rows, Number.POSITIVE_INFINITY)) > page.width - 4) {
    for (const [gate, before, now] of rows) page.paragraph(`${gate}: A ${before}, B ${now}`, unpainted, '    • ');
  } else {
    const widths = fitColumns(GATE_COLUMNS, rows, page.width - 4);
    const titles = GATE_COLUMNS.map(({ title }) => title);
    page.line(page.paint.dim(`    ${layOutRow(titles, GATE_COLUMNS, widths).join('  ')}`));
    for (const row of rows) page.line(`    ${layOutRow(row, GATE_COLUMNS, widths).join('  ')}`);
  }
  if (gates.length > rows.length) page.line(`    … and ${count(gates.length - rows.length, 'more gate')}`);
  page.blank();
}

/** The table with as many of its columns as there is room for. */
function fitMetrics(metrics: readonly ComparedMetric[], all: readonly MetricColumn[], room: number) {
  let columns = all;
  for (;;) {
    const rows = metrics.map((metric) => columns.map(({ cell }) => cell(metric)));
    const natural = fitColumns(columns, rows, Number.POSITIVE_INFINITY);
    const last = Math.max(...columns.map(({ gives }) => gives));
    if (tableWidth(natural) <= room || last === 0) return { columns, rows, widths: fitColumns(columns, rows, room) };
    columns = columns.filter(({ gives }) => gives !== last);
  }
}

function writePromptDiff(page: Page, column: ComparedColumn): void {
  const diff = describePromptDiff(column);
  if (diff === null) return;
  page.blank();
  if ('why' in diff) page.paragraph(diff.why, page.paint.dim, '    ');
  else for (const edit of diff.edits) writeEdit(page, edit);
}

const USAGE_COLUMNS: readonly TableColumn[] = [
  { title: '' },
  { title: 'A', align: 'end' },
  { title: 'B', align: 'end' },
  { title: 'change', align: 'end' },
];

function writeUsage(page: Page, column: ComparedColumn): void {
  const rows = describeUsage(column).map(({ what, before, now, change }) => [what, before, now, change]);
  if (rows.length === 0) return;
  page.blank();
  const table = layOutTable(USAGE_COLUMNS, rows, page.width - 4);
  for (const line of table.head) page.line(page.paint.dim(`    ${line}`));
  for (const line of table.rows.flat()) page.line(`    ${line}`);
}

function writeAlone(page: Page, alone: Comparison['alone']): void {
  if (alone.length === 0) return;
  page.title('Without a partner');
  for (const { side, column, why } of alone.slice(0, SHOWN_NOTES)) {
    const text = `${side === 'now' ? 'B' : 'A'} ${printableLine(column, 120)}: ${printableLine(why, 300)}`;
    page.paragraph(text, unpainted, '  • ');
  }
  if (alone.length > SHOWN_NOTES) page.line(`  … and ${alone.length - SHOWN_NOTES} more`);
}

function paintReading(page: Page, reading: ChangeReading | undefined): (text: string) => string {
  if (reading === 'better') return page.paint.green;
  return reading === 'worse' ? page.paint.red : page.paint.dim;
}
