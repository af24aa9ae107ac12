import { describeRuleChange } from '../../core/gates/describe-gate.js';
import { nameOfForesight } from '../../core/power/describe-blind.js';
import type { Foresight } from '../../core/power/foresee.js';
import { formatAbout, formatBeside, formatMilliseconds } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import { type TableColumn, wrap } from '../../reporters/layout/layout.js';
import { layOutTable } from '../../reporters/layout/table.js';
import { describeGroup } from '../../reporters/words/words.js';
import type { TimeEstimate } from '../../runs/estimates/plan-time.js';

interface GateColumn extends TableColumn {
  readonly cell: (gate: Foresight) => string;
}

const COLUMNS: readonly GateColumn[] = [
  { title: 'gate', minWidth: 32, cell: (gate) => printableLine(nameOfForesight(gate), 120) },
  { title: 'cases', align: 'end', cell: ({ cases }) => String(cases) },
  { title: 'trials', align: 'end', cell: ({ trials }) => String(trials) },
  { title: 'fails 4 of 5 times at', cell: describeFailure },
];
const MARGIN_COLUMNS: readonly GateColumn[] = [
  { title: 'sees its margin', cell: describeMargin },
  { title: 'needs', cell: describeNeeds },
];

/** What the gates will see, a row each and under it what the figures come from. */
export function describeForesight(gates: readonly Foresight[], width: number): string {
  if (gates.length === 0) return '';
  const columns = gates.some(({ rule }) => rule.change !== null) ? [...COLUMNS, ...MARGIN_COLUMNS] : COLUMNS;
  const rows = gates.map((gate) => columns.map(({ cell }) => cell(gate)));
  const table = layOutTable(columns, rows, width - 4);
  const lines = ['What the gates will see', ...table.head.map((line) => `    ${line}`)];
  let group = '';
  for (const [index, gate] of gates.entries()) {
    const own = describeGroup(gate);
    if (own !== group) lines.push(`  ${own}`);
    group = own;
    lines.push(...(table.rows[index] ?? []).map((line) => `    ${line}`));
    // Said once for all gates in a row that it holds for
    const next = gates[index + 1];
    if (!next || next.noise !== gate.noise || describeGroup(next) !== own)
      lines.push(...wrap(`noise: ${gate.noise}`, width - 6).map((line) => `      ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

/** `0.14 lower`, `0.71`. */
function describeFailure({ rule, failsAt }: Foresight): string {
  if (failsAt === null) return 'not known';
  return rule.change === null ? formatBeside(failsAt, rule.threshold, rule.shown) : describeRuleChange(rule, failsAt);
}

function describeMargin({ rule, seesMargin }: Foresight): string {
  if (rule.change === null) return '';
  if (seesMargin === null) return rule.threshold === 0 ? 'has none' : 'not known';
  return seesMargin ? 'yes' : 'no';
}

/** `240 cases`, `250 cases or 9 trials`. */
function describeNeeds({ seesMargin, casesNeeded, trialsNeeded }: Foresight): string {
  if (seesMargin !== false) return '';
  const needs = [
    casesNeeded === null ? '' : `${formatAbout(casesNeeded)} cases`,
    trialsNeeded === null ? '' : `${formatAbout(trialsNeeded)} trials`,
  ];
  return needs.filter(Boolean).join(' or ') || 'not to be had';
}

/** The sentence on the time of the live calls; nothing without any. */
export function describeTime({ ms, leastMs }: TimeEstimate, live: number): string {
  if (live === 0) return '';
  if (ms !== null)
    return `Time: about ${formatMilliseconds(ms)} at the configured rates, by the latency of the baseline.\n`;
  const why = 'no baseline has scores of `latency`';
  return leastMs > 0
    ? `Time: at least ${formatMilliseconds(leastMs)} at the configured rates; how long a call takes is not known (${why}).\n`
    : `Time: not known (${why}, and no rate is configured).\n`;
}
