// npm run bench:rollback: from a rollback to the last call that the bad release has served, under load, for each home of the
// state. By command, from its start and from its line; by itself, from the call with which the bound was crossed; and that with
// the store taken away. The gateway and the command that goes back have no git and no network but loopback.
// LLMCI_BENCH_REPETITIONS=10 tries less often than 100 times.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeLive } from '../dist/core/rollouts/judge-live.js';
import { addValue, NO_SUMS } from '../dist/core/rollouts/sums.js';
import { llmci, makeProject } from './measure.mjs';
import { startPostgres } from './postgres.mjs';
import { beginningOf } from './processes.mjs';
import { print, row } from './rows.mjs';

const tries = Number(process.env['LLMCI_BENCH_REPETITIONS'] ?? 100);
/** Calls a second, each of another unit. */
const RATE = 100;
/** How long after a rollback one waits for calls that should not have come. */
const SETTLE_MS = 1500;
const MARGIN = 0.05;

const service = await startService();
try {
  await measureHome('a folder', 'releases', {}, (project) => {
    const [there, away] = [join(project, 'releases'), join(project, 'releases-away')];
    return { take: () => renameSync(there, away), bring: () => existsSync(away) && renameSync(away, there) };
  });
  const database = await startPostgres();
  if (database === null) console.error('there is no PostgreSQL: its part is not measured');
  else {
    await measureHome('PostgreSQL', { postgres: 'env:BENCH_STATE' }, { BENCH_STATE: database.url }, null);
    await database.stop();
  }
} finally {
  service.close();
}

/** `store` takes the store away and brings it back; null where that is not tried. */
async function measureHome(name, state, env, store) {
  const bench = openBench(state, env);
  await bench.start();
  const load = startLoad(bench.address());
  try {
    /** @type {number[]} */
    const whole = [];
    /** @type {number[]} */
    const line = [];
    for (let at = 0; at < tries; at++) {
      const { started, written, last } = await rollBackByHand(bench);
      whole.push(last - started);
      line.push(Math.max(0, last - written));
    }
    const rows = [
      rowOf('by command, from its start', whole, { most: 1000 }),
      rowOf('by command, from its line of the ledger', line, { most: 1000, p99: 50 }),
      rowOf('by itself, from the crossing of the bound', await timesOf(tries, () => goBackAlone(bench)), {
        most: 1000,
      }),
    ];
    if (store) {
      const { take, bring } = store(bench.folder);
      const alone = () => goBackAlone(bench, take, bring);
      rows.push(rowOf('the same with the store gone', await timesOf(Math.ceil(tries / 10), alone), { most: 1000 }));
    }
    print(`${name}: ${tries} rollbacks at ${RATE} calls a second`, rows);
    const { sent, failed } = load;
    console.log(`  ${sent} calls, ${failed} of them failed, as the bad candidate does`);
  } finally {
    load.stop();
    await bench.stop();
  }
}

/**
 * @param {string} what
 * @param {number[]} times
 * @param {{ most: number, p99?: number }} goals
 */
function rowOf(what, times, { most, p99 }) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  const worst = Math.round(Math.max(...times));
  const figure = `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${worst} ms`;
  const goal = `${most} ms in all${p99 === undefined ? '' : `, p99 ${p99} ms`}`;
  return row(what, figure, goal, worst <= most && (p99 === undefined || at(0.99) <= p99));
}

async function timesOf(times, measure) {
  const found = [];
  for (let at = 0; at < times; at++) found.push(await measure());
  return found;
}

/** A candidate that answers, and is taken back by the command. */
async function rollBackByHand(bench) {
  service.begin({ fails: false });
  await bench.llmci('promote', 'bench@2', '--to', 'production', '--force');
  await until(() => service.last() > Date.now() - 50);
  const started = Date.now();
  const {
    line: { at },
  } = JSON.parse(await bench.goBack());
  await sleep(SETTLE_MS);
  const last = service.last();
  await bench.allowAgain();
  return { started, written: Date.parse(at), last };
}

/** A candidate whose every call fails, and that the gateway takes back by itself. */
async function goBackAlone(bench, take = () => undefined, bring = () => undefined) {
  service.begin({ fails: true });
  await bench.llmci('promote', 'bench@2', '--to', 'production', '--force');
  await until(() => service.last() > 0);
  take();
  await until(() => service.last() < Date.now() - SETTLE_MS);
  bring();
  await bench.allowAgain();
  return service.last() - crossingIn(service.events);
}

/** When a look would have found that the bound was crossed. */
function crossingIn(events) {
  const gate = /** @type {import('../dist/core/rollouts/measured-quantity.js').JudgedGate} */ ({
    ...{ stream: 's', values: 'rate', better: 'lower', level: 'error' },
    bound: { kind: 'change', margin: MARGIN, relative: false },
  });
  const sums = { control: NO_SUMS, candidate: NO_SUMS, paired: NO_SUMS };
  for (const { at, arm } of events) {
    sums[arm] = addValue(sums[arm], arm === 'candidate' ? 1 : 0);
    const calls = { control: sums.control.n, candidate: sums.candidate.n };
    const step = { weight: 0.5, since: '2030-01-01T00:00:00.000Z', calls, streams: { s: { ...sums } } };
    if (judgeLive(gate, [step], 0.05).verdict === 'fail') return at;
  }
  throw new Error('it went back, and no bound was crossed');
}

