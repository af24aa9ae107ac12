import { llmci, makeProject, measure, medianOf, startServer } from './measure.mjs';

const CASES = 1000;
const GOAL_MS = 1000;

/**
 * 1,000 samples against the model server of the bench, and the same again: all answers come from the cache. Gives a row
 * `{ what, figure, goal, met }` for each; the goal is for the whole command, start-up included.
 */
export async function measureWarmCache() {
  const server = await startServer(0);
  const project = makeProject(filesFor(server));
  const run = () =>
    measure([llmci, 'eval', '--quiet'], { cwd: project.folder, env: { BENCH_KEY: 'bench-key-0123456789' } });
  try {
    const cold = await run();
    const { calls } = await server.usage();
    const warm = await medianOf(5, run);
    const again = (await server.usage()).calls - calls;
    if (calls !== CASES || again !== 0) throw new Error(`${calls} calls with a cold cache, ${again} with a warm one`);
    return [
      { what: '1,000 samples, cold cache', figure: describe(cold), goal: '', met: true },
      {
        what: '1,000 samples again, all from the cache',
        figure: describe(warm),
        goal: `${GOAL_MS / 1000} s`,
        met: warm.wallMs < GOAL_MS,
      },
    ];
  } finally {
    server.close();
    project.remove();
  }
}

function describe({ wallMs, cpuMs }) {
  return `${(wallMs / 1000).toFixed(2)} s, CPU ${(cpuMs / 1000).toFixed(2)} s`;
}

function filesFor(server) {
  const rows = Array.from({ length: CASES }, (_, index) =>
    JSON.stringify({ text: `Where is order ${index}?`, expected: 'order' }),
  );
  return {
    'prompts/bench.prompt.yaml': 'model: local/bench\nmessages:\n  - { role: user, content: "{{ text }}" }\n',
    'evals/bench.eval.yaml':
      'prompt: bench\ndataset: ../fixtures/bench.jsonl\nmetrics: [{ metric: contains }]\ngates: [{ metric: pass, min: 0.5 }]\n',
    'fixtures/bench.jsonl': `${rows.join('\n')}\n`,
    'llmci.yaml': `providers:\n  local: { type: openai, baseUrl: ${server.url}/v1, apiKey: env:BENCH_KEY }\n`,
  };
}
