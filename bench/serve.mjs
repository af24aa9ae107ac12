// npm run bench:serve: what a call costs more through llmci serve than directly, beside another gateway and beside one that
// only passes calls on: what that costs here is the machine's, and the goals are of one where it is 0.3 s per 1,000. On Linux: CPU and
// memory of the gateways are read from /proc. `-- --minutes 10` loads llmci for so long at 500 calls a second after it. `-- --rollouts`
// measures instead what a rollout costs: scores of every call, and copies of every call with scores of both.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LLMCI, startGateway, startLlmci, WITH_ROLLOUTS } from './llmci-gateways.mjs';
import { startServer } from './measure.mjs';
import { makeCalls, usageOf } from './processes.mjs';
import { benchKey } from './projects.mjs';
import { number, print, row } from './rows.mjs';

const DELAY_MS = 200;
const SECONDS = 10;
const OTHER = '@portkey-ai/gateway@1.15.2';
/** In calls a second. The load, the gateway and the model's server share the cores of one machine. */
const RATES = [50, 500, 1000];
const STREAM_RATES = [50, 200];
const ROLLOUT_RATES = [50, 200];
const KEY = benchKey.BENCH_KEY;

const { values } = parseArgs({ options: { minutes: { type: 'string' }, rollouts: { type: 'boolean' } } });
const server = await startServer(DELAY_MS);
const direct = {
  ...{ name: 'direct', url: server.url, path: '/v1/chat/completions', pid: null, stop: null },
  ...{ headers: {}, body: { model: 'bench', messages: [{ role: 'user', content: 'Where is order 7?' }] } },
};
const llmciTarget = await startLlmci(LLMCI, server.url);
const others = values.rollouts
  ? await Promise.all(WITH_ROLLOUTS.map((kind) => startLlmci(kind, server.url)))
  : [await startBare(), await startOther()];
const targets = [direct, llmciTarget, ...others].filter((target) => target !== null);
try {
  for (const [stream, rates] of /** @type {const} */ ([
    [false, RATES],
    [true, STREAM_RATES],
  ])) {
    for (const rate of values.rollouts ? ROLLOUT_RATES : rates)
      print(titleOf(stream, rate), await compareAt(stream, rate));
  }
  if (!values.rollouts) print('2,000 calls a second', await hurry());
  if (values.minutes !== undefined) print(`${values.minutes} minutes`, await last(Number(values.minutes)));
} finally {
  for (const { stop } of targets) stop?.();
  server.close();
}

function titleOf(stream, rate) {
  return `${number(rate)} ${stream ? `streams of 50 pieces in ${DELAY_MS} ms` : `calls of ${DELAY_MS} ms`} a second, for ${SECONDS} s`;
}

/** Each target at the same rate, one after the other; what is told of a gateway is what it adds to the direct call. */
async function compareAt(stream, rate) {
  const rows = [];
  /** @type {Record<string, number>} the direct call comes first */
  let base = {};
  for (const target of targets) {
    const figures = await load(target, stream, rate, SECONDS);
    if (figures.calls === 0) {
      rows.push(row(target.name, `answers none of them: ${figures.failed} failed`, '', false));
      continue;
    }
    const { calls, failed, failures, mostOpen, cpuMs, memoryMb } = figures;
    if (target === direct) base = figures;
    const added = (key) => (figures[key] - base[key]).toFixed(1);
    const ms = (key) => figures[key]?.toFixed(1);
    const parts =
      target === direct
        ? [`p50 ${ms('p50')}, p95 ${ms('p95')}, p99 ${ms('p99')} ms`, stream && `first piece p50 ${ms('first50')} ms`]
        : [
            `adds p50 ${added('p50')}, p95 ${added('p95')}, p99 ${added('p99')} ms`,
            stream && `to the first piece p50 ${added('first50')}, p99 ${added('first99')} ms`,
            `CPU ${((cpuMs / calls) * (SECONDS / (SECONDS + 2))).toFixed(2)} s per 1,000, ${memoryMb.toFixed(0)} MB`,
          ];
    parts.push(`${mostOpen} in flight`, failed > 0 && `${failed} FAILED: ${Object.keys(failures).join(', ')}`);
    rows.push(row(target.name, parts.filter(Boolean).join('; '), '', failed === 0));
  }
  return rows;
}

async function hurry() {
  const { calls, failed, p99 } = await load(llmciTarget, false, 2000, SECONDS);
  const alone = await load(direct, false, 2000, SECONDS);
  return [
    row('llmci', `${number(calls)} answered, ${failed} failed, p99 ${p99.toFixed(0)} ms`, '250 ms', p99 <= 250),
    row('direct', `${number(alone.calls)} answered, ${alone.failed} failed, p99 ${alone.p99.toFixed(0)} ms`),
  ];
}

async function last(minutes) {
  const before = usageOf(llmciTarget.pid).memoryMb;
  const { calls, failed, p99, memoryMb } = await load(llmciTarget, false, 500, minutes * 60);
  const figure = `${number(calls)} answered, ${failed} failed, p99 ${p99.toFixed(0)} ms, ${before.toFixed(0)} MB before, ${memoryMb.toFixed(0)} MB after`;
  return [row('llmci at 500 calls a second', figure, '180 MB', memoryMb <= 180)];
}

async function load({ pid, url, path, headers, body }, stream, rate, lasting) {
  const before = usageOf(pid);
  const figures = await makeCalls({ url, path, headers, body, stream }, rate, lasting);
  const after = usageOf(pid);
  return { ...figures, cpuMs: after.cpuMs - before.cpuMs, memoryMb: after.memoryMb };
}

function startBare() {
  const script = fileURLToPath(new URL('./bare-gateway.mjs', import.meta.url));
  return startGateway('bare', [script, server.url], tmpdir());
}

/** Null, told on standard error, where npm does not give it. */
async function startOther() {
  const folder = mkdtempSync(join(tmpdir(), 'llmci-bench-'));
  const installed = spawnSync('npm', [
    'install',
    '--silent',
    '--no-audit',
    '--ignore-scripts',
    '--prefix',
    folder,
    OTHER,
  ]);
  if (installed.status !== 0) {
    console.error(`${OTHER} cannot be installed, and is not measured`);
    return null;
  }
  const port = 20_000 + (process.pid % 20_000);
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const child = spawn(process.execPath, [script, `--port=${port}`, '--headless'], {
    env: { ...process.env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 50; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const headers = {
    authorization: `Bearer ${KEY}`,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${server.url}/v1`,
  };
  return { ...direct, name: OTHER, url, pid: child.pid ?? null, headers, stop };
}
