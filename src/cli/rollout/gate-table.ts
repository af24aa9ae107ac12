import { nameOfGate } from '../../core/rollouts/next.js';
import { formatAbout, formatNumber } from '../../core/text/format.js';
import type { GateStatus } from '../../model/gateway-status.js';
import type { TableColumn } from '../../reporters/layout/layout.js';
import { layOutTable } from '../../reporters/layout/table.js';

/** A gate as a line of the table has it. */
export type GateRow = Pick<
  GateStatus,
  'prompt' | 'metric' | 'stat' | 'level' | 'verdict' | 'words' | 'calls' | 'needed'
>;

const TITLES = ['gate', 'control', 'candidate', 'found', 'can be', 'allowed', 'verdict'];

/** What each gate has come to, a line each under a head, for a terminal of a width. `open` tells what undecided ones still need. */
export function tableOfGates(gates: readonly GateRow[], width: number, { open = false } = {}): readonly string[] {
  const titles = open ? [...TITLES, 'still needs'] : TITLES;
  const columns: readonly TableColumn[] = titles.map((title) => ({
    title,
    ...(title === 'control' || title === 'candidate' ? { align: 'end' as const } : {}),
  }));
  const rows = gates.map((gate) => [...cellsOf(gate), ...(open ? [neededBy(gate)] : [])]);
  const table = layOutTable(columns, rows, width - 2);
  return [...table.head, ...table.rows.flat()].map((line) => `  ${line}`);
}

function neededBy({ verdict, needed, calls }: GateRow): string {
  if (verdict !== 'wait') return '';
  if (needed === null) return calls.candidate === 0 ? 'calls' : 'not known';
  return `about ${formatAbout(needed)} calls`;
}

function cellsOf(gate: GateRow): string[] {
  const { level, calls, verdict } = gate;
  const { found, bounds, allowed } = gate.words;
  return [
    `${nameOfGate(gate)}${level === 'warn' ? ', warns' : ''}`,
    `n ${formatNumber(calls.control)}`,
    `n ${formatNumber(calls.candidate)}`,
    ...[found ?? 'nothing', bounds ?? 'anything', allowed, verdict],
  ];
}
