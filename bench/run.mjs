import { bareCalls, llmci, makeProject, measure, medianOf, startServer } from './measure.mjs';
import { measureWarmCache } from './warm-cache.mjs';

const delayMs = 50;
const concurrency = 100;
const floors = {
  openai: 'the openai SDK as it comes',
  fetch: 'the global fetch',
  http: 'node:http',
};

/** Each benchmark prints its rows: what was measured, the figure, the goal. Ratios are taken within this one run. */
const rows = [];
const row = (what, figure, goal = '', met = true) => rows.push({ what, figure, goal, met });
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const compare = (ms, toMs) => `${(ms / toMs).toFixed(2)}x (${seconds(ms)} of ${seconds(toMs)})`;

await measureStart();
await measureOverhead();
rows.push(...(await measureWarmCache()));
await measureEcho();
await measureTextMetrics();
print();

async function measureStart() {
  const bare = await medianOf(7, () => measure(['-e', '0']), 'cpuMs');
  const version = await medianOf(7, () => measure([llmci, '--version']), 'cpuMs');
  const ratio = version.cpuMs / bare.cpuMs;
  row(
    'llmci --version against node -e 0, CPU',
    `${ratio.toFixed(2)}x (${version.cpuMs.toFixed(0)} ms, ${bare.cpuMs.toFixed(0)} ms)`,
    '1.25x',
    ratio <= 1.25,
  );
}

/**
 * Calls of 50 ms, 100 at a time. Start-up is what the same command takes for one sample, less that sample's 50 ms: node,
 * llmci, the SDK, the project's files, the report. The ideal is what the calls would take if everything else were free.
 * The floor is what the same calls cost without llmci; the server takes one of the machine's cores in both.
 */
async function measureOverhead() {
  const server = await startServer(delayMs);
  try {
    const startUp = (await medianOf(5, () => evaluateCalls(server, 1))).wallMs - delayMs;
    row('start-up of eval (one call, less its 50 ms)', seconds(startUp));
    await measureCalls(server, startUp, { cases: 1000, goal: 1.25, floorTimes: 3 });
    await measureCalls(server, startUp, { cases: 10_000, goal: 1.3, floorTimes: 1 });
    const { calls, cpuMs } = await server.usage();
    row('CPU of the server a call', `${(cpuMs / calls).toFixed(2)} ms`);
  } finally {
    server.close();
  }
}

async function measureCalls(server, startUp, { cases, goal, floorTimes }) {
  const ideal = (cases / concurrency) * delayMs;
  const { wallMs, cpuMs } = await medianOf(3, () => evaluateCalls(server, cases));
  row(
    `${cases.toLocaleString('en-US')} calls of ${delayMs} ms, ${concurrency} at once, less start-up, against the ideal`,
    `${compare(wallMs - startUp, ideal)}, CPU ${seconds(cpuMs)}`,
    `${goal}x`,
    wallMs - startUp <= goal * ideal,
  );
  for (const [kind, name] of Object.entries(floors)) {
    const { callsMs } = await medianOf(floorTimes, () => makeBareCalls(kind, server, cases), 'callsMs');
    row(`  floor: ${name} without llmci, less start-up`, compare(callsMs, ideal));
  }
}

async function evaluateCalls(server, cases) {
  const project = serverProject(`${server.url}/v1`, cases, concurrency);
  const env = { BENCH_KEY: 'bench-key-0123456789' };
  const usage = await measure([llmci, 'eval', '--no-cache', '--quiet'], { cwd: project.folder, env });
  project.remove();
  return usage;
}

async function makeBareCalls(kind, server, cases) {
  const { output } = await measure([bareCalls, kind, server.url, String(cases), String(concurrency)]);
  return { callsMs: Number(output) };
}

async function measureEcho() {
  const cases = 10_000;
  const project = echoProject(cases);
  const { cpuMs, memoryMb, wallMs } = await medianOf(3, () =>
    measure([llmci, 'eval', '--quiet'], { cwd: project.folder }),
  );
  project.remove();
  row(
    `${cases.toLocaleString('en-US')} echo samples, CPU`,
    `${seconds(cpuMs)} (${seconds(wallMs)} on the clock)`,
    '3 s',
    cpuMs < 3000,
  );
  row(
    `${cases.toLocaleString('en-US')} echo samples, peak memory`,
    `${memoryMb.toFixed(0)} MB`,
    '200 MB',
    memoryMb < 200,
  );
}

/** Answers of 20 to 60 words that share most of their words with the accepted ones, by five metrics at once. */
async function measureTextMetrics() {
  const cases = 10_000;
  const words = 'the a of to and refund order days within return shop customer please account number send our'.split(
    ' ',
  );
  const sentence = (seed, length) =>
    Array.from({ length }, (_, at) => words[(seed * 31 + at * at * 7 + at) % words.length]).join(' ');
  const rows = Array.from({ length: cases }, (_, index) => {
    const text = sentence(index, 20 + (index % 41));
    return JSON.stringify({ text, expected: `${text.slice(0, text.length - 20)} ${sentence(index + 1, 6)}.` });
  });
  const metrics = ['rouge', 'bleu', 'chrf', 'f1', 'levenshtein'].map((metric) => `{ metric: ${metric} }`);
  const project = makeProject({
    ...files('echo', cases),
    'evals/bench.eval.yaml': `prompt: bench\ndataset: ../fixtures/bench.jsonl\nmetrics: [${metrics.join(', ')}]\ngates: [{ metric: bleu, stat: corpus, min: 0.1 }]\n`,
    'fixtures/bench.jsonl': `${rows.join('\n')}\n`,
  });
  const { cpuMs, memoryMb } = await medianOf(
    3,
    () => measure([llmci, 'eval', '--quiet'], { cwd: project.folder }),
    'cpuMs',
  );
  project.remove();
  row(
    `${cases.toLocaleString('en-US')} rows scored with rouge, bleu, chrf, f1 and levenshtein, CPU`,
    `${seconds(cpuMs)} (${memoryMb.toFixed(0)} MB)`,
    '20 s',
    cpuMs < 20_000,
  );
}

function dataset(cases) {
  const lines = Array.from({ length: cases }, (_, index) =>
    JSON.stringify({ text: `Where is order ${index}?`, expected: 'order' }),
  );
  return `${lines.join('\n')}\n`;
}

function files(model, cases) {
  return {
    'prompts/bench.prompt.yaml': `model: ${model}\nmessages:\n  - { role: user, content: "{{ text }}" }\n`,
    'evals/bench.eval.yaml':
      'prompt: bench\ndataset: ../fixtures/bench.jsonl\nmetrics: [{ metric: contains }]\ngates: [{ metric: pass, min: 0.5 }]\n',
    'fixtures/bench.jsonl': dataset(cases),
  };
}

function echoProject(cases) {
  return makeProject(files('echo', cases));
}

function serverProject(baseUrl, cases, concurrency) {
  return makeProject({
    ...files('local/bench', cases),
    'llmci.yaml': `providers:\n  local: { type: openai, baseUrl: ${baseUrl}, apiKey: env:BENCH_KEY, concurrency: ${concurrency} }\n`,
  });
}

function print() {
  const width = (key) => Math.max(...rows.map((entry) => entry[key].length));
  for (const { what, figure, goal, met } of rows) {
    console.log(
      `${met ? '  ' : '! '}${what.padEnd(width('what'))}  ${figure.padEnd(width('figure'))}  ${goal && `goal ${goal}`}`,
    );
  }
}
