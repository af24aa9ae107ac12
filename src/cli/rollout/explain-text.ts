import { describeLine, reasonOfLine } from '../../core/releases/describe-line.js';
import { wordsOfCopies } from '../../core/rollouts/copy-words.js';
import { count, formatNumber, formatShare } from '../../core/text/format.js';
import type { ExplainedLine } from '../../release/explain.js';
import { gateNow } from '../../serve/status/gate-now.js';
import { tableOfGates } from './gate-table.js';

/** A decision that was computed again, for a terminal of a width. */
export function textOfExplained({ line, found, counts, differs }: ExplainedLine, width: number): string {
  const reason = reasonOfLine(line);
  const calls = counts.steps.map(
    ({ weight, calls: { control, candidate } }) =>
      `  ${weight === 0 && counts.copies ? 'by copies' : `at ${formatShare(weight)}`}: ${count(candidate, 'call')} of the candidate, ${formatNumber(control)} of the control`,
  );
  return [
    `Line ${line.n}, ${line.at}: ${describeLine(line)}${reason === null ? '' : ` (${reason})`}`,
    ...calls,
    ...(counts.copies ? [`  ${wordsOfCopies(counts.copies)}`] : []),
    ...tableOfGates(found.decisions.map(gateNow), width),
    differs.length === 0
      ? 'Computed again from the counts in this line: the same.'
      : `Computed again from the counts in this line, this differs: ${differs.join(', ')}.`,
  ].join('\n');
}
