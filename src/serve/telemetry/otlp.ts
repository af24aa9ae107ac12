import type { CallListener, FinishedCall } from '../calls/finished-call.js';
import { versionOf } from './call-metrics.js';
import { ATTRIBUTE, CLIENT_LEFT, OPERATION, providerName } from './names.js';
import { otlpMetrics } from './otlp-metrics.js';
import { type Collector, loadOtlpPackages, OTLP_TIMEOUT_MS, type OtlpPackages, type Tracer } from './otlp-packages.js';
import type { Family } from './prometheus-text.js';

export interface OtlpPlace {
  readonly root: string;
  /** The address of a collector, without `/v1/traces`. */
  readonly url: string;
  readonly environment: string;
  readonly version: string;
}

/** Sends spans of calls, and what `/metrics` tells, to a collector. */
export interface Otlp extends CallListener {
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Opens the way to a collector. Throws `missing-package`. A collector that is not there stops nothing. */
export async function openOtlp(place: OtlpPlace, families: () => readonly Family[], date: () => Date): Promise<Otlp> {
  const packages = await loadOtlpPackages(place.root);
  const resource = packages.resourceOf({
    [ATTRIBUTE.service]: 'llmci',
    [ATTRIBUTE.serviceVersion]: place.version,
    [ATTRIBUTE.environment]: place.environment,
  });
  const collector = { packages, resource, url: place.url.replace(/\/+$/, ''), version: place.version };
  const spans = new Spans(collector);
  const metrics = otlpMetrics(collector, families, date);
  return {
    onCall: (call) => spans.add(call),
    onOutcome: () => undefined,
    close: async () => {
      await Promise.allSettled([spans.close(), metrics.shutdown()]);
    },
  };
}

/** Makes a span of each call, under the ids by which the call was made: the model's service has heard of them already. */
class Spans {
  readonly #api: OtlpPackages['api'];
  readonly #provider: InstanceType<OtlpPackages['traces']['TracerProvider']>;
  readonly #tracer: Tracer;
  /** Of the call whose span is being made. */
  #ids = { traceId: '', spanId: '' };

  constructor({ packages, resource, url, version }: Collector) {
    const { api, traces, traceExporter } = packages;
    this.#api = api;
    this.#provider = new traces.TracerProvider({
      resource,
      spanProcessors: [
        new traces.BatchSpanProcessor({
          exporter: new traceExporter({ url: `${url}/v1/traces`, timeoutMillis: OTLP_TIMEOUT_MS }),
        }),
      ],
      idGenerator: { generateTraceId: () => this.#ids.traceId, generateSpanId: () => this.#ids.spanId },
    });
    this.#tracer = this.#provider.getTracer('llmci', version);
  }

  add(call: FinishedCall): void {
    const { trace, at, latencyMs, model, error, clientLeft } = call;
    if (trace === null) return;
    this.#ids = trace;
    const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace: traceApi } = this.#api;
    const parent =
      trace.parentId === null
        ? ROOT_CONTEXT
        : traceApi.setSpanContext(ROOT_CONTEXT, {
            traceId: trace.traceId,
            spanId: trace.parentId,
            traceFlags: Number.parseInt(trace.flags, 16) & 1,
            isRemote: true,
          });
    const name = `${OPERATION} ${model === null ? 'unknown' : model.slice(model.indexOf('/') + 1)}`;
    const span = this.#tracer.startSpan(
      name,
      { kind: SpanKind.CLIENT, startTime: at, attributes: attributesOf(call) },
      parent,
    );
    if (error !== null && !clientLeft) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(at + latencyMs);
  }

  close(): Promise<void> {
    return this.#provider.shutdown();
  }
}

/** What a span says of a call: nothing of what was asked or answered, and not who asked. */
function attributesOf(call: FinishedCall): Record<string, string | number | boolean | readonly string[]> {
  const { model, answer, error, clientLeft, firstTokenMs, rollout, usd } = call;
  const slash = model?.indexOf('/') ?? -1;
  const all = {
    [ATTRIBUTE.operation]: OPERATION,
    [ATTRIBUTE.provider]: model === null ? null : providerName(model.slice(0, slash)),
    [ATTRIBUTE.model]: model === null ? null : model.slice(slash + 1),
    [ATTRIBUTE.servedModel]: answer?.servedModel ?? null,
    [ATTRIBUTE.prompt]: call.prompt,
    [ATTRIBUTE.version]: versionOf(call.release),
    [ATTRIBUTE.finish]: answer?.finishReason ? [answer.finishReason] : null,
    [ATTRIBUTE.streamed]: firstTokenMs === null ? null : true,
    [ATTRIBUTE.firstToken]: firstTokenMs === null ? null : firstTokenMs / 1000,
    [ATTRIBUTE.inputTokens]: answer?.usage.inputTokens ?? null,
    [ATTRIBUTE.outputTokens]: answer?.usage.outputTokens ?? null,
    [ATTRIBUTE.cacheReadTokens]: answer?.usage.cacheReadTokens ?? null,
    [ATTRIBUTE.reasoningTokens]: answer?.usage.reasoningTokens ?? null,
    [ATTRIBUTE.error]: clientLeft ? CLIENT_LEFT : error,
    [ATTRIBUTE.call]: call.id,
    [ATTRIBUTE.copyOf]: call.copyOf?.id ?? null,
    [ATTRIBUTE.digest]: call.digest,
    [ATTRIBUTE.arm]: call.arm,
    [ATTRIBUTE.rollout]: rollout,
    [ATTRIBUTE.usd]: usd,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
