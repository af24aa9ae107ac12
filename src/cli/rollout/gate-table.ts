import type { LiveDecision } from '../../core/rollouts/judge-live.js';
import { liveWords } from '../../core/rollouts/live-words.js';
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

function cellsOf(decision: LiveDecision<LiveGate>): string[] {
  const { gate, n, verdict } = decision;
  const { found, bounds, allowed } = liveWords(decision);
  return [
    `${nameOfGate(gate)}${gate.level === 'warn' ? ', warns' : ''}`,
    `n ${n.control}`,
    `n ${n.candidate}`,
    ...[found ?? 'nothing', bounds ?? 'anything', allowed, verdict],
  ];
}
