// npm run bench:soak: 300 calls a second through llmci while a canary goes through its steps, for half an hour.
// LLMCI_BENCH_MINUTES=2 is shorter: the steps are as long as the time allows. On Linux: memory and CPU are read from /proc.
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { llmci, makeProject, startServer } from './measure.mjs';
import { beginningOf, makeCalls, usageOf } from './processes.mjs';
import { number, print, row } from './rows.mjs';

const minutes = Number(process.env['LLMCI_BENCH_MINUTES'] ?? 30);
const RATE = 300;
const DELAY_MS = 200;
const MOST_MB = 180;

/** Four steps, and time behind the last. */
const each = Math.floor((minutes * 60) / 5);
const steps = [0.01, 0.1, 0.5, 0.9].map((weight) => ({ weight, calls: 50, for: `${each}s` }));
const gates = [
  { metric: 'errors', maxDrop: '5%' },
  { metric: 'latency', maxDrop: '50%' },
];
const prompt = (word) => `model: local/bench\nmessages:\n  - { role: user, content: "${word} {{ text }}" }\n`;

const server = await startServer(DELAY_MS);
const project = makeProject({
  'llmci.yaml': JSON.stringify({
    providers: { local: { type: 'openai', baseUrl: `${server.url}/v1`, retries: 0 } },
    environments: { production: { rollout: { strategy: 'canary', steps } } },
  }),
  'prompts/bench.prompt.yaml': prompt('Hello'),
  'prompts/bench.thresholds.yaml': JSON.stringify({
    ...{ unjudged: 'ok', gates: [{ metric: 'pass', min: 0.9 }], live: { gates } },
  }),
});
const cwd = project.folder;
const run = (...args) => execFileSync(process.execPath, [llmci, ...args], { cwd, encoding: 'utf8' });
const git = (...args) => execFileSync('git', args, { cwd, stdio: 'ignore' });
git('init', '--quiet');
git('config', 'user.name', 'Bench');
git('config', 'user.email', 'bench@example.com');
run('release');
run('promote', 'bench@1', '--to', 'production');
writeFileSync(join(cwd, 'prompts/bench.prompt.yaml'), prompt('Good day'));
run('release');
const gateway = spawn(process.execPath, [llmci, 'serve', '--env', 'production', '--port', '0'], {
  ...{ cwd, stdio: ['ignore', 'pipe', 'inherit'] },
});
try {
  const line = await beginningOf(gateway);
  run('promote', 'bench@2', '--to', 'production', '--force');
  /** @type {number[]} */
  const memory = [];
  const sampled = setInterval(() => memory.push(usageOf(gateway.pid ?? null).memoryMb), 1000);
  const body = { prompt: { id: 'bench', variables: { text: 'Where is order 7?' } } };
  const target = { url: line.split(' ')[0], path: '/v1/chat/completions', headers: {}, body };
  const { calls, failed, p50, p99 } = await makeCalls(target, RATE, minutes * 60);
  clearInterval(sampled);
  const done = run('history', '--in', 'production', '--json');
  const moves = (done.match(/"action": ?"(?:step|complete)"/g) ?? []).length;
  const [early, late] = [memory.slice(0, 60), memory.slice(-60)].map((part) => Math.max(...part));
  print(`${minutes} minutes of ${RATE} calls a second, and a canary of ${steps.length} steps of ${each} s`, [
    row('answered', `${number(calls)}, ${failed} failed`, 'none failed', failed === 0),
    row('time of a call', `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, of a model of ${DELAY_MS} ms`),
    row('steps gone and completed', String(moves), String(steps.length), moves === steps.length),
    row(
      'memory',
      `${early.toFixed(0)} MB in the first minute, ${late.toFixed(0)} MB in the last`,
      `${MOST_MB} MB`,
      late <= MOST_MB,
    ),
  ]);
} finally {
  gateway.kill();
  server.close();
  project.remove();
}
