import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LlmciError } from '../../core/text/errors.js';

// What is used of OpenTelemetry's own packages. They are installed by who sends telemetry, and so are their types.

export interface Tracer {
  startSpan(name: string, options: object, context: unknown): Span;
}
interface Span {
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(at: number): void;
}
interface Stops {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
interface Api {
  readonly ROOT_CONTEXT: unknown;
  readonly SpanKind: { readonly CLIENT: number };
  readonly SpanStatusCode: { readonly ERROR: number };
  readonly trace: { setSpanContext(context: unknown, span: object): unknown };
}
interface TraceSdk {
  readonly TracerProvider: new (options: object) => Stops & { getTracer(name: string, version: string): Tracer };
  readonly BatchSpanProcessor: new (options: { readonly exporter: object }) => object;
}
interface MetricSdk {
  readonly MeterProvider: new (options: object) => Stops;
  readonly PeriodicExportingMetricReader: new (options: object) => object;
  readonly DataPointType: { readonly HISTOGRAM: unknown; readonly GAUGE: unknown; readonly SUM: unknown };
  readonly AggregationTemporality: { readonly CUMULATIVE: unknown };
}

/** For one batch with all its tries: a gateway that stops waits for no collector longer than this. */
export const OTLP_TIMEOUT_MS = 4000;

interface ExporterOptions {
  readonly url: string;
  readonly timeoutMillis: number;
}

export interface OtlpPackages {
  readonly api: Api;
  readonly traces: TraceSdk;
  readonly metrics: MetricSdk;
  readonly resourceOf: (attributes: object) => object;
  readonly traceExporter: new (options: ExporterOptions) => object;
  readonly metricExporter: new (options: ExporterOptions) => object;
}

/** A collector, and as what it is told things. */
export interface Collector {
  readonly packages: OtlpPackages;
  readonly resource: object;
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** That of llmci. */
  readonly version: string;
}

const PACKAGES = {
  api: '@opentelemetry/api',
  traces: '@opentelemetry/sdk-trace',
  metrics: '@opentelemetry/sdk-metrics',
  resources: '@opentelemetry/resources',
  traceExporter: '@opentelemetry/exporter-trace-otlp-http',
  metricExporter: '@opentelemetry/exporter-metrics-otlp-http',
} as const;

/** Loads them, from the project or from where llmci is installed. Throws `missing-package` with all that are not there. */
export async function loadOtlpPackages(root: string): Promise<OtlpPackages> {
  const missing = Object.values(PACKAGES).filter((name) => placeOf(root, name) === null);
  if (missing.length > 0)
    throw new LlmciError('missing-package', { what: 'telemetry.otlp', package: missing.join(' ') });
  const load = async (name: string): Promise<unknown> => {
    const loaded = (await import(pathToFileURL(placeOf(root, name) ?? '').href)) as { readonly default?: unknown };
    // What is written for CommonJS has everything in its default too
    return loaded.default ?? loaded;
  };
  const { resourceFromAttributes } = (await load(PACKAGES.resources)) as {
    readonly resourceFromAttributes: (attributes: object) => object;
  };
  const { OTLPTraceExporter } = (await load(PACKAGES.traceExporter)) as {
    readonly OTLPTraceExporter: OtlpPackages['traceExporter'];
  };
  const { OTLPMetricExporter } = (await load(PACKAGES.metricExporter)) as {
    readonly OTLPMetricExporter: OtlpPackages['metricExporter'];
  };
  return {
    api: (await load(PACKAGES.api)) as Api,
    traces: (await load(PACKAGES.traces)) as TraceSdk,
    metrics: (await load(PACKAGES.metrics)) as MetricSdk,
    resourceOf: resourceFromAttributes,
    traceExporter: OTLPTraceExporter,
    metricExporter: OTLPMetricExporter,
  };
}

function placeOf(root: string, name: string): string | null {
  for (const from of [join(root, 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Looked for in the next place
    }
  }
  return null;
}
