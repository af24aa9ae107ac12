import {
  isLiveMetric,
  LIVE_METRICS,
  type LiveMetricName,
  type StreamReading,
} from '../../core/rollouts/live-metrics.js';
import type { FinishedCall, ReportedOutcome } from './finished-call.js';

/** What of a call the metrics measure that a gateway has by itself. */
export type MeasuredCall = Pick<FinishedCall, 'answer' | 'error' | 'latencyMs' | 'firstTokenMs' | 'usd'>;

/** What a stream counts of a value of a metric; null for nothing. */
export function readValue(
  metric: string,
  reading: StreamReading,
  value: number | null,
  passed: boolean | null = null,
): number | null {
  if (reading.kind === 'passed') return passed === null ? null : Number(passed);
  if (value === null) return null;
  if ('bound' in reading) return Number(reading.kind === 'above' ? value > reading.bound : value < reading.bound);
  if (reading.kind !== 'log') return value;
  const from = isLiveMetric(metric) ? LIVE_METRICS[metric].logFrom : null;
  return from === null ? null : Math.log(Math.max(from, value));
}

/** The value of a metric for a call that the gateway has made; null when it has none. */
export function measureCall(
  metric: LiveMetricName,
  { answer, error, latencyMs, firstTokenMs, usd }: MeasuredCall,
): number | null {
  if (metric === 'errors') return error === null ? 0 : 1;
  // How long a failure took says nothing of answers
  if (answer === null) return null;
  switch (metric) {
    case 'latency':
      return latencyMs;
    case 'first-token':
      return firstTokenMs;
    case 'cost':
      return usd;
    case 'tokens':
      return tokensOf(answer.usage);
    case 'finish':
      return answer.finishReason === null ? null : Number(['stop', 'tool-calls'].includes(answer.finishReason));
    case 'feedback':
      return null;
  }
}

/** What an app can tell of every call of its own. */
export const TOLD_OF_EACH: readonly LiveMetricName[] = ['errors', 'latency', 'tokens'];

/** The value of a metric for a call that the app has made and told of; null when it has told nothing of it. */
export function measureOutcome(
  metric: LiveMetricName,
  { ok, latencyMs, usage, feedback }: Pick<ReportedOutcome, 'ok' | 'latencyMs' | 'usage' | 'feedback'>,
): number | null {
  switch (metric) {
    case 'errors':
      return ok === null ? null : Number(!ok);
    case 'latency':
      // As of calls that are made here
      return ok === false ? null : latencyMs;
    case 'tokens':
      return ok === false || usage === null ? null : tokensOf(usage);
    case 'feedback':
      return feedback;
    default:
      return null;
  }
}

function tokensOf({
  inputTokens,
  outputTokens,
}: {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}): number | null {
  return inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens;
}
