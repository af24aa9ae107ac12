import { Histogram } from './histogram.js';
import { type Collector, OTLP_TIMEOUT_MS } from './otlp-packages.js';
import type { Family, SeriesSample } from './prometheus-text.js';

const EVERY_MS = 15_000;

/** Sends what `/metrics` tells, under OpenTelemetry's names: one count, told in two ways. Returns what ends that. */
export function otlpMetrics(
  { packages, resource, url, version }: Collector,
  families: () => readonly Family[],
  date: () => Date,
): { shutdown(): Promise<void> } {
  const { metrics, metricExporter } = packages;
  const { MeterProvider, PeriodicExportingMetricReader, DataPointType, AggregationTemporality } = metrics;
  const startTime = instant(date());
  const collect = async () => {
    const endTime = instant(date());
    const dataOf = ({ metric, samples }: Family) => ({
      descriptor: { name: metric.otel, description: metric.help, unit: metric.unit, valueType: 1 },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: {
        histogram: DataPointType.HISTOGRAM,
        counter: DataPointType.SUM,
        gauge: DataPointType.GAUGE,
      }[metric.type],
      isMonotonic: metric.type === 'counter',
      dataPoints: [...samples].map((sample) => ({ startTime, endTime, ...pointOf(sample) })),
    });
    const scopeMetrics = [{ scope: { name: 'llmci', version }, metrics: families().map(dataOf) }];
    return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: new metricExporter({ url: `${url}/v1/metrics`, timeoutMillis: OTLP_TIMEOUT_MS }),
    exportIntervalMillis: EVERY_MS,
    exportTimeoutMillis: 2 * OTLP_TIMEOUT_MS,
    metricProducers: [{ collect }],
  });
  return new MeterProvider({ resource, readers: [reader] });
}

function pointOf({ labels, value }: SeriesSample): object {
  const attributes = Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== null));
  if (!(value instanceof Histogram)) return { attributes, value };
  const { bounds, counts, sum, count } = value;
  return { attributes, value: { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count } };
}

/** Seconds and nanoseconds since 1970. */
function instant(at: Date): readonly [number, number] {
  const ms = at.getTime();
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
}
