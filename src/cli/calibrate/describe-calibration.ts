import type { Accuracy, LabelAgreement, Separation, Share } from '../../core/scores/calibration.js';
import type { Interval } from '../../core/stats/interval.js';
import { count, formatValue } from '../../core/text/format.js';
import { printableLine } from '../../core/text/printable.js';
import type { MetricEntry } from '../../model/metric-entry.js';

/** What a calibration measured, as --json prints it. */
export interface Measured {
  readonly rows: number;
  /** Rows that show different things; further ones that show the same are no further evidence. */
  readonly different: number;
  /** Of two columns of labels; null when a metric was run. */
  readonly agreement: LabelAgreement | null;
  /** Null when it is not said which labels are good, or the metric has no mark. */
  readonly accuracy: Accuracy | null;
  readonly metric: {
    readonly entry: MetricEntry;
    readonly missing: number;
    /** Rows in which the metric found nothing to judge: they are in no figure. */
    readonly notApplicable: number;
    readonly separation: Separation | null;
    readonly correlation: { readonly pearson: number | null; readonly spearman: number | null } | null;
    readonly worst: readonly {
      readonly row: number;
      readonly label: string;
      readonly value: number;
      readonly reason: string;
    }[];
    /** Why some rows have no score. */
    readonly reasons: readonly string[];
  } | null;
}

/** The calibration for people. What stands in the data is made safe for the terminal. */
export function describeCalibration({ rows, different, agreement, accuracy, metric }: Measured): string {
  const lines: (readonly [string, string])[] = [];
  if (agreement) {
    lines.push(['agreement', showShare(agreement.agreement)]);
    lines.push(['kappa', showEstimate(agreement.kappa, agreement.kappaInterval)]);
    if (agreement.categories.length > 2) {
      const { linear, quadratic } = agreement.weighted;
      lines.push(['weighted kappa', `${show(linear)} linear, ${show(quadratic)} quadratic, if the labels are a scale`]);
    }
  }
  if (accuracy) {
    lines.push([agreement ? 'good or bad: kappa' : 'kappa', showEstimate(accuracy.kappa, accuracy.kappaInterval)]);
    lines.push(['sensitivity', `${showShare(accuracy.sensitivity)} of the good ones pass`]);
    lines.push(['specificity', `${showShare(accuracy.specificity)} of the bad ones fail`]);
  }
  if (metric) {
    const { separation, correlation, entry } = metric;
    const mark = entry.mark?.min ?? entry.mark?.max ?? null;
    lines.push(['mark', mark === null ? 'none: give min or max' : formatValue(mark, entry.unit)]);
    if (separation) {
      lines.push(['best mark', `${showEstimate(separation.mark, separation.markInterval)} on these rows`]);
      lines.push(['area under curve', showEstimate(separation.auc, separation.aucInterval)]);
    }
    if (correlation)
      lines.push(['correlation', `Pearson ${show(correlation.pearson)}, Spearman ${show(correlation.spearman)}`]);
    if (metric.missing > 0)
      lines.push([
        'without a score',
        `${metric.missing} of ${rows}: ${metric.reasons.map((reason) => printableLine(reason, 120)).join('; ')}`,
      ]);
    if (metric.notApplicable > 0) lines.push(['not applicable', `${metric.notApplicable} of ${rows}, left out`]);
  }
  const width = Math.max(...lines.map(([name]) => name.length));
  const table = lines.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join('');
  const alike =
    different < rows ? `, ${different} of them different: rows that show the same count as one in intervals` : '';
  return `${count(rows, 'labelled row')}${alike}\n${table}${agreement ? confusion(agreement) : ''}${accuracy ? binary(accuracy) : ''}${worst(metric)}`;
}

function confusion({ categories, table }: LabelAgreement): string {
  const names = categories.map((category) => printableLine(category, 24));
  return grid('\nlabel \\ predicted', names, names, table);
}

function binary({ sensitivity, specificity }: Accuracy): string {
  const table = [
    [sensitivity.hits, sensitivity.n - sensitivity.hits],
    [specificity.n - specificity.hits, specificity.hits],
  ];
  return grid('\npeople \\ metric', ['good', 'bad'], ['pass', 'fail'], table);
}

function grid(
  title: string,
  rows: readonly string[],
  columns: readonly string[],
  table: readonly (readonly number[])[],
): string {
  const first = Math.max(title.length, ...rows.map((name) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(first)}${cells.map((cell, index) => `  ${cell.padStart(Math.max(6, columns[index]?.length ?? 0))}`).join('')}\n`;
  return [line(title, columns), ...rows.map((name, index) => line(name, (table[index] ?? []).map(String)))].join('');
}

function worst(metric: Measured['metric']): string {
  if (!metric || metric.worst.length === 0) return '';
  const lines = metric.worst.map(
    ({ row, label, value, reason }) =>
      `  row ${row}: people say ${printableLine(label, 20)}, the metric ${formatValue(value, metric.entry.unit)} (${printableLine(reason, 100)})\n`,
  );
  return `\nworst disagreements\n${lines.join('')}`;
}

function showShare({ rate, hits, n, interval }: Share): string {
  return `${showEstimate(rate, interval)}  ${hits} of ${n}`;
}

function showEstimate(value: number | null, interval: Interval | null): string {
  return `${show(value)}${interval ? ` (${show(interval.low)} to ${show(interval.high)})` : ''}`;
}

function show(value: number | null): string {
  // Adding 0 leaves no minus before a zero
  return value === null ? 'none' : (Math.round(1000 * value) / 1000 + 0).toFixed(3);
}
