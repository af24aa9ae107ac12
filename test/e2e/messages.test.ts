import { describe, expect, it } from 'vitest';
import { runCli, runProcess } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// What goes wrong for reasons that a beginner cannot guess says what to do.

const files = (suite: object = {}, content = '{{ text }}') => ({
  'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content }] },
  'evals/reply.eval.yaml': {
    prompt: 'reply',
    cases: [{ vars: { text: 'hello' } }],
    metrics: [{ metric: 'length', max: 9 }],
    gates: [{ metric: 'pass', min: 1 }],
    ...suite,
  },
});

describe('a path with backslashes', () => {
  it.each([
    [{ dataset: '..\\data\\rows.csv', cases: undefined }, 'write ../data/rows.csv'],
    [{ cassette: '..\\fixtures\\x.jsonl' }, 'write ../fixtures/x.jsonl'],
    [{ metrics: [{ metric: '.\\tone.mjs' }] }, 'write ./tone.mjs'],
    [{ models: ['.\\bot.mjs'] }, 'write ./bot.mjs'],
    [{ metrics: [{ metric: 'json', schema: '.\\order.json' }] }, 'write ./order.json'],
  ])('%j', async (suite, advice) => {
    const project = await makeProject(files(suite));
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining(advice)]);
    expect(stderr).toMatch(/evals\/reply\.eval\.yaml:\d+:\d+/);
  });
});

it('a column whose name has a blank can be used under another', async () => {
  const project = await makeProject({
    ...files({ cases: undefined, dataset: '../rows.csv' }, '{{ user question }}'),
    'rows.csv': 'user question\nhello\n',
  });
  const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
  expect([code, stderr]).toEqual([2, expect.stringContaining('vars: { user_question: user question }')]);
});

it.each([
  ['report', 'latest'],
  ['bless', 'latest'],
  ['compare', 'latest', 'latest'],
  ['eval', '--baseline', 'latest'],
  ['eval', '--resume', 'latest'],
])('%s with no run says how to make one', async (...args) => {
  const project = await makeProject(files());
  const { code, stderr } = await runCli(args, { cwd: project.dir });
  expect([code, stderr]).toEqual([2, expect.stringContaining('there is no run latest: none in ')]);
  expect(stderr).toContain('Make one with `llmci eval`');
});

it('a metric that throws is told with its line', async () => {
  const project = await makeProject({
    ...files({ metrics: [{ metric: './tone.mjs' }] }),
    'evals/tone.mjs':
      "export default {\n  type: 'tone', describe: 'x', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 1 }, examples: [],\n  score() {\n    throw new Error('no tone');\n  },\n};\n",
  });
  const { code, stdout } = await runCli(['eval'], { cwd: project.dir });
  expect([code, stdout]).toEqual([3, expect.stringContaining('no tone (tone.mjs:4)')]);
});

it.skipIf('typescript' in process.features)('a module in TypeScript on a Node that does not read it', async () => {
  const project = await makeProject({
    ...files({ metrics: [{ metric: './tone.ts' }] }),
    'evals/tone.ts': 'export default 1;\n',
  });
  const { code, stderr } = await runProcess(['validate'], { cwd: project.dir });
  expect(code).toBe(2);
  expect(stderr).toMatch(/this Node \(v\d.*does not read TypeScript.*use Node 22\.18/);
});
