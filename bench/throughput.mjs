import { bareCalls, llmci, measure, medianOf, startServer } from './measure.mjs';
import { benchKey, makeServerProject } from './projects.mjs';
import { compare, number, row, seconds } from './rows.mjs';

const delayMs = 50;
const floors = {
  openai: 'the openai SDK as it comes',
  fetch: 'the global fetch',
  http: 'node:http',
};
/** What is measured at 100 calls at once, with the goals of the project. */
const sizes = [
  { cases: 1000, goal: 1.25, times: 3 },
  { cases: 10_000, goal: 1.3, times: 1 },
];
/** What is measured without goals: calls in proportion to how many go at once, so that each takes about 2.5 s. */
const breadths = [
  { cases: 1000, concurrency: 20 },
  { cases: 5000, concurrency: 100 },
  { cases: 20_000, concurrency: 400 },
];

/**
 * Calls of 50 ms. Start-up is what the same command takes for one sample, less that sample's 50 ms: node, llmci, the
 * SDK, the project's files, the report. The ideal is what the calls would take if everything else were free. The floor
 * is what the same calls cost without llmci; the server takes one of the machine's cores in both.
 */
export async function measureThroughput() {
  const server = await startServer(delayMs);
  const rows = [];
  try {
    const startUp = (await medianOf(5, () => evaluate(server, 1, 100, []), 'wallMs')).wallMs - delayMs;
    rows.push(row('start-up of eval (one call, less its 50 ms)', seconds(startUp)));
    for (const size of sizes) rows.push(...(await measureSize(server, startUp, size)));
    for (const breadth of breadths) rows.push(...(await measureBreadth(server, startUp, breadth)));
    const { calls, cpuMs } = await server.usage();
    rows.push(row('CPU of the server a call', `${(cpuMs / calls).toFixed(2)} ms`));
  } finally {
    server.close();
  }
  return rows;
}

async function measureSize(server, startUp, { cases, goal, times }) {
  const concurrency = 100;
  const ideal = (cases / concurrency) * delayMs;
  const { wallMs, cpuMs } = await medianOf(3, () => evaluate(server, cases, concurrency, ['--no-cache']), 'wallMs');
  const what = `${number(cases)} calls of ${delayMs} ms, ${concurrency} at once, less start-up, against the ideal`;
  const figure = `${compare(wallMs - startUp, ideal)}, CPU ${seconds(cpuMs)}`;
  const rows = [row(what, figure, `${goal}x`, wallMs - startUp <= goal * ideal)];
  for (const [kind, name] of Object.entries(floors)) {
    const { callsMs } = await medianOf(times, () => makeBareCalls(kind, server, cases, concurrency), 'callsMs');
    rows.push(row(`  floor: ${name} without llmci, less start-up`, compare(callsMs, ideal)));
  }
  return rows;
}

/** With the cache and without, and what the SDK alone takes. The journal is always written: nothing paid for is lost. */
async function measureBreadth(server, startUp, { cases, concurrency }) {
  const ideal = (cases / concurrency) * delayMs;
  const against = async (what, flags) => {
    const { wallMs, cpuMs } = await medianOf(3, () => evaluate(server, cases, concurrency, flags), 'wallMs');
    return row(`  ${what}`, `${compare(wallMs - startUp, ideal)}, CPU ${seconds(cpuMs)}`);
  };
  const { callsMs } = await medianOf(3, () => makeBareCalls('openai', server, cases, concurrency), 'callsMs');
  return [
    row(`${number(cases)} calls of ${delayMs} ms, ${concurrency} at once, less start-up`, `ideal ${seconds(ideal)}`),
    await against('journal and cache', []),
    await against('journal alone (--no-cache)', ['--no-cache']),
    row('  neither: the openai SDK without llmci', compare(callsMs, ideal)),
  ];
}

async function evaluate(server, cases, concurrency, flags) {
  const project = makeServerProject(server, cases, concurrency);
  const usage = await measure([llmci, 'eval', '--quiet', ...flags], { cwd: project.folder, env: benchKey });
  project.remove();
  return usage;
}

async function makeBareCalls(kind, server, cases, concurrency) {
  const { output } = await measure([bareCalls, kind, server.url, String(cases), String(concurrency)]);
  return { callsMs: Number(output) };
}
