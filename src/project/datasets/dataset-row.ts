import type { Problem } from '../../model/problem.js';
import type { RootPath } from '../source/files.js';
import type { Path, Source } from '../source/yaml-source.js';

/** One row of a dataset, with the place where it stands. */
export interface DatasetRow {
  readonly data: unknown;
  readonly source: Source;
  readonly path: Path;
}

/** Takes a problem of a dataset. */
export type Report = (problem: Problem) => void;

/** A source whose parts all stand at one place. */
export function atPlace(file: RootPath, line: number, column = 1): Source {
  const position = { line, column };
  return { file, at: () => position, within: () => position };
}
