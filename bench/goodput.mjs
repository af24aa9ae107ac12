import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { llmci, makeProject, measure } from './measure.mjs';
import { beginningOf } from './processes.mjs';
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

async function measureSetting({ concurrency, delayMs }) {
  const server = await startLimitedServer(delayMs);
  const project = makeProject(filesOf(server.url, concurrency));
  const env = { BENCH_KEY: 'bench-key-0123456789' };
  const run = await measure([llmci, 'eval', '--no-cache', '--json'], { cwd: project.folder, env });
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

function filesOf(url, concurrency) {
  const ids = Array.from({ length: cases }, (_, index) =>
    JSON.stringify({ text: `Order ${index}?`, expected: 'Order' }),
  );
  return {
    'llmci.yaml': `providers:\n  local: { type: openai, baseUrl: ${url}/v1, apiKey: env:BENCH_KEY, concurrency: ${concurrency} }\n`,
    'prompts/bench.prompt.yaml': `model: local/bench\nmessages:\n  - { role: user, content: "{{ text }}" }\n`,
    'evals/bench.eval.yaml':
      'prompt: bench\ndataset: ../fixtures/bench.jsonl\nmetrics: [{ metric: contains }]\ngates: [{ metric: pass, min: 0.5 }]\n',
    'fixtures/bench.jsonl': `${ids.join('\n')}\n`,
  };
}

async function startLimitedServer(delayMs) {
  const script = fileURLToPath(new URL('../test/helpers/model-server/run.mjs', import.meta.url));
  const options = JSON.stringify({ delayMs, limit: { requestsPerSecond: perSecond } });
  const child = spawn(process.execPath, [script, options, '--exit-with-stdin'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await beginningOf(child);
  const { url } = JSON.parse(line);
  const stats = async () => JSON.parse(await (await fetch(`${url}/stats`)).text());
  return { url, stats, close: () => child.stdin.end() };
}

const percent = (share) => `${(100 * share).toFixed(1)}%`;
