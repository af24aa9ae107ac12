import { Histogram } from './histogram.js';
import { labelName, type MetricName } from './names.js';

/** The media type of what `prometheusText` writes. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A value, or a histogram, of a metric; labels by attribute names. Null labels are left out. */
export interface SeriesSample {
  readonly labels: Readonly<Record<string, string | null>>;
  readonly value: number | Histogram;
}

export interface Family {
  readonly metric: MetricName;
  readonly samples: Iterable<SeriesSample>;
}

/**
 * Prometheus' text format, https://prometheus.io/docs/instrumenting/exposition_formats/. A metric without samples has its
 * name all the same, so that whoever draws it can know that it is there.
 */
export function prometheusText(families: Iterable<Family>): string {
  let text = '';
  for (const { metric, samples } of families) {
    text += `# HELP ${metric.prometheus} ${escapeHelp(metric.help)}\n# TYPE ${metric.prometheus} ${metric.type}\n`;
    for (const { labels, value } of samples) {
      const written = writeLabels(labels);
      text +=
        value instanceof Histogram
          ? writeHistogram(metric.prometheus, written, value)
          : `${metric.prometheus}${braced(written)} ${writeNumber(value)}\n`;
    }
  }
  return text;
}

function writeHistogram(name: string, labels: string, { bounds, counts, sum, count }: Histogram): string {
  const before = labels === '' ? '' : `${labels},`;
  let below = 0;
  let text = '';
  for (const [bucket, bound] of bounds.entries()) {
    below += counts[bucket] ?? 0;
    text += `${name}_bucket{${before}le="${bound}"} ${below}\n`;
  }
  return `${text}${name}_bucket{${before}le="+Inf"} ${count}\n${name}_sum${braced(labels)} ${writeNumber(sum)}\n${name}_count${braced(labels)} ${count}\n`;
}

function writeLabels(labels: SeriesSample['labels']): string {
  return Object.entries(labels)
    .flatMap(([name, value]) => (value === null ? [] : [`${labelName(name)}="${escapeLabel(value)}"`]))
    .join(',');
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function writeNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeLabel(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
