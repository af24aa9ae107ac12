import type { Comparison } from '../core/compare/comparison.js';
import { describeGate } from '../core/gates/describe-gate.js';
import { formatValue } from '../core/text/format.js';
import type { PromptMigration } from '../model/migration.js';
import type { RunSummary } from '../model/run-record.js';
import { describeDifference, describeDifferenceInterval, describeUsage } from '../reporters/compare/compare-words.js';

/**
 * What a run of both models says of a prompt on the new one. It may move when gates have judged it there and each of them
 * that can fail a run passes; what was not evaluated passes nothing.
 */
export function judgeMigration(
  { id, path }: { readonly id: string; readonly path: string },
  to: string,
  summary: RunSummary,
  comparison: Comparison,
): PromptMigration {
  const gates = summary.gates.filter(({ prompt, model }) => prompt === id && model === to);
  const blocking = gates.filter(({ blocks }) => blocks);
  const isCut = summary.interrupted || summary.late === true;
  const reasons = [
    ...(isCut ? ['the run was cut short'] : []),
    ...(summary.faults ?? []).map((fault) => `a module failed: ${fault}`),
    ...(gates.some(({ level }) => level === 'error') ? [] : ['no gate has judged it on the new model']),
    ...blocking.map((gate) => `${describeGate(gate)} (${gate.suite}): ${gate.verdict}; ${gate.message}`),
  ];
  const failed = blocking.some(({ verdict }) => verdict === 'fail');
  const columns = comparison.columns.filter(({ now }) => now.prompt === id && now.model === to);
  return {
    prompt: id,
    path,
    verdict: reasons.length === 0 ? 'pass' : failed ? 'fail' : 'unknown',
    reasons,
    figures: columns.flatMap((column) => [
      ...column.metrics
        .filter(({ sameAs }) => sameAs === null)
        .map(
          (metric) =>
            `${column.suite} ${metric.metric} ${metric.stat}: ${formatValue(metric.before, metric.unit)} → ${formatValue(metric.now, metric.unit)}, ${describeDifference(metric)} (95% interval ${describeDifferenceInterval(metric)}; ${metric.reading})`,
        ),
      ...describeUsage(column).map(
        ({ what, before, now, change }) => `${column.suite} ${what}: ${before} → ${now}${change && `, ${change}`}`,
      ),
    ]),
  };
}
