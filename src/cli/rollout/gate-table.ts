import { percent } from '../../core/releases/describe-line.js';
import type { LiveDecision } from '../../core/rollouts/judge-live.js';
import { nameOfGate } from '../../core/rollouts/next.js';
import { formatAbout } from '../../core/text/format.js';
import type { LiveGate } from '../../model/live.js';
import type { Column } from '../../reporters/layout.js';
import { layOutTable } from '../../reporters/table.js';

const TITLES = ['gate', 'control', 'candidate', 'found', 'can be', 'allowed', 'verdict'];

/** What each gate has come to, a line each under a head, for a terminal of a width. `open` tells what undecided ones still need. */
export function tableOfGates(
  decisions: readonly LiveDecision<LiveGate>[],
  width: number,
  { open = false } = {},
): readonly string[] {
  const titles = open ? [...TITLES, 'still needs'] : TITLES;
  const columns: readonly Column[] = titles.map((title) => ({
    title,
    ...(title === 'control' || title === 'candidate' ? { align: 'end' as const } : {}),
  }));
  const rows = decisions.map((decision) => [...cellsOf(decision), ...(open ? [neededBy(decision)] : [])]);
  const table = layOutTable(columns, rows, width - 2);
  return [...table.head, ...table.rows.flat()].map((line) => `  ${line}`);
}

function neededBy({ verdict, needed, n }: LiveDecision<LiveGate>): string {
  if (verdict !== 'wait') return '';
  if (needed === null) return n.candidate === 0 ? 'calls' : 'not known';
  return `about ${formatAbout(needed)} calls`;
}

function cellsOf({ gate, n, estimate, low, high, verdict }: LiveDecision<LiveGate>): string[] {
  const found = estimate === null ? 'nothing' : shown(gate, estimate);
  return [
    `${nameOfGate(gate)}${gate.level === 'warn' ? ', warns' : ''}`,
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
