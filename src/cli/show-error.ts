import { LlmciError } from '../core/errors.js';
import { EXIT } from '../core/exit-code.js';
import { printable } from '../core/printable.js';
import { redactKeyPatterns } from '../core/redact.js';
import type { Problem } from '../model/problem.js';
import type { Terminal } from './terminal.js';

const BUGS = 'This is a bug in llmci. Please report it with the lines above.';

/** Tells the user what went wrong, and returns the exit code for it. */
export function showError(error: unknown, { stderr }: Pick<Terminal, 'stderr'>): number {
  if (error instanceof LlmciError) {
    const problems = error.problems.length > 0 ? `${listProblems(error.problems)}\n\n` : '';
    stderr.write(printable(`${problems}error: ${error.message}\n${error.hint}\n`));
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(printable(redactKeyPatterns(`error: ${stack}\n${BUGS}\n`)));
  return EXIT.error;
}

/** One problem a line, `file:line:column  message`, which editors and CI systems turn into links. */
export function listProblems(problems: readonly Problem[]): string {
  return problems.map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`).join('\n');
}
