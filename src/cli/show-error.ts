import { LlmciError } from '../core/text/errors.js';
import { EXIT } from '../core/text/exit-code.js';
import { count } from '../core/text/format.js';
import { printable } from '../core/text/printable.js';
import { redactKeyPatterns } from '../core/text/redact.js';
import type { Problem } from '../model/problem.js';
import type { Terminal } from './terminal.js';

const BUGS = 'This is a bug in llmci. Please report it with the lines above.\n';

/** What a machine has too little of, by the code of the error or by what the system was asked for, and what helps. */
const OF_MACHINE: Readonly<Record<string, string>> = {
  uv_cwd: 'The folder in which this was called is gone: change into one that is there.',
  mkdtemp: 'There is no folder for temporary files: have TMPDIR name one that may be written.',
  EFBIG: 'Let the process write larger files (ulimit -f).',
  ENOSPC: 'The disk is full.',
  EMFILE: 'Let the process open more files (ulimit -n), or lower `concurrency`.',
  ENFILE: 'The whole machine has too many files open.',
  ENOMEM: 'The machine has no memory left for this.',
};

/** Tells the user what went wrong in the command that was called, and returns the exit code for it. */
export function showError(
  error: unknown,
  { stderr }: { readonly stderr: Pick<Terminal['stderr'], 'write'> },
  called?: string,
): number {
  if (error instanceof LlmciError) {
    const problems = error.problems.length > 0 ? `${listProblems(error.problems)}\n\n` : '';
    // What several commands share does not know which of them it works for
    const hint = called
      ? error.hint.replace(/^See `llmci [a-z]+ --help`/, `See \`llmci ${called} --help\``)
      : error.hint;
    stderr.write(printable(`${problems}error: ${error.message}\n${hint}\n`));
    return error.exitCode;
  }
  const { code = '', syscall = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const ofMachine = OF_MACHINE[syscall] ?? OF_MACHINE[code];
  stderr.write(
    ofMachine ? printable(`error: ${(error as Error).message}\n${ofMachine}\n`) : `${describeBug(error)}${BUGS}`,
  );
  return EXIT.error;
}

/** An error that no user can have caused, with its stack, and without what looks like a key. */
export function describeBug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return printable(redactKeyPatterns(`error: ${stack}\n`));
}

/** How many problems of one file are told: what is wrong in its every row is known after these. */
const SHOWN_PROBLEMS = 50;

/**
 * One problem a line, `file:line:column  message`, which editors and CI systems turn into links; of a file with very many
 * the first, and how many more there are.
 */
export function listProblems(problems: readonly Problem[]): string {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  for (const { file, line, column, message, severity } of problems) {
    const seen = (counts.get(file) ?? 0) + 1;
    counts.set(file, seen);
    if (seen <= SHOWN_PROBLEMS)
      lines.push(`${file}:${line}:${column}  ${severity === 'warning' ? 'warning: ' : ''}${message}`);
  }
  for (const [file, found] of counts) {
    if (found > SHOWN_PROBLEMS) lines.push(`${file}  and ${count(found - SHOWN_PROBLEMS, 'more problem')}`);
  }
  return lines.join('\n');
}
