import { llmci, makeProject, measure, medianOf, startServer } from './measure.mjs';

/** Each benchmark prints its rows: what was measured, the figure, the goal. Ratios are taken within this one run. */
const rows = [];
const row = (what, figure, goal, met) => rows.push({ what, figure, goal, met });
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

await measureStart();
await measureOverhead();
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
    'near 1x',
    ratio < 2,
  );
}

async function measureOverhead() {
  const delayMs = 50;
  const concurrency = 100;
  const server = await startServer({ delayMs });
  const project = (cases) => serverProject(`${server.url}/v1`, cases, concurrency);
  const args = [llmci, 'eval', '--no-cache', '--quiet'];
  const env = { BENCH_KEY: 'bench-key-0123456789' };
  const one = project(1);
  await measure(args, { cwd: one.folder, env });
  const startUp = (await medianOf(5, () => measure(args, { cwd: one.folder, env }))).wallMs - delayMs;
  one.remove();
  row('start-up of eval (one sample, less its 50 ms)', seconds(startUp), '', true);
  for (const [cases, goal] of [
    [1000, 1.25],
    [10_000, 1.3],
  ]) {
    const some = project(cases);
    const { wallMs, cpuMs } = await medianOf(3, () => measure(args, { cwd: some.folder, env }));
    some.remove();
    const ideal = (cases / concurrency) * delayMs;
    const ratio = (wallMs - startUp) / ideal;
    row(
      `${cases.toLocaleString('en-US')} calls of ${delayMs} ms at concurrency ${concurrency}, less start-up, against the ideal`,
      `${ratio.toFixed(2)}x (${seconds(wallMs - startUp)} of ${seconds(ideal)}, CPU ${seconds(cpuMs)})`,
      `${goal}x`,
      ratio <= goal,
    );
  }
  server.close();
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
    JSON.stringify({ text: `Where is order ${index}?`, expected: `order ${index}` }),
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
