import type { Problem } from '../../model/problem.js';
import type { Path, Source } from '../source/yaml-source.js';

/** One row of a dataset, with the place where it stands. */
export interface DatasetRow {
  readonly data: unknown;
  readonly source: Source;
  readonly path: Path;
}

/** Takes a problem of a dataset. */
export type Report = (problem: Problem) => void;
