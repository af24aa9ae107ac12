import type { Problem } from '../model/problem.js';

/** A place in what users wrote: the value or key at a path of a file, or a character (from 0) of the text that stands there. */
export interface Spot {
  readonly file: string;
  readonly path: readonly PropertyKey[];
  readonly part?: 'key';
  readonly offset?: number;
}

/** A place that is known by its line and column. */
export type LineSpot = Pick<Problem, 'file' | 'line' | 'column'>;
