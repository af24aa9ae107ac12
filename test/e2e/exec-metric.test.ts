import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// The metric `exec`: a program of the user's in a real run.

const read =
  "let text = ''; process.stdin.on('data', (part) => { text += part; }).on('end', () => answer(JSON.parse(text)));";
const program = (answer: string) => `const answer = (request) => { ${answer} };\n${read}\n`;
const say = (value: string) => program(`console.log(JSON.stringify(${value}));`);

async function run(
  script: string,
  entry: object = {},
  suite: object = {},
  files: Record<string, string | object> = {},
) {
  const project = await makeProject({
    'llmci.yaml': { providers: { p: { type: 'openai', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'env:PLAIN_NAME' } } },
    'prompts/reply.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ ticket }}' }] },
    'evals/reply.eval.yaml': {
      prompt: 'reply',
      metrics: [{ metric: 'exec', command: [process.execPath, 'metric.mjs'], min: 0.5, ...entry }],
      gates: [{ metric: 'pass', min: 0.5, decide: 'point' }],
      cases: [{ id: 'one', vars: { ticket: 'Thank you' }, expected: 'x', tags: ['t'] }],
      ...suite,
    },
    'metric.mjs': script,
    ...files,
  });
  const env = { MY_API_KEY: 'hidden-1', PLAIN_NAME: 'hidden-2', SHOWN: 'yes' };
  const result = await runCli(['eval', '--json'], { cwd: project.dir, env });
  const record = result.stdout.startsWith('{') ? runRecordSchema.parse(JSON.parse(result.stdout)) : null;
  return { ...result, score: record?.results[0]?.scores[0], project };
}

it('hands over the request and takes value, reason and detail', async () => {
  const { code, score } = await run(
    say(
      "{ value: 0.75, reason: 'polite', detail: { request, env: [process.env.SHOWN, process.env.MY_API_KEY, process.env.PLAIN_NAME], cwd: process.cwd() } }",
    ),
    { params: { a: [1] }, env: ['SHOWN'] },
  );
  expect(code).toBe(0);
  expect(score).toMatchObject({
    value: 0.75,
    passed: true,
    reason: 'polite',
    detail: {
      request: {
        params: { a: [1] },
        case: { vars: { ticket: 'Thank you' }, expected: 'x', tags: ['t'] },
        messages: [{ role: 'user', content: 'Thank you' }],
        output: { text: 'Thank you' },
      },
      env: ['yes', null, null],
    },
  });
});

describe('gives no score, and exit 3', () => {
  it.each([
    ['that fails', 'console.error("no model here"); process.exit(7)', /exited with code 7: no model here/],
    ['that writes no JSON', 'console.log("0.75")', /a wrong answer/],
    ['that writes nothing', '', /wrote no JSON object.*nothing/],
    ['that is out of range', say('{ value: 75, reason: "percent" }'), /a wrong answer: `value` must be at most 1/],
    ['that adds keys', say('{ value: 1, reason: "", score: 1 }'), /a wrong answer/],
    ['that writes too much', 'process.stdout.write("x".repeat(3e6))', /wrote more than 1 MB/],
    ['that cannot tell', say('{ value: null, reason: "\\u001b[31mno\\nidea" }'), /^no idea$/],
    ['that never ends', 'setInterval(() => 0, 1000)', /took longer than 1 s/, '1s'],
  ])('for a program %s', async (_, script, reason, timeout = '1m') => {
    const { code, score } = await run(script, { timeout });
    expect(code).toBe(3);
    expect([score?.value, score?.passed]).toEqual([null, null]);
    expect(score?.reason).toMatch(reason);
  });

  it('for a program that is not there', async () => {
    const { code, score } = await run('', { command: ['./no-such-program'] });
    expect(code).toBe(3);
    expect(score?.reason).toContain('there is no program ./no-such-program');
  });
});

it('is refused in a dataset, whose rows may come from a fork', async () => {
  const row = { vars: { ticket: 'x' }, metrics: [{ metric: 'exec', command: ['touch', 'owned'] }] };
  const { code, stderr, project } = await run(
    say('{ value: 1 }'),
    {},
    { dataset: '../fixtures/rows.jsonl', cases: [] },
    { 'fixtures/rows.jsonl': [row] },
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/fixtures\/rows\.jsonl:1:\d+ +metric exec runs programs, which a dataset cannot name/);
  expect(await project.list()).not.toContain('owned');
});
