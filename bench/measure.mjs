import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beginningOf } from './processes.mjs';

export const llmci = fileURLToPath(new URL('../bin/llmci.js', import.meta.url));
/** Makes calls to the bench's server without llmci. */
export const bareCalls = fileURLToPath(new URL('./bare-calls.mjs', import.meta.url));
const usageHook = new URL('./usage-hook.mjs', import.meta.url).href;

/**
 * Runs node with some arguments and returns what that cost: wall and CPU time in milliseconds, peak memory in MB. The
 * process itself reports its use as it ends.
 *
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, codes?: number[] }} [options] `codes`: exit codes that are fine
 */
export async function measure(args, { cwd, env = {}, codes = [0] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'llmci-bench-'));
  const file = join(folder, 'usage.json');
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', usageHook, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1', LLMCI_BENCH_USAGE: file, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const wallMs = performance.now() - started;
  if (!codes.includes(code)) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${output.slice(-2000)}`);
  const usage = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true });
  return { wallMs, cpuMs: usage.cpuMs, memoryMb: usage.memoryMb, output };
}

/**
 * The run with the median of a figure, of several.
 *
 * @template {string} F
 * @template {Record<F, number>} R
 * @param {number} times
 * @param {() => Promise<R>} run
 * @param {F} figure
 */
export async function medianOf(times, run, figure) {
  /** @type {R[]} */
  const runs = [];
  for (let index = 0; index < times; index++) runs.push(await run());
  return runs.sort((a, b) => a[figure] - b[figure])[Math.floor(runs.length / 2)];
}

/**
 * A temporary project with these files (path: text).
 *
 * @param {Readonly<Record<string, string>>} files
 */
export function makeProject(files) {
  const folder = mkdtempSync(join(tmpdir(), 'llmci-bench-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Starts the bench's model server in a process of its own. `usage` tells how many calls it got and its CPU time.
 *
 * @param {number} delayMs
 * @returns {Promise<{ url: string, usage: () => Promise<{ calls: number, cpuMs: number }>, close: () => void }>}
 */
export async function startServer(delayMs) {
  const script = fileURLToPath(new URL('./server.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, String(delayMs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await beginningOf(child);
  const { url } = JSON.parse(line);
  const usage = async () => JSON.parse(await (await fetch(`${url}/usage`)).text());
  return { url, usage, close: () => void child.kill() };
}
