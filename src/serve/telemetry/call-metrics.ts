import type { CallListener, FinishedCall, ReportedOutcome } from '../calls/finished-call.js';
import { Histogram } from './histogram.js';
import { CLIENT_LEFT, providerName, SECONDS_BUCKETS } from './names.js';

/** What calls are told apart by: few values each, so that neither memory nor Prometheus grows with traffic. */
export interface SeriesLabels {
  readonly prompt: string;
  readonly version: string;
  readonly arm: FinishedCall['arm'];
  readonly provider: string;
  /** Null for answered calls. */
  readonly error: string | null;
}

/** All that is counted of the calls with the same labels, since the gateway started. */
export interface Series {
  readonly labels: SeriesLabels;
  readonly duration: Histogram;
  readonly firstToken: Histogram;
  inputTokens: number;
  outputTokens: number;
  usd: number;
  /** Answered calls whose price is not known: they are no free ones. */
  unpriced: number;
  lastAt: number;
}

/** What apps have reported of a release's calls. */
export interface OutcomeSeries {
  readonly labels: Omit<SeriesLabels, 'provider' | 'error'> & { readonly outcome: 'ok' | 'failed' | 'unsaid' };
  count: number;
}

/** A gateway that runs for months sees many releases; those that nobody calls any more go first. */
const MOST_SERIES = 500;

/** Counts calls, for whoever asks how they went. */
export class CallMetrics implements CallListener {
  readonly #series = new Map<string, Series>();
  readonly #outcomes = new Map<string, OutcomeSeries>();

  onCall(call: FinishedCall): void {
    const series = this.#seriesOf(call);
    series.lastAt = call.at;
    series.duration.add(call.latencyMs / 1000);
    if (call.firstTokenMs !== null) series.firstToken.add(call.firstTokenMs / 1000);
    if (call.answer === null) return;
    series.inputTokens += call.answer.usage.inputTokens ?? 0;
    series.outputTokens += call.answer.usage.outputTokens ?? 0;
    if (call.usd === null) series.unpriced++;
    else series.usd += call.usd;
  }

  onOutcome({ prompt, release, arm, ok }: ReportedOutcome): void {
    const outcome = ok === null ? 'unsaid' : ok ? 'ok' : 'failed';
    const key = `${release}\n${arm}\n${outcome}`;
    let series = this.#outcomes.get(key);
    if (!series) {
      makeRoom(this.#outcomes, () => 0);
      series = { labels: { prompt, version: versionOf(release), arm, outcome }, count: 0 };
      this.#outcomes.set(key, series);
    }
    series.count++;
  }

  series(): Iterable<Readonly<Series>> {
    return this.#series.values();
  }

  outcomes(): Iterable<Readonly<OutcomeSeries>> {
    return this.#outcomes.values();
  }

  #seriesOf({ prompt, release, arm, model, error, clientLeft }: FinishedCall): Series {
    const failed = clientLeft ? CLIENT_LEFT : error;
    const key = `${release}\n${arm}\n${model}\n${failed}`;
    const known = this.#series.get(key);
    if (known) return known;
    makeRoom(this.#series, ({ lastAt }) => lastAt);
    const provider = providerName(model?.split('/', 1)[0] ?? 'none');
    const series: Series = {
      labels: { prompt, version: versionOf(release), arm, provider, error: failed },
      duration: new Histogram(SECONDS_BUCKETS),
      firstToken: new Histogram(SECONDS_BUCKETS),
      ...{ inputTokens: 0, outputTokens: 0, usd: 0, unpriced: 0, lastAt: 0 },
    };
    this.#series.set(key, series);
    return series;
  }
}

/** `3` of `support-reply@3`. */
export function versionOf(release: string): string {
  return release.slice(release.lastIndexOf('@') + 1);
}

function makeRoom<Value>(map: Map<string, Value>, age: (value: Value) => number): void {
  if (map.size < MOST_SERIES) return;
  let oldest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [key, value] of map) {
    if (age(value) >= least) continue;
    [oldest, least] = [key, age(value)];
  }
  if (oldest !== null) map.delete(oldest);
}
