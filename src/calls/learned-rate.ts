/** Below the rate that was served: what stands just at a limit is refused for every unevenness. */
const MARGIN = 0.95;
/** What is left of a rate that has found a new limit: no more, since a bucket that was full lets too many through at first. */
const SHRINK = 0.85;
/** The rate bends upwards where it was refused last, after 150 to 220 calls, and is the double of it some 400 later, or after a minute. */
const RISE = 400;
const RISE_MS = 60_000;
/** After a first look that was too short to tell much, it doubles after so many calls. */
const SEARCH_RISE = 15;
/** A service may let many calls through at once before it starts to count; what a second shows is believed. */
const SHORTEST_LOOK_MS = 1000;
/** Time lost by a late timer is made up for, this much of it. */
const MAKE_UP_MS = 100;
/** How much longer each look waits than the last whether a service serves again. */
const BACK_OFF = 1.5;
const LONGEST_PAUSE_MS = 5000;
/** A call that was not refused when the last refusal has taken half that time is served. */
const PATIENCE = 2;
/** Between the first calls, so that a refusal is heard before all are sent. */
const OPENING_MS = 2;
const SLOWEST_PER_MS = 0.5 / 1000;

/** A call under way: its number in the order of starting, and when it started, in ms. */
export interface Started {
  readonly call: number;
  readonly at: number;
}

/** From the time that a service served (again) to the next. */
interface Stretch extends Started {
  /** How many of its calls were refused. */
  refused: number;
}

/** A service that serves no more. */
interface Closed {
  /** The rate at which it closed. */
  readonly rate: number;
  /** When the last call started that was refused. */
  refusedAt: number;
  /** Until the next look, at least. */
  pause: number;
  /** The call that looks whether it serves again; null while none is under way. */
  look: Started | null;
}

/**
 * Finds the rate that a service serves when all it says is 429. There is no limit until the first refusal. A refusal
 * closes the service: one call at a time looks whether it serves again, each after a longer pause. From one time that it
 * served again to the next it has served just what it lets through, be that counted by a bucket that fills or by the
 * second or the minute; less if calls came more slowly than it would have served them. So the limit is at most the rate
 * at which it closed, and at least what it has served. Calls start evenly a little below. The rate rises with every call
 * that is not refused, slowly near the last estimate and ever faster beyond (as CUBIC does, Ha, Rhee and Xu 2008), so
 * that a limit that has gone is noticed. It counts in calls more than in seconds: some refusals in some hundred calls,
 * whatever the limit.
 */
export class LearnedRate {
  readonly #opening: number;
  /** Calls a millisecond when the service served again last; null before it has closed once. */
  #base: number | null = null;
  /** Where the rate is expected to be refused again. */
  #plateau = 0;
  /** Whether the rate is a guess only. */
  #searching = false;
  /** What is measured: the last stretch and the present one. */
  #last: Stretch = { call: 0, at: 0, refused: 0 };
  #present: Stretch = this.#last;
  /** Null while the service serves. */
  #closed: Closed | null = null;
  /** How long the last refusal took. */
  #refusalMs = 0;
  #nextAt = Number.NEGATIVE_INFINITY;

  /** `opening`: how many calls go out before the first can have ended. */
  constructor(opening: number) {
    this.#opening = opening;
  }

  /** How long the next call has to wait. */
  waitAt(now: number): number {
    return Math.max(0, this.#nextAt - now);
  }

  /** A call starts. */
  start(started: Started): void {
    const { call, at } = started;
    if (call === 0) this.#last = this.#present = { ...started, refused: 0 };
    // It would have been refused by now
    if (this.#closed?.look) this.#open(this.#closed.look, this.#closed);
    if (this.#closed) {
      this.#closed.look = started;
      this.#nextAt = at + Math.max(this.#closed.pause, PATIENCE * this.#refusalMs);
    } else if (this.#base !== null) {
      this.#nextAt = Math.max(this.#nextAt, at - MAKE_UP_MS) + 1 / this.#rateAt(this.#base, call, at);
    } else if (call < this.#opening) {
      this.#nextAt = at + OPENING_MS;
    }
  }

  /** A call was refused. The next to start is `next`. */
  refused({ call, at }: Started, now: number, next: number): void {
    this.#refusalMs = now - at;
    if (call >= this.#present.call) this.#present.refused++;
    else if (call >= this.#last.call) this.#last.refused++;
    if (this.#closed) {
      // What was sent before it closed is refused as well
      if (this.#closed.look === null || call < this.#closed.look.call) return;
      this.#closed.look = null;
      this.#closed.refusedAt = at;
      this.#closed.pause = Math.min(LONGEST_PAUSE_MS, this.#closed.pause * BACK_OFF);
    } else {
      if (call < this.#present.call) return;
      const rate = this.#base === null ? this.#servedPerMs(next, now) : this.#rateAt(this.#base, next, now);
      this.#closed = { rate, refusedAt: at, pause: Math.max(1 / rate, PATIENCE * this.#refusalMs), look: null };
    }
    this.#nextAt = now + this.#closed.pause;
  }

  /** The service serves again: the look was let through. */
  #open(look: Started, { rate, refusedAt }: Closed): void {
    // Some time between the last look in vain and this one
    const at = (refusedAt + look.at) / 2;
    const served = this.#servedPerMs(look.call, at);
    const isFirst = this.#base === null;
    if (isFirst) {
      this.#plateau = served;
      this.#base = MARGIN * served;
    } else if (rate >= this.#plateau && !this.#searching) {
      this.#plateau = Math.max(rate, served);
      this.#base = Math.max(SHRINK * rate, MARGIN * served);
    } else {
      this.#plateau = Math.max(SLOWEST_PER_MS, rate / 3, Math.min(rate, Math.sqrt(rate * served)));
      this.#base = MARGIN * this.#plateau;
    }
    this.#searching = isFirst && at - this.#present.at < SHORTEST_LOOK_MS;
    this.#last = this.#present;
    this.#present = { call: look.call, at, refused: 0 };
    this.#closed = null;
    this.#nextAt = look.at;
  }

  #servedPerMs(next: number, now: number): number {
    const refused = this.#present.refused + (this.#last === this.#present ? 0 : this.#last.refused);
    const elapsed = Math.max(this.#base === null ? SHORTEST_LOOK_MS : 1, now - this.#last.at);
    return Math.max(SLOWEST_PER_MS, (next - this.#last.call - refused) / elapsed);
  }

  #rateAt(base: number, call: number, now: number): number {
    const calls = call - this.#present.call;
    const late = ((now - this.#present.at) / RISE_MS) ** 3;
    if (this.#searching) return base * (1 + calls / SEARCH_RISE + late);
    const bend = Math.cbrt(this.#plateau / base - 1);
    return base * (1 + (calls / RISE - bend) ** 3 + bend ** 3 + late);
  }
}
