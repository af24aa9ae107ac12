import { describeLine, percent, reasonOfLine } from '../../core/releases/describe-line.js';
import type { LiveDecision } from '../../core/rollouts/judge-live.js';
import type { LiveGate } from '../../model/live.js';
import type { ExplainedLine } from '../../release/explain.js';
import { type Column, fitColumns, layOutRow } from '../../reporters/layout.js';

const TITLES = ['gate', 'control', 'candidate', 'found', 'can be', 'allowed', 'verdict'];
const COLUMNS: readonly Column[] = TITLES.map((title) => ({
  title,
  ...(title === 'control' || title === 'candidate' ? { align: 'end' as const } : {}),
}));

/** A decision that was computed again, for a terminal of a width. */
export function textOfExplained({ line, found, counts, differs }: ExplainedLine, width: number): string {
  const reason = reasonOfLine(line);
  const rows = found.decisions.map(cellsOf);
  const widths = fitColumns(COLUMNS, [TITLES, ...rows], width - 2);
  const write = (cells: readonly string[]) => `  ${layOutRow(cells, COLUMNS, widths).join('  ').trimEnd()}`;
  const calls = counts.steps.map(
    ({ weight, calls: { control, candidate } }) =>
      `  at ${percent(weight)}: ${candidate} calls of the candidate, ${control} of the control`,
  );
  return [
    `Line ${line.n}, ${line.at}: ${describeLine(line)}${reason === null ? '' : ` (${reason})`}`,
    ...calls,
    write(TITLES),
    ...rows.map(write),
    differs.length === 0
      ? 'Computed again from the counts in this line: the same.'
      : `Computed again from the counts in this line, this differs: ${differs.join(', ')}.`,
  ].join('\n');
}

function cellsOf({ gate, n, estimate, low, high, verdict }: LiveDecision<LiveGate>): string[] {
  const found = estimate === null ? 'nothing' : shown(gate, estimate);
  return [
    `${gate.stat} of ${gate.metric} (${gate.prompt})`,
    `n ${n.control}`,
    `n ${n.candidate}`,
    found,
    low === null && high === null ? 'anything' : `${end(gate, low)} to ${end(gate, high)}`,
    allowed(gate),
    verdict,
  ];
}

function allowed(gate: LiveGate): string {
  const { bound } = gate;
  return bound.kind === 'value' ? `${bound.side} ${shown(gate, bound.threshold)}` : shown(gate, -bound.margin);
}

function end(gate: LiveGate, value: number | null): string {
  return value === null ? '?' : shown(gate, value);
}

/** A value in its own unit, or a change in words: its sign would say that better is positive. */
function shown({ values, bound }: LiveGate, value: number): string {
  if (bound.kind === 'value') return values === 'rate' ? percent(value) : number(value);
  const size = Math.abs(value);
  const amount = values === 'rate' ? `${number(100 * size)} points` : bound.relative ? percent(size) : number(size);
  return value === 0 ? 'no change' : `${amount} ${value < 0 ? 'worse' : 'better'}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}
