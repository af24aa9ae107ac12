import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../../src/core/stats/random.js';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { killRuns, runsOf, startVictim, type Victim } from '../helpers/killing.js';
import { type ModelServerProcess, startModelServerProcess } from '../helpers/model-server-process.js';
import { makeProject } from '../helpers/project.js';

// kill -9 in the middle of conversations, then --resume: each goes on in the turn where it was.

const CASES = 12;
const TURNS = 5;
const CONCURRENCY = 3;
const env = { FAKE_KEY: 'a-key-of-no-known-shape' };
const kills = Array.from({ length: Number(process.env['KILLS'] ?? 2) }, (_, kill) => kill + 1);

let server: ModelServerProcess;
beforeAll(async () => {
  server = await startModelServerProcess({ delayMs: 15, countTexts: true });
});
afterAll(() => server.close());

async function makeTalkers(name: string): Promise<Victim> {
  const provider = {
    type: 'openai',
    baseUrl: server.openaiBaseUrl,
    apiKey: 'env:FAKE_KEY',
    concurrency: CONCURRENCY,
  };
  const project = await makeProject({
    'llmci.yaml': { providers: { fake: provider } },
    'prompts/talk.prompt.yaml': { model: 'fake/model-1', messages: [{ role: 'system', content: 'Be kind.' }] },
    'prompts/talk.thresholds.yaml': { gates: [{ metric: 'pass', min: 0.9 }] },
    'evals/talk.eval.yaml': {
      prompt: 'talk',
      metrics: [{ metric: 'contains', value: name, on: 'every' }],
      cases: Array.from({ length: CASES }, (_, index) => ({
        id: `c${index + 1}`,
        turns: Array.from({ length: TURNS }, (_each, turn) => ({ user: `${name} ${index + 1} turn ${turn + 1}` })),
      })),
    },
  });
  return { name, samples: CASES, project, server };
}

it.each(kills)('kill %i: no step that is in the journal is asked again, and none is lost', async (kill) => {
  const random = createRandom(`talk ${kill}`);
  const victim = await makeTalkers(`talk${kill}`);
  const run = startVictim(victim, ['--no-cache']);
  // In the third turn of the first conversations, and anywhere else
  const answered = kill === 1 ? 2 * CONCURRENCY : Math.floor(random.uniform() * (CASES * TURNS - 2 * CONCURRENCY));
  await killRuns(victim, [run], answered, random.uniform() * 10);
  const [runId = ''] = await runsOf(victim);
  const journal = await victim.project.read(`.llmci/runs/${runId}/results.jsonl`);
  const steps = journal.split('\n').filter((line) => line.startsWith('{"step":'));
  const keys = new Set(steps.map((line) => (JSON.parse(line) as { key: string }).key));
  expect(keys.size).toBe(steps.length);
  const before = await askedOf(victim);
  const { code, stdout, stderr } = await runCli(['eval', '--resume', runId, '--json'], {
    cwd: victim.project.dir,
    env,
  });
  expect([code, stderr.includes('bug')]).toEqual([0, false]);
  const record = runRecordSchema.parse(JSON.parse(stdout));
  expect(record.results.map(({ output }) => output?.steps?.length)).toEqual(Array<number>(CASES).fill(TURNS));
  expect(record.usage.calls).toEqual({ live: CASES * TURNS, cache: 0, replay: 0 });
  // To the call: what is not in the journal is asked, and nothing else
  const after = await askedOf(victim);
  expect(after - before).toBe(CASES * TURNS - steps.length);
  expect(after).toBeLessThanOrEqual(CASES * TURNS + CONCURRENCY);
  for (const { case: id, output } of record.results) {
    const said = output?.conversation?.filter(({ role }) => role === 'assistant').map(({ content }) => content);
    const wanted = Array.from({ length: TURNS }, (_, turn) => `talk${kill} ${id.slice(1)} turn ${turn + 1}`);
    expect(said).toEqual(wanted);
  }
});

/** Complete answers that the server has given to the project. */
async function askedOf({ name }: Victim): Promise<number> {
  const { answeredTexts } = await server.stats();
  const own = Object.entries(answeredTexts).filter(([text]) => text.startsWith(`${name} `));
  return own.reduce((sum, [, count]) => sum + count, 0);
}
