import { llmci, measure, medianOf, startServer } from './measure.mjs';
import { benchKey, makeServerProject } from './projects.mjs';
import { row, seconds } from './rows.mjs';

const CASES = 1000;
const GOAL_MS = 1000;

/** 1,000 samples, and the same again: all answers come from the cache. The goal is for the whole command, start-up included. */
export async function measureWarmCache() {
  const server = await startServer(0);
  const project = makeServerProject(server, CASES, 16);
  const run = () => measure([llmci, 'eval', '--quiet'], { cwd: project.folder, env: benchKey });
  try {
    const cold = await run();
    const { calls } = await server.usage();
    const warm = await medianOf(5, run, 'wallMs');
    const again = (await server.usage()).calls - calls;
    if (calls !== CASES || again !== 0) throw new Error(`${calls} calls with a cold cache, ${again} with a warm one`);
    return [
      row('1,000 samples, cold cache', describe(cold)),
      row('1,000 samples again, all from the cache', describe(warm), seconds(GOAL_MS), warm.wallMs < GOAL_MS),
    ];
  } finally {
    server.close();
    project.remove();
  }
}

/** @param {{ wallMs: number, cpuMs: number }} run */
function describe({ wallMs, cpuMs }) {
  return `${seconds(wallMs)}, CPU ${seconds(cpuMs)}`;
}
