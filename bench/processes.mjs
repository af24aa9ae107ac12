import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The beginning of what a process writes: servers tell where they listen.
 * @param {{ stdout: import('node:stream').Readable }} child
 * @returns {Promise<string>}
 */
export function beginningOf({ stdout }) {
  return new Promise((resolve) => stdout.once('data', (chunk) => resolve(String(chunk))));
}

/**
 * Makes so many calls a second from a process of its own, and returns what `load.mjs` tells of them.
 * @param {{ url: string, path: string, headers: object, body: object, stream?: boolean, maxSockets?: number }} target
 * @param {number} rate calls a second
 * @param {number} lasting seconds
 */
export async function makeCalls({ url, path, headers, body, stream, maxSockets }, rate, lasting) {
  const script = fileURLToPath(new URL('./load.mjs', import.meta.url));
  const target = JSON.stringify({ url, path, headers, body, stream, maxSockets });
  const args = [script, target, String(rate), String(lasting)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(text);
}

/**
 * CPU so far in milliseconds and memory now in MB, of a process that runs; /proc counts time in hundredths of a second.
 * @param {number | null} pid null for none, which uses nothing
 */
export function usageOf(pid) {
  if (pid === null) return { cpuMs: 0, memoryMb: 0 };
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, memoryMb: (pages * 4096) / 2 ** 20 };
}
