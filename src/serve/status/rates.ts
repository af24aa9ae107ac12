import type { CallMetrics } from '../telemetry/call-metrics.js';
import { armKey } from './arm-status.js';

const WINDOW_SECONDS = 60;

/** How many calls a second each arm has had over the last minute, from counts that are looked at every second. */
export class Rates {
  readonly #looks: { readonly at: number; readonly counts: ReadonlyMap<string, number> }[] = [];

  look(calls: CallMetrics, at: number): void {
    const counts = new Map<string, number>();
    for (const { labels, duration } of calls.series()) {
      const key = armKey(labels);
      counts.set(key, (counts.get(key) ?? 0) + duration.count);
    }
    this.#looks.push({ at, counts });
    while ((this.#looks[0]?.at ?? at) < at - 1000 * WINDOW_SECONDS) this.#looks.shift();
  }

  perSecond(arm: string): number {
    const [first] = this.#looks;
    const last = this.#looks.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    const calls = (last.counts.get(arm) ?? 0) - (first.counts.get(arm) ?? 0);
    // A series that was let go of begins anew
    return Math.max(0, (1000 * calls) / (last.at - first.at));
  }
}
