/** Could not judge, as of a run: the table of exit codes is not loaded for `--version`. */
const LOST = 3;

/** What of a process is needed to look after its output. */
export type Output = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exitCode'>;

/**
 * Keeps a stream that cannot be written (a full disk) from ending the process with a stack trace: one line says so, and a
 * process that would have said 0 says 3, since what it had to say is lost. Returns what becomes of an exit code.
 */
export function guardOutput(output: Output): (exitCode: number) => number {
  let lost = false;
  const codeOf = (exitCode: number) => (lost && exitCode === 0 ? LOST : exitCode);
  output.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `llmci … | head` closes the pipe early; that is no error
    if (error.code === 'EPIPE' || lost) return;
    lost = true;
    output.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
    // It may come after the exit code was set
    output.exitCode = codeOf(Number(output.exitCode ?? 0));
  });
  // Nobody is left who could be told
  output.stderr.on('error', () => undefined);
  return codeOf;
}
