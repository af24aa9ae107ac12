import { expect, it } from 'vitest';
import { afterThisTest } from '../helpers/cleanup.js';
import { runCli } from '../helpers/cli.js';
import { startModelServer } from '../helpers/model-server.js';
import { makeProject } from '../helpers/project.js';

// What is told of conversations before anything is sent, and of their answers afterwards.

const KEY = 'a-key-of-no-known-shape';

async function makeTalks({ tools = false } = {}) {
  const server = await startModelServer();
  afterThisTest(() => server.close());
  const look = { name: 'look', respond: 'nothing there' };
  const project = await makeProject({
    'llmci.yaml': {
      providers: { svc: { type: 'openai', baseUrl: server.openaiBaseUrl, apiKey: 'env:SVC_KEY' } },
      prices: { 'svc/m': { input: '$1', output: '$1' } },
    },
    'prompts/p.prompt.yaml': {
      model: 'svc/m',
      modelParameters: { maxTokens: 100 },
      messages: [{ role: 'user', content: 'Hello {{ n }}' }],
      ...(tools && { tools: [look], maxSteps: 4 }),
    },
    'evals/p.eval.yaml': {
      prompt: 'p',
      cassette: '../fixtures/p.cassette.jsonl',
      cases: ['a', 'b'].map((n) => ({
        id: n,
        vars: { n },
        turns: [{ user: 'And?' }, { user: `${n} done?` }],
        expected: 'nothing like it',
      })),
      metrics: [{ metric: 'equals' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    },
  });
  const llmci = (args: readonly string[], key: string | undefined = KEY) =>
    runCli([...args], { cwd: project.dir, env: { SVC_KEY: key } });
  return { server, project, llmci };
}

it.each([
  [false, '2 live in 6 calls', '6 live calls'],
  [true, '2 live in 6 to 24 calls', '6 to 24 live calls'],
])('a plan counts all calls of conversations (tools: %s)', async (tools, samples, total) => {
  const { llmci, server } = await makeTalks({ tools });
  const dry = await llmci(['eval', '--dry-run']);
  expect(dry.stdout).toContain(samples);
  expect(dry.stdout).toContain(total);
  const [column] = JSON.parse((await llmci(['eval', '--dry-run', '--json'])).stdout);
  const most = tools ? 24 : 6;
  expect(column).toMatchObject({ live: 2, calls: { least: 6, most }, outputTokens: most * 100 });
  expect((await llmci(['plan'])).stdout).toContain(samples);
  expect(server.calls).toEqual([]);
});

it('a plan and the check of keys go as far as recordings do', async () => {
  const { llmci, project, server } = await makeTalks();
  expect((await llmci(['eval', '--record', '--no-cache'])).code).toBe(1);
  const cassette = await project.read('fixtures/p.cassette.jsonl');
  expect((await llmci(['eval', '--dry-run', '--no-cache'])).stdout).toContain('2 replayed');
  expect((await llmci(['eval', '--no-cache'], '')).code).toBe(1);
  const asked = server.calls.length;

  // The last step of one of them is gone
  const lines = cassette.split('\n').filter((line) => !(line.includes('"case":"b"') && line.includes('"step":3')));
  await project.write('fixtures/p.cassette.jsonl', lines.join('\n'));
  expect((await llmci(['eval', '--dry-run', '--no-cache'])).stdout).toContain('1 replayed, 1 live,');
  const keyless = await llmci(['eval', '--no-cache'], '');
  expect([keyless.code, keyless.stderr]).toEqual([
    expect.any(Number),
    expect.stringContaining('SVC_KEY is not set, and 1 answer of 2 is not recorded'),
  ]);
  expect(server.calls).toHaveLength(asked);
});

it('reports say that an answer is the last of several turns', async () => {
  const { llmci, project } = await makeTalks();
  const reports = ['json=r.json', 'junit=r.xml', 'markdown=r.md'].flatMap((each) => ['--reporter', each]);
  const { stdout } = await llmci(['eval', '--no-cache', ...reports]);
  for (const text of [stdout, await project.read('r.xml'), await project.read('r.md')])
    expect(text).toContain('last of 3 turns');
  expect(await project.readJson('r.json')).toMatchObject({
    results: [{ output: { turns: 3 } }, { output: { turns: 3 } }],
  });
});

it('a plan counts what metrics ask of every turn', async () => {
  const { llmci, project } = await makeTalks();
  const rubric = { metric: 'judge', rubric: 'Is it polite?', choices: { yes: 1, no: 0 } };
  const judgeCalls = async (on: object) => {
    await project.write('evals/p.eval.yaml', {
      prompt: 'p',
      cases: [{ id: 'a', vars: { n: 'a' }, turns: [{ user: 'And?' }, { user: 'done?' }] }],
      metrics: [{ ...rubric, ...on }],
      gates: [{ metric: 'judge', min: 0, decide: 'point' }],
    });
    const [column] = JSON.parse((await llmci(['eval', '--dry-run', '--json'])).stdout);
    return column as { judgeCalls: number; judgeUsd: number };
  };
  const config = await project.read('llmci.yaml');
  await project.write('llmci.yaml', `${config}judge: { model: svc/m }\n`);
  const once = await judgeCalls({});
  const every = await judgeCalls({ on: 'every' });
  expect([once.judgeCalls, every.judgeCalls]).toEqual([1, 3]);
  expect(every.judgeUsd).toBeCloseTo(3 * once.judgeUsd, 9);
});
