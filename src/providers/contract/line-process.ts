import { decodeText } from '../../core/text/decode.js';
import { cannotStart, describeEnd, type ProgramPlace, startProgram } from './program.js';
import { ProviderError } from './provider-error.js';

/** A line longer than this is no answer. */
const MAX_LINE_MEGABYTES = 10;
const MAX_LINE_BYTES = MAX_LINE_MEGABYTES * 1024 * 1024;
/** What a program has to end by itself when its input has ended. */
const PATIENCE_MS = 2000;

/** A program that stays, reads lines and writes lines. */
export interface LineProcess {
  /** The last 16 KB. */
  readonly stderr: string;
  send(line: string): void;
  /** Ends its input, and after a while itself. Resolves when it has ended. */
  end(): Promise<void>;
  /** Ends it and all that it started, at once. */
  kill(): void;
}

export interface LineProcessOptions extends ProgramPlace {
  readonly onLine: (line: string) => void;
  /** Called once, when it has ended, could not be started, or had to be ended since nobody can read what it writes. */
  readonly onEnd: (error: ProviderError) => void;
}

/** Starts a program that stays, at the longest as long as this process. */
export function startLines(
  program: string,
  args: readonly string[],
  { cwd, env, onLine, onEnd }: LineProcessOptions,
): LineProcess {
  const { child, stderr, kill, leave } = startProgram(program, args, { cwd, env });
  let isOver = false;
  killAtExit(kill);
  const ended = new Promise<void>((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });

  const over = (error: ProviderError) => {
    if (isOver) return;
    isOver = true;
    running.delete(kill);
    leave();
    onEnd(error);
  };
  const lines = cutLines(program, onLine, (fault) => over(new ProviderError('bad-response', fault)));

  child.stdout.on('data', lines.add);
  child.on('error', (error: NodeJS.ErrnoException) => over(cannotStart(program, cwd, error.code)));
  child.on('close', (code, killedBy) => {
    lines.end();
    over(new ProviderError('bad-response', `${program} ${describeEnd(code, killedBy)}`));
  });

  return {
    get stderr() {
      return stderr();
    },
    send: (line) => void child.stdin.write(`${line}\n`),
    end: async () => {
      child.stdin.end();
      const patience = setTimeout(kill, PATIENCE_MS);
      await ended;
      clearTimeout(patience);
    },
    kill,
  };
}

/** Cuts what a program writes into lines, without those that are blank. `onFault` is told once, in words; nothing comes after it. */
function cutLines(program: string, onLine: (line: string) => void, onFault: (fault: string) => void) {
  let open: Buffer[] = [];
  let bytes = 0;
  let isBroken = false;
  const fail = (fault: string) => {
    isBroken = true;
    onFault(fault);
  };
  const keep = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MAX_LINE_BYTES) open.push(part);
    else fail(`${program} wrote a line of more than ${MAX_LINE_MEGABYTES} MB`);
  };
  const close = () => {
    const line = decodeText(Buffer.concat(open));
    open = [];
    bytes = 0;
    if (!('text' in line)) fail(`what ${program} wrote cannot be read: ${line.fault}`);
    else if (line.text.trim() !== '') onLine(line.text);
  };
  return {
    add: (chunk: Buffer) => {
      let from = 0;
      for (let at = chunk.indexOf(0x0a); at !== -1 && !isBroken; at = chunk.indexOf(0x0a, from)) {
        keep(chunk.subarray(from, at));
        from = at + 1;
        if (!isBroken) close();
      }
      if (!isBroken && from < chunk.length) keep(chunk.subarray(from));
    },
    /** Hands over what stands behind the last line break. */
    end: () => {
      if (!isBroken && bytes > 0) close();
    },
  };
}

/** How to end what runs: a program that ignores the end of its input would stay when this process leaves in haste. */
const running = new Set<() => void>();
let watchesExit = false;

function killAtExit(kill: () => void): void {
  if (!watchesExit)
    process.once('exit', () => {
      for (const each of running) each();
    });
  watchesExit = true;
  running.add(kill);
}
