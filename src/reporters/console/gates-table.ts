import type { ChalkInstance } from 'chalk';
import { describeGate } from '../../core/gates/describe-gate.js';
import { printableLine } from '../../core/text/printable.js';
import type { GateResult } from '../../model/run-record.js';
import { fitColumns, layOutRow, type TableColumn, tableWidth, widthOf, wrap } from '../layout/layout.js';
import { type Page, unpainted } from '../layout/page.js';
import { groupKey } from '../words/outcome.js';
import { describeActual, describeCount, describeGroup, describeInterval, VERDICT_MARKS } from '../words/words.js';

/** Whole, in a terminal of 40 columns too. */
const MAX_MESSAGE_LINES = 30;
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

/** All gates of a run, a row each below the column that they judge, with why a row does not pass. */
export function writeGates(page: Page, gates: readonly GateResult[]): void {
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
    if (groupKey(gate) !== group) page.paragraph(describeGroup(gate), unpainted, '  ');
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
    page.paragraph(message, gate.blocks ? unpainted : page.paint.yellow, indent, MAX_MESSAGE_LINES);
  });
}

/** For a terminal with no room for columns: the figures of a gate below its name, each with what it is. */
function writeGatesInLines(page: Page, gates: readonly GateResult[]): void {
  for (const [index, gate] of gates.entries()) {
    const before = gates[index - 1];
    if (!before || groupKey(before) !== groupKey(gate)) page.paragraph(describeGroup(gate), unpainted, '  ');
    const [verdict, name, ...figures] = GATE_COLUMNS.map(({ title, cell }) => ({ title, text: cell(gate) }));
    const paint = paintVerdict(page.paint, gate);
    page.paragraph(name?.text ?? '', unpainted, `  ${paint(verdict?.text ?? '')}  `, MAX_MESSAGE_LINES);
    const told = figures.filter(({ text }) => text !== '').map(({ title, text }) => `${title} ${text}`);
    page.paragraph(told.join(', '), page.paint.dim, '    ');
    const why = toldOf(gate);
    if (why !== '') page.paragraph(why, gate.blocks ? unpainted : page.paint.yellow, '    ', MAX_MESSAGE_LINES);
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

function paintVerdict(paint: ChalkInstance, gate: GateResult): (text: string) => string {
  if (gate.verdict === 'pass') return paint.green;
  if (!gate.blocks && !gate.warns) return paint.dim;
  return gate.verdict === 'fail' && gate.blocks ? paint.red : paint.yellow;
}
