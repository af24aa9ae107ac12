import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterThisTest } from './cleanup.js';

const llmci = fileURLToPath(new URL('../../bin/llmci.js', import.meta.url));

/** Whether a terminal can be made here: by `script` of util-linux, which every Linux has. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** llmci in a process of its own, on a terminal. */
export interface OnTerminal {
  /** What the screen has shown so far, without colours. */
  shown(): string;
  /** Resolves when what was shown since the last wait matches, and returns it. */
  waitFor(pattern: RegExp): Promise<string>;
  type(keys: string): void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts llmci on a terminal of that width. It is killed with the running test. */
export function startOnTerminal(
  args: readonly string[],
  { cwd, env = {}, columns = 100 }: { cwd: string; env?: Readonly<Record<string, string>>; columns?: number },
): OnTerminal {
  const home = mkdtempSync(join(tmpdir(), 'llmci-home-'));
  const quoted = [process.execPath, llmci, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', `stty cols ${columns}; exec ${quoted}`, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: home, TERM: 'xterm', ...env },
  });
  let text = '';
  let seen = 0;
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += stripVTControlCharacters(part).replaceAll('\r', '');
    for (const listener of listeners) listener();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      rmSync(home, { recursive: true, force: true });
      resolve(code);
      for (const listener of listeners) listener();
    });
  });
  afterThisTest(() => child.kill('SIGKILL'));
  return {
    shown: () => text,
    type: (keys) => void child.stdin.write(keys),
    ended,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text.slice(seen));
          if (!found && child.exitCode === null) return;
          listeners.delete(look);
          clearTimeout(timer);
          if (!found) return reject(new Error(`it ended without ${pattern}:\n${text}`));
          const part = text.slice(seen, seen + found.index + found[0].length);
          seen += part.length;
          resolve(part);
        };
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`it does not show ${pattern}:\n${text}`));
        }, 60_000);
        listeners.add(look);
        look();
      }),
  };
}
