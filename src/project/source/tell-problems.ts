import { invalidFiles } from '../../core/text/errors.js';
import { printableLine } from '../../core/text/printable.js';
import { redactKeyPatterns } from '../../core/text/redact.js';
import { blocks, type Problem } from '../../model/problem.js';

/** Throws `invalid-files` with every error. Warnings wait: of files that are half understood they would be guesses. */
export function throwErrors(problems: readonly Problem[]): void {
  const errors = sortProblems(problems.filter(blocks));
  if (errors.length > 0) throw invalidFiles(errors);
}

/** What is quoted from a file may be of any length. */
const LONGEST_MESSAGE = 600;

/**
 * Problems as they are told: by file, line and column, with their rule and severity. What two suites found in one place is
 * one problem. What looks like a key is blotted out.
 */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const told = problems.map(
    ({ rule = 'invalid', severity = 'error', message, ...place }): Problem => ({
      ...place,
      message: printableLine(redactKeyPatterns(message), LONGEST_MESSAGE),
      rule,
      severity,
    }),
  );
  const unique = new Map(told.map((problem) => [JSON.stringify(problem), problem]));
  return [...unique.values()].sort((a, b) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}
