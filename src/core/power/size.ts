/** How many scores a gate judges. `before` are the trials of a case in the baseline. */
export interface Size {
  readonly cases: number;
  readonly trials: number;
  readonly before: number;
}