async function until(isSo) {
  while (!(await isSo())) await sleep(20);
}

/** A project with two releases, and a gateway that serves the first. */
function openBench(state, env) {
  const messages = (word) => `model: local/bench\nmessages:\n  - { role: user, content: "${word} {{ text }}" }\n`;
  const config = {
    providers: { local: { type: 'openai', baseUrl: service.url, retries: 0 } },
    environments: { production: { rollout: { strategy: 'canary', steps: [{ weight: '50%', calls: 1_000_000 }] } } },
    state,
  };
  const gates = [{ metric: 'errors', maxDrop: MARGIN }];
  const project = makeProject({
    'llmci.yaml': JSON.stringify(config),
    'prompts/bench.prompt.yaml': messages('control'),
    'prompts/bench.thresholds.yaml': JSON.stringify({
      unjudged: 'ok',
      gates: [{ metric: 'pass', min: 0.9 }],
      live: { gates },
    }),
  });
  const cwd = project.folder;
  const git = (...args) => execFileSync('git', args, { cwd, stdio: 'ignore' });
  git('init', '--quiet');
  git('config', 'user.name', 'Bench');
  git('config', 'user.email', 'bench@example.com');
  const nowhere = mkdtempSync(join(tmpdir(), 'llmci-bench-path-'));
  const cutOff = { PATH: nowhere, HOME: nowhere, NO_COLOR: '1', ...env };
  const run = async (args, more) => {
    const child = spawn(process.execPath, [llmci, ...args], { cwd, env: more, stdio: ['ignore', 'pipe', 'pipe'] });
    let [text, errors] = ['', ''];
    child.stdout.on('data', (piece) => (text += piece));
    child.stderr.on('data', (piece) => (errors += piece));
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, text, errors };
  };
  const ran = async (args, more) => {
    const { code, text, errors } = await run(args, more);
    if (code !== 0) throw new Error(`llmci ${args.join(' ')} ended with ${code}: ${text}${errors}`);
    return text;
  };
  const llmciHere = (...args) => ran(args, { ...process.env, ...env });
  /** @type {import('node:child_process').ChildProcess | null} */
  let gateway = null;
  let url = '';
  return {
    folder: cwd,
    llmci: llmciHere,
    goBack: () => ran(['rollback', 'bench', '--in', 'production', '--json'], cutOff),
    /** When the ledger has the rollback. */
    allowAgain: async () => {
      await until(async () => (await run(['rollout', 'production'], { ...process.env, ...env })).code !== 0);
      await llmciHere('unhold', 'bench@2', '--in', 'production', '--reason', 'once more');
    },
    start: async () => {
      await llmciHere('release');
      await llmciHere('promote', 'bench@1', '--to', 'production');
      writeFileSync(join(cwd, 'prompts/bench.prompt.yaml'), messages('candidate'));
      await llmciHere('release');
      const child = spawn(process.execPath, [llmci, 'serve', '--env', 'production', '--port', '0'], {
        ...{ cwd, env: cutOff, stdio: ['ignore', 'pipe', 'inherit'] },
      });
      gateway = child;
      const line = await beginningOf(child);
      url = line.split(' ')[0];
    },
    address: () => url,
    stop: async () => {
      const ended = new Promise((resolve) => gateway?.once('exit', resolve) ?? resolve(null));
      gateway?.kill('SIGTERM');
      await ended;
      project.remove();
      rmSync(nowhere, { recursive: true });
    },
  };
}

/** The model's service: knows when it was asked by which release. */
async function startService() {
  let [fails, last] = [false, 0];
  /** @type {{ at: number, arm: 'control' | 'candidate' }[]} */
  let events = [];
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const body = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'bench', choices, usage });
  const server = createServer({ keepAliveTimeout: 600_000 }, (incoming, response) => {
    let asked = '';
    incoming.setEncoding('latin1').on('data', (text) => (asked += text));
    incoming.on('end', () => {
      const arm = asked.includes('"candidate ') ? 'candidate' : 'control';
      if (arm === 'candidate') last = Date.now();
      events.push({ at: Date.now(), arm });
      const status = arm === 'candidate' && fails ? 500 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? body : '{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/v1`,
    begin: (how) => {
      fails = how.fails;
      [events, last] = [[], 0];
    },
    last: () => last,
    get events() {
      return events;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Calls at a rate, whatever becomes of those before. */
function startLoad(address) {
  const { hostname, port } = new URL(address);
  const agent = new Agent({ keepAlive: true });
  const load = { sent: 0, failed: 0, stop: () => undefined };
  const began = Date.now();
  const timer = setInterval(() => {
    for (; load.sent < ((Date.now() - began) / 1000) * RATE; load.sent++) {
      const text = JSON.stringify({ prompt: { id: 'bench', variables: { text: 'order 7' } } });
      const headers = { 'content-type': 'application/json', 'llmci-unit': `user-${load.sent}` };
      const options = { agent, hostname, port, path: '/v1/responses', method: 'POST', headers };
      const sending = request(options, (response) => {
        if (response.statusCode !== 200) load.failed++;
        response.resume();
      });
      sending.on('error', () => load.failed++);
      sending.end(text);
    }
  }, 5);
  load.stop = () => {
    clearInterval(timer);
    agent.destroy();
  };
  return load;
}
