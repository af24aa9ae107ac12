import { writeSync } from 'node:fs';

/** What the process ends with as long as nothing is decided. Node has 0, 1 and 13 for that, which mean something else. */
const UNDECIDED = 3;

let decided: number | null = null;
let fault: string | null = null;
let describe: (error: unknown) => string = (error) => `error: ${String(error)}\n`;

/**
 * Sees to it that the process ends with what was decided, or with 3: not with what a module of the user, a promise that
 * nobody awaits or one that never settles would make of it.
 */
export function guardExitCode(process: NodeJS.Process): void {
  process.exitCode = UNDECIDED;
  // `process.exit(0)` comes by here too. To exit once more ends the process at once: no listener behind this one is asked
  process.on('exit', () => {
    if (decided === null) tell(fault ?? EARLY);
    process.exit(decided ?? UNDECIDED);
  });
  process.on('uncaughtException', (error: unknown) => {
    decided = null;
    fault = `${describe(error)}${LATE}`;
    process.exit(UNDECIDED);
  });
}

/** How errors that nobody caught are told, once the program is loaded that knows what must not be shown. */
export function describeWith(by: (error: unknown) => string): void {
  describe = by;
}

/** The verdict is written: from now on the process may end, and ends with this. */
export function settleExitCode(exitCode: number): void {
  decided = exitCode;
}

/** Resolves when all that was written to a stream is handed over, or its reader has left. */
export function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}

const EARLY = `error: the process was ended before there was a verdict
A metric or provider module that calls process.exit does this, and one whose promise never settles.
`;

const LATE = `Nobody caught this error of a metric or provider module, or of llmci. There is no verdict.
`;

function tell(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nobody left to tell
  }
}
