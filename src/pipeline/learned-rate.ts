/** Below the rate that was served: what stands just at a limit is refused for every unevenness. */
const MARGIN = 0.95;
/** The rate rises with the calls that are let through: by 1 % after 20 of them, twofold after 370, or after a minute. */
const SLOW_RISE = 2000;
const FAST_RISE = 400;
const FAST_RISE_MS = 60_000;
/** After a first look that was too short to tell much, it doubles after so many calls. */
const SEARCH_RISE = 40;
/** What it takes to judge a rate: so many calls under it, or so many refusals. */
const ENOUGH_CALLS = 20;
const ENOUGH_REFUSALS = 4;
/** A service may let many calls through at once before it starts to count; what a second shows is believed. */
const SHORTEST_LOOK_MS = 1000;
/** Time lost by a late timer is made up for, this much of it. */
const MAKE_UP_MS = 100;
/** Up to this share of refusals is an edge that was touched; more is a rate that was far too high. */
const SINGLE_REFUSALS = 0.1;
/** What is left at least of a rate that has touched the edge. */
const SHRINK = 0.7;
const SLOWEST_PER_MS = 0.5 / 1000;

/**
 * Finds the rate that a service serves when all it says is 429. There is no limit until the first refusal. From then on
 * calls start evenly at a learned rate, a little below what was served since the rate was set last: a service that
 * refused then and refuses now has served in between just what it lets through. The rate rises with every call that is
 * not refused, slowly near the last estimate and ever faster beyond (as CUBIC does, Ha, Rhee and Xu 2008), so that a limit
 * that has gone is noticed. It counts in calls more than in seconds: one probe in some hundred calls, whatever the limit.
 *
 * Times are in milliseconds. Calls are named by the number in which they started.
 */
export class LearnedRate {
  /** Calls a millisecond when it was set; null while nothing was refused. */
  #base: number | null = null;
  #setAt: number;
  /** The first call that started under this rate. */
  #from = 0;
  #started = 0;
  #refused = 0;
  /** Whether the rate is a guess only. */
  #searching = false;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.#setAt = now;
  }

  /** How long the next call has to wait. */
  waitAt(now: number): number {
    return this.#base === null ? 0 : Math.max(0, this.#nextAt - now);
  }

  /** A call starts. */
  start(now: number): void {
    // A lane is there before its first call
    if (this.#base === null && this.#started === 0) this.#setAt = now;
    this.#started++;
    if (this.#base !== null) this.#nextAt = Math.max(this.#nextAt, now - MAKE_UP_MS) + 1 / this.#perMs(this.#base, now);
  }

  /** A call was refused. The next to start is `next`. */
  refused(call: number, now: number, next: number): void {
    if (call < this.#from) return;
    this.#refused++;
    if (this.#started < ENOUGH_CALLS && this.#refused < ENOUGH_REFUSALS) return;
    // What is still in flight was not refused: services refuse at once
    const served = this.#started - this.#refused;
    const elapsed = now - this.#setAt;
    const isFirst = this.#base === null;
    const measured = (MARGIN * served) / Math.max(isFirst ? SHORTEST_LOOK_MS : 1, elapsed);
    this.#base = Math.max(this.#least(now), measured);
    this.#searching = isFirst && elapsed < SHORTEST_LOOK_MS;
    this.#setAt = now;
    this.#from = next;
    this.#started = 0;
    this.#refused = 0;
    this.#nextAt = now + 1 / this.#base;
  }

  /** What a measurement is not believed below. */
  #least(now: number): number {
    if (this.#base === null) return SLOWEST_PER_MS;
    // A handful of calls is no measurement: right after a burst nearly all of them are refused
    if (this.#started < ENOUGH_CALLS) return Math.max(SLOWEST_PER_MS, this.#base / 2);
    // A rate that has risen far was served on the way, and the mean of the way is too low
    const single = this.#refused <= SINGLE_REFUSALS * this.#started;
    return single ? Math.max(SLOWEST_PER_MS, SHRINK * this.#perMs(this.#base, now)) : SLOWEST_PER_MS;
  }

  #perMs(base: number, now: number): number {
    const served = this.#started - this.#refused;
    const rise = this.#searching ? SEARCH_RISE : FAST_RISE;
    return base * (1 + served / SLOW_RISE + (served / rise) ** 3 + ((now - this.#setAt) / FAST_RISE_MS) ** 3);
  }
}
