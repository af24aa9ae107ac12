import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { ProviderError } from './provider-error.js';

const KEPT_STDERR = 16 * 1024;

/** Where a program runs, and with which variables. */
export interface ProgramPlace {
  readonly cwd: string;
  readonly env: EnvironmentVariables;
}

/** A program that has been started. */
export interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  /** The last 16 KB that it wrote on stderr. */
  readonly stderr: () => string;
  /** Ends it and all that it started, at once. */
  readonly kill: () => void;
  /** As `kill`, and reads no more of it: what has left its group may hold the pipes open, and nobody waits for that. */
  readonly leave: () => void;
}

/**
 * Starts a program without a shell. It leads a process group of its own, which is killed when it has exited: nothing that
 * it started outlives it.
 */
export function startProgram(program: string, args: readonly string[], { cwd, env }: ProgramPlace): Program {
  const child = spawn(program, args, { cwd, stdio: 'pipe', detached: hasGroups, windowsHide: true, env });
  let stderr = '';
  const kill = () => killGroup(child);
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-KEPT_STDERR);
  });
  // A program need not read its input; that it did not is told by EPIPE, and by how it ends
  child.stdin.on('error', () => undefined);
  child.on('exit', kill);
  return {
    child,
    stderr: () => stderr,
    kill,
    leave: () => {
      kill();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** Windows has no process groups; there only the program itself is killed. */
const hasGroups = process.platform !== 'win32';

/** Ends a process that leads a group, and all that it started. */
function killGroup(child: ChildProcessWithoutNullStreams): void {
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
