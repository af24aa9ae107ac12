import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { afterThisTest } from './cleanup.js';

const llmci = fileURLToPath(new URL('../../bin/llmci.js', import.meta.url));

/** What a command finds around it. */
export interface CliInput {
  readonly cwd?: string;
  /** Added to a clean environment: PATH, a HOME of its own, NO_COLOR=1. `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What stands on stdin; nothing unless given. */
  readonly input?: string;
  /** How wide the terminal is; without it stdout is a pipe. */
  readonly columns?: number;
}

/** How a process of its own is run. */
export interface CliOptions extends CliInput {
  /** After this time the child is killed and the run is an error; 100,000 ms unless given. For what hangs, not for what is slow. */
  readonly timeoutMs?: number;
  /** The script that is run; `bin/llmci.js` of the repository unless given. */
  readonly script?: string;
}

/** How a command ended. */
export interface CliResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A running command. */
export interface CliProcess {
  readonly pid: number;
  /** Resolves when stdout or stderr so far matches; throws when the command ends without. */
  waitForOutput(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal?: NodeJS.Signals): void;
  /** The result once it has ended; throws after `timeoutMs`. */
  readonly result: Promise<CliResult>;
}

/**
 * Runs llmci in this process and returns how it ended: a tenth of what a process of its own costs, and the same outputs
 * and exit codes. Where signals, kills, streams or the process itself are the point, use `runProcess`.
 */
export function runCli(args: readonly string[], input: CliInput = {}): Promise<CliResult> {
  return beginHere(args, input).result;
}

/**
 * Starts llmci in this process, for what stays until a signal that it listens to ends it. Where it is to be killed, or its
 * memory looked at, use `startCli`.
 */
export function startHere(args: readonly string[], input: CliInput = {}): CliProcess {
  const { terminal, output, sinks, result } = beginHere(args, input);
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => {
    if (signal === 'SIGKILL') throw new Error('only a process of its own can be killed: use startCli');
    terminal.emit(signal, signal);
  };
  const onMore = (look: () => void) => sinks.forEach((sink) => void sink.on('more', look));
  afterThisTest(() => kill());
  return {
    ...{ pid: process.pid, kill, result },
    waitForOutput: (pattern) => waitForOutput(output, onMore, pattern, result),
  };
}

function beginHere(args: readonly string[], { cwd, env = {}, input = '', columns }: CliInput) {
  const started = performance.now();
  const home = mkdtempSync(join(tmpdir(), 'llmci-home-'));
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const terminal = Object.assign(new EventEmitter(), {
    stdin: Readable.from(input === '' ? [] : [input]),
    stdout: columns === undefined ? stdout : Object.assign(stdout, { columns }),
    stderr,
    env: cleanEnvironment(home, env),
    cwd: () => cwd ?? process.cwd(),
  });
  const output: Output = {
    get stdout() {
      return stdout.text;
    },
    get stderr() {
      return stderr.text;
    },
  };
  const run = async (): Promise<CliResult> => {
    try {
      const code = await runProgram(args, terminal as unknown as Terminal);
      return { code, signal: null, ...output, durationMs: performance.now() - started };
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  };
  return { terminal, output, sinks: [stdout, stderr], result: run() };
}

/** Runs llmci in a real process and returns how it ended. With `signalAfter`, sends the signal when the output matches. */
export async function runProcess(
  args: readonly string[],
  options: CliOptions & { readonly signalAfter?: { readonly output: RegExp; readonly signal: NodeJS.Signals } } = {},
): Promise<CliResult> {
  const cli = startCli(args, options);
  const { signalAfter } = options;
  if (signalAfter) {
    await cli.waitForOutput(signalAfter.output);
    cli.kill(signalAfter.signal);
  }
  return cli.result;
}

/** Starts llmci in a real process. It is killed when the running test ends before it. */
export function startCli(args: readonly string[], options: CliOptions = {}): CliProcess {
  const { cwd, env = {}, input = '', timeoutMs = 100_000, script = llmci } = options;
  const home = mkdtempSync(join(tmpdir(), 'llmci-home-'));
  const started = performance.now();
  const child = spawn(process.execPath, [script, ...args], { cwd, env: cleanEnvironment(home, env) });
  const output = collectOutput(child);
  // The command may end without reading its input: that is no error of the test.
  child.stdin.on('error', () => undefined).end(input);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  afterThisTest(() => child.kill('SIGKILL'));

  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      rmSync(home, { recursive: true, force: true });
      const { stdout, stderr } = output;
      if (timedOut) reject(new Error(`llmci ${args.join(' ')} ran longer than ${timeoutMs} ms\n${stdout}${stderr}`));
      else resolve({ code, signal, stdout, stderr, durationMs: performance.now() - started });
    });
  });
  // Whoever awaits the result sees its error; a test that only waits for output must not die of it.
  result.catch(() => undefined);
  const onMore = (look: () => void) => [child.stdout, child.stderr].forEach((stream) => void stream.on('data', look));
  return {
    pid: child.pid ?? 0,
    waitForOutput: (pattern) => waitForOutput(output, onMore, pattern, result),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    result,
  };
}

/** A stream that is no terminal, and keeps what is written to it. */
class TextSink extends Writable {
  text = '';
  readonly #decoder = new StringDecoder('utf8');

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += this.#decoder.write(chunk);
    this.emit('more');
    done();
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function collectOutput({ stdout, stderr }: ChildProcess): Output {
  const output = { stdout: '', stderr: '' };
  stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return output;
}

function waitForOutput(
  output: Output,
  onMore: (look: () => void) => void,
  pattern: RegExp,
  ended: Promise<unknown>,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
      if (found) resolve(found);
    };
    const fail = () => reject(new Error(`no ${pattern} in the output\n${output.stdout}${output.stderr}`));
    look();
    onMore(look);
    ended.then(fail, fail);
  });
}

/** A user's environment without what the machine or the CI of this repository brings along: no key, no CI variable. */
function cleanEnvironment(home: string, env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'].map((name) => [name, process.env[name]]);
  const all: Record<string, string | undefined> = {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    NO_COLOR: '1',
    ...env,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
