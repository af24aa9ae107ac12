import { type ChildProcess, spawn } from 'node:child_process';
import { decodeText } from '../../core/text/decode.js';
import { ProviderError } from './provider-error.js';

export const MEGABYTE = 1024 * 1024;
export const KEPT_STDERR = 16 * 1024;

/** How a program ended. `problem` is null when it exited with 0. */
export interface EndedProcess {
  readonly stdout: string;
  /** The last 16 KB. */
  readonly stderr: string;
  readonly problem: string | null;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly input: string;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it may write on stdout, in megabytes; default 10. */
  readonly maxMegabytes?: number;
}

/**
 * Runs a program without a shell, gives it `input` on stdin and waits for its end. It leads a process group of its
 * own, which is killed when the signal is aborted, when it writes too much, and when it has exited: nothing
 * that it started outlives the call. Rejects with the signal's reason, and with ProviderError when it cannot be
 * started or writes too much.
 */
export function runProcess(
  program: string,
  args: readonly string[],
  { cwd, input, signal, env, maxMegabytes = 10 }: ProcessOptions,
): Promise<EndedProcess> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const child = spawn(program, args, {
      cwd,
      stdio: 'pipe',
      detached: hasGroups,
      windowsHide: true,
      env,
    });
    const stdout: Buffer[] = [];
    let bytes = 0;
    let stderr = '';

    const stop = (reason: unknown) => {
      killGroup(child);
      // A process that left the group may hold the pipes open: nobody waits for it
      child.stdout.destroy();
      child.stderr.destroy();
      reject(reason);
    };
    const abort = () => stop(signal.reason);
    signal.addEventListener('abort', abort, { once: true });

    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxMegabytes * MEGABYTE) stdout.push(chunk);
      else stop(new ProviderError('bad-response', `${program} wrote more than ${maxMegabytes} MB`));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-KEPT_STDERR);
    });
    // A program need not read its input; EPIPE says that it did not
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);

    child.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', abort);
      reject(cannotStart(program, cwd, error.code));
    });
    child.on('exit', () => killGroup(child));
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', abort);
      const problem = code === 0 ? null : describeEnd(code, killedBy);
      const written = decodeText(Buffer.concat(stdout));
      // A program that failed is known by that
      if (problem !== null) resolve({ stdout: '', stderr, problem });
      else if ('text' in written) resolve({ stdout: written.text, stderr, problem });
      else reject(new ProviderError('bad-response', `what ${program} wrote cannot be read: ${written.fault}`));
    });
  });
}

/** Windows has no process groups; there only the program itself is killed. */
export const hasGroups = process.platform !== 'win32';

/** Ends a process that leads a group, and all that it started. */
export function killGroup(child: ChildProcess): void {
  if (!hasGroups) return void child.kill('SIGKILL');
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // No process of the group is left
  }
}

/** How a process ended, in words that follow its name. */
export function describeEnd(code: number | null, killedBy: string | null): string {
  return code === null ? `was ended by ${killedBy}` : `exited with code ${code}`;
}

/** The error of a program that cannot be started, which stops the provider. `code` is Node's. */
export function cannotStart(program: string, cwd: string, code: string | undefined): ProviderError {
  return new ProviderError('invalid-request', describeStart(program, cwd, code), { fatal: true });
}

function describeStart(program: string, cwd: string, code: string | undefined): string {
  if (code === 'ENOENT') return `there is no program ${program} (looked in PATH, and from ${cwd} when it has a slash)`;
  if (code === 'EACCES') return `${program} may not be run: it is not executable`;
  return `${program} cannot be started (${code})`;
}
