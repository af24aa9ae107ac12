import type { Unit } from '../../model/quantity.js';

/** What a gateway measures of every call by itself. */
export interface LiveMetric {
  readonly unit: Unit;
  readonly better: 'higher' | 'lower';
  /** Whether its values are 0 and 1. */
  readonly isRate: boolean;
  /** The least value that its logarithm is taken of, for changes that are shares; null where there is no such change. */
  readonly logFrom: number | null;
  /** Whether every answer should have one. */
  readonly ofEach: boolean;
}

/** THE list, by the name that gates use. */
export const LIVE_METRICS = {
  errors: { unit: 'fraction', better: 'lower', isRate: true, logFrom: null, ofEach: true },
  latency: { unit: 'ms', better: 'lower', isRate: false, logFrom: 1, ofEach: true },
  'first-token': { unit: 'ms', better: 'lower', isRate: false, logFrom: 1, ofEach: false },
  cost: { unit: 'usd', better: 'lower', isRate: false, logFrom: 1e-6, ofEach: true },
  tokens: { unit: 'tokens', better: 'lower', isRate: false, logFrom: 1, ofEach: true },
  finish: { unit: 'fraction', better: 'higher', isRate: true, logFrom: null, ofEach: true },
  feedback: { unit: 'number', better: 'higher', isRate: false, logFrom: null, ofEach: false },
} as const satisfies Readonly<Record<string, LiveMetric>>;

export type LiveMetricName = keyof typeof LIVE_METRICS;

export function isLiveMetric(name: string): name is LiveMetricName {
  return Object.hasOwn(LIVE_METRICS, name);
}

/** What of a metric's values a stream counts: the values, their logarithms, whether a score passed, or whether one lies beyond a bound. */
export type StreamReading =
  | { readonly kind: 'value' | 'log' | 'passed' }
  | { readonly kind: 'above' | 'below'; readonly bound: number };

const SUFFIX = { value: '', log: ' log', passed: ' passed' } as const;

/** The name of a stream: `reply latency`, `reply latency log`, `reply toxicity passed`, `reply latency>4000`. */
export function streamOf(prompt: string, metric: string, reading: StreamReading): string {
  if ('bound' in reading) return `${prompt} ${metric}${reading.kind === 'above' ? '>' : '<'}${reading.bound}`;
  return `${prompt} ${metric}${SUFFIX[reading.kind]}`;
}

/** What the stream of a gate counts, as `streamOf` has named it. */
export function readingOf({
  prompt,
  metric,
  stream,
}: {
  readonly prompt: string;
  readonly metric: string;
  readonly stream: string;
}): StreamReading {
  const suffix = stream.slice(`${prompt} ${metric}`.length);
  if (suffix.startsWith('>') || suffix.startsWith('<'))
    return { kind: suffix.startsWith('>') ? 'above' : 'below', bound: Number(suffix.slice(1)) };
  return { kind: suffix === SUFFIX.log ? 'log' : suffix === SUFFIX.passed ? 'passed' : 'value' };
}
