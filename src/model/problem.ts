/** An error keeps everything from running; a warning is told, and keeps nothing. */
export type Severity = 'error' | 'warning';

/** Where something stands in a file that a user wrote. Lines and columns count from 1. */
export interface SourcePlace {
  /** The file's path from the root of the project, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong in a file that a user wrote. */
export interface Problem extends SourcePlace {
  /** What is wrong and what to do, with a suggestion where one is near. */
  readonly message: string;
  /** The rule that is broken, by the name that a report can be searched for. Default: `invalid`, the file breaks its format. */
  readonly rule?: string;
  /** Default: `error`. */
  readonly severity?: Severity;
}

/** The place of what is wrong with a file as a whole. */
export function atTop(file: string): SourcePlace {
  return { file, line: 1, column: 1 };
}

/** Whether a problem keeps the files from being used. */
export function blocks({ severity }: Problem): boolean {
  return severity !== 'warning';
}

/** What was made of something that users wrote, and what is wrong with it. */
export interface WithProblems<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
