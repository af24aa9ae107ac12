import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Stats } from './model-server/ledger.js';
import type { ServeOptions } from './model-server/serve.js';

/** A model server in a process of its own. */
export interface ModelServerProcess {
  readonly url: string;
  readonly openaiBaseUrl: string;
  readonly anthropicBaseUrl: string;
  readonly pid: number;
  /** The counts so far, asked over HTTP. */
  stats(): Promise<Stats>;
  /** Ends the process. */
  close(): Promise<void>;
}

/**
 * Starts a model server in a child process, for benchmarks (it does not share a thread with what is measured) and for
 * tests that kill llmci. It ends with this process at the latest. Throws when the child does not start.
 */
export async function startModelServerProcess(options: ServeOptions = {}): Promise<ModelServerProcess> {
  const script = fileURLToPath(new URL('./model-server/run.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options), '--exit-with-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const line = await Promise.race([once(lines, 'line'), exited.then(() => null)]);
  if (line === null) throw new Error('The model server process ended before it was ready.');
  const { url } = JSON.parse(String(line[0])) as { url: string };
  return {
    url,
    openaiBaseUrl: `${url}/v1`,
    anthropicBaseUrl: url,
    pid: child.pid ?? 0,
    stats: async () => (await (await fetch(`${url}/stats`)).json()) as Stats,
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
