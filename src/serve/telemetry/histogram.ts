/** Counts of values in buckets. Written to once a call: a class of a library took six times as long. */
export class Histogram {
  /** The upper bounds, inclusive, rising. */
  readonly bounds: readonly number[];
  /** One bucket a bound, and one for what is above the last. */
  readonly counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  add(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.sum += value;
    this.count++;
  }
}
