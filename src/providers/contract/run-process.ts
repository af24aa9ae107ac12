import { decodeText } from '../../core/text/decode.js';
import { cannotStart, describeEnd, type ProgramPlace, startProgram } from './program.js';
import { ProviderError } from './provider-error.js';

const MEGABYTE = 1024 * 1024;

/** How a program ended. `problem` is null when it exited with 0. */
export interface EndedProcess {
  readonly stdout: string;
  /** The last 16 KB. */
  readonly stderr: string;
  readonly problem: string | null;
}

export interface ProcessOptions extends ProgramPlace {
  readonly input: string;
  readonly signal: AbortSignal;
  /** What it may write on stdout, in megabytes; default 10. */
  readonly maxMegabytes?: number;
}

/**
 * Runs a program, gives it `input` on stdin and waits for its end; it is killed when the signal is aborted, and when it
 * writes too much. Rejects with the signal's reason, and with ProviderError when it cannot be started, or writes too much
 * or what is no text.
 */
export function runProcess(
  program: string,
  args: readonly string[],
  { cwd, input, signal, env, maxMegabytes = 10 }: ProcessOptions,
): Promise<EndedProcess> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const { child, stderr, leave } = startProgram(program, args, { cwd, env });
    const stdout: Buffer[] = [];
    let bytes = 0;
    const stop = (reason: unknown) => {
      leave();
      reject(reason);
    };
    const abort = () => stop(signal.reason);
    signal.addEventListener('abort', abort, { once: true });

    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxMegabytes * MEGABYTE) stdout.push(chunk);
      else stop(new ProviderError('bad-response', `${program} wrote more than ${maxMegabytes} MB`));
    });
    child.stdin.end(input);

    child.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', abort);
      reject(cannotStart(program, cwd, error.code));
    });
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', abort);
      const problem = code === 0 ? null : describeEnd(code, killedBy);
      const written = decodeText(Buffer.concat(stdout));
      // A program that failed is known by that
      if (problem !== null) resolve({ stdout: '', stderr: stderr(), problem });
      else if ('text' in written) resolve({ stdout: written.text, stderr: stderr(), problem });
      else reject(new ProviderError('bad-response', `what ${program} wrote cannot be read: ${written.fault}`));
    });
  });
}
