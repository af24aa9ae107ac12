/** Something wrong in a file that a user wrote. Lines and columns count from 1. */
export interface Problem {
  /** The file's path from the root of the project, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to do, with a suggestion where one is near. */
  readonly message: string;
}
