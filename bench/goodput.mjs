import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { llmci, measure } from './measure.mjs';
import { beginningOf } from './processes.mjs';
import { benchKey, makeServerProject } from './projects.mjs';
import { row } from './rows.mjs';

const perSecond = 50;
/** Half a minute at the limit. */
const cases = 1500;
const settings = [
  { concurrency: 16, delayMs: 50 },
  { concurrency: 100, delayMs: 50 },
  { concurrency: 100, delayMs: 1000 },
];

/**
 * A server that lets 50 requests a second through, and says nothing about that but 429. Goodput is the answers a second
 * against that limit; what the server lets through at once at the start (a second's worth) is not counted as won.
 */
export async function measureGoodput() {
  const rows = [];
  for (const setting of settings) rows.push(...(await measureSetting(setting)));
  return rows;
}

/** @param {(typeof settings)[number]} setting */
async function measureSetting({ concurrency, delayMs }) {
  const server = await startLimitedServer(delayMs);
  const project = makeServerProject(server, cases, concurrency);
  const run = await measure([llmci, 'eval', '--no-cache', '--json'], { cwd: project.folder, env: benchKey });
  const { calls, rejected } = await server.stats();
  project.remove();
  server.close();
  const { startedAt, finishedAt, samples } = JSON.parse(run.output);
  const took = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const goodput = (cases - perSecond) / (took - delayMs / 1000) / perSecond;
  const share = rejected / calls;
  const what = `hidden limit of ${perSecond} requests a second, ${concurrency} at once, ${delayMs} ms a call`;
  const answered = `${samples.finished - samples.errors} answers in ${took.toFixed(1)} s`;
  return [
    row(`${what}: goodput`, `${percent(goodput)} (${answered})`, '90%', goodput >= 0.9 && samples.errors === 0),
    row('  rejected', `${percent(share)} (${rejected} of ${calls})`, '5%', share < 0.05),
  ];
}

/** @param {number} delayMs */
async function startLimitedServer(delayMs) {
  const script = fileURLToPath(new URL('../test/helpers/model-server/run.mjs', import.meta.url));
  const options = JSON.stringify({ delayMs, limit: { requestsPerSecond: perSecond } });
  const child = spawn(process.execPath, [script, options, '--exit-with-stdin'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await beginningOf(child);
  const { url } = JSON.parse(line);
  const stats = async () => JSON.parse(await (await fetch(`${url}/stats`)).text());
  return { url, stats, close: () => child.stdin.end() };
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)}%`;
