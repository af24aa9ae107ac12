/** An error keeps everything from running; a warning is told, and keeps nothing. */
export type Severity = 'error' | 'warning';

/** Something wrong in a file that a user wrote. Lines and columns count from 1. */
export interface Problem {
  /** The file's path from the root of the project, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to do, with a suggestion where one is near. */
  readonly message: string;
  /** The rule that is broken, by the name that a report can be searched for. Default: `invalid`, the file breaks its format. */
  readonly rule?: string;
  /** Default: `error`. */
  readonly severity?: Severity;
}

/** What was made of something that users wrote, and what is wrong with it. */
export interface WithProblems<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
