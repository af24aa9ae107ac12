/** Could not judge, as of a run: the table of exit codes is not loaded for `--version`. */
const LOST = 3;

/**
 * Keeps a stream that cannot be written (a full disk) from ending the process with a stack trace: one line says so, and a
 * process that would have said 0 says 3, since what it had to say is lost. Returns what becomes of an exit code.
 */
export function guardOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>) {
  let lost = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `llmci … | head` closes the pipe early; that is no error
    if (error.code === 'EPIPE' || lost) return;
    lost = true;
    stderr.write(`error: standard output cannot be written: ${error.message}\n`);
  });
  // Nobody is left who could be told
  stderr.on('error', () => undefined);
  return (exitCode: number): number => (lost && exitCode === 0 ? LOST : exitCode);
}
