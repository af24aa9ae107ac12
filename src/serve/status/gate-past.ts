import type { GateStatus } from '../../model/gateway-status.js';

type Point = GateStatus['past'][number];

/** Points kept of one gate: enough for a line across a screen. */
const MOST_POINTS = 120;

/** How the interval of a gate came to be, in few points whatever the time: when there are too many, every second one goes. */
export class GatePast {
  #points: Point[] = [];
  /** Seconds between points. */
  #every = 1;

  add([at, low, high]: Point): void {
    const last = this.#points.at(-1);
    if (last && at - last[0] < this.#every) return;
    this.#points.push([at, short(low), short(high)]);
    if (this.#points.length <= MOST_POINTS) return;
    this.#points = this.#points.filter((_, index) => index % 2 === 0);
    this.#every *= 2;
  }

  points(): readonly Point[] {
    return this.#points;
  }
}

/** Four digits are more than a picture shows. */
function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
