import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// What cannot be seen is not taken for something that was said.

const BLANKS = [' ', '\u00a0', '\u200b', '\ufeff', '\u3164', '\t\n'];
const PROMPT = { model: 'echo', messages: [{ role: 'user', content: '{{ question }}' }] };

async function validate(files: Readonly<Record<string, string | object>>) {
  const project = await makeProject({ 'prompts/ask.prompt.yaml': PROMPT, ...files });
  const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
  return { code, stderr };
}

describe('blanks', () => {
  it.each(BLANKS)('%j is no expected answer, no question and no context', async (blank) => {
    const { code, stderr } = await validate({
      'evals/ask.eval.yaml': {
        prompt: 'ask',
        metrics: [{ metric: 'contains' }, { metric: 'equals' }],
        cases: [
          { id: 'one', vars: { question: 'a' }, expected: blank },
          { id: 'list', vars: { question: 'a' }, expected: [blank, blank] },
          { id: 'asked', vars: { question: blank }, expected: 'a' },
        ],
      },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('case one has no `expected`');
    expect(stderr).toContain('case list has no `expected`');
    expect(stderr).toContain('case asked: the message is blank, so that nothing would be asked');
  });

  it('rows of a spreadsheet that somebody has emptied are no cases, and null is not sent', async () => {
    const suite = { prompt: 'ask', metrics: [{ metric: 'contains', value: 'a' }], gates: [{ metric: 'pass', min: 1 }] };
    const { code, stderr } = await validate({
      'evals/ask.eval.yaml': { ...suite, dataset: 'd.csv' },
      'evals/d.csv': 'question,note,more\n,,\n\u00a0, ,\n,,\n',
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('the dataset is empty')]);
    const nulls = await validate({
      'evals/ask.eval.yaml': { ...suite, dataset: 'd.jsonl' },
      'evals/d.jsonl': '{"question": null}\n{"question": "a"}\n',
    });
    expect([nulls.code, nulls.stderr]).toEqual([2, expect.stringContaining('case row-1: question is null')]);
  });
});

it('a metric of a module cannot change what those after it see', async () => {
  const project = await makeProject({
    'prompts/ask.prompt.yaml': PROMPT,
    'evals/forge.mjs': `export default {
  type: 'forge', describe: 'x', params: {}, unit: 'fraction', better: 'higher', examples: [],
  score: ({ output, case: { vars, expected }, messages }) => {
    const tries = [
      () => { output.text = 'good'; },
      () => { output.toolCalls.push({ name: 'f', arguments: {} }); },
      () => { output.usage.inputTokens = 0; },
      () => { vars.deep.list.push(1); },
      () => { messages[0].content = 'good'; },
      () => { expected.length = 0; },
    ];
    const thrown = tries.filter((attempt) => { try { attempt(); return false; } catch { return true; } });
    return { value: 1, reason: 'type ' + typeof vars.price + ', ' + thrown.length + ' refused' };
  },
};
`,
    'evals/ask.eval.yaml': `prompt: ask
metrics: [{ metric: ./forge.mjs, id: forge }, { metric: equals }]
cases: [{ vars: { question: bad, price: 3.10, deep: { list: [] } }, expected: [good] }]
gates: [{ metric: pass, min: 1 }]
`,
  });
  const { code, stdout, stderr } = await runCli(['eval', '--json'], { cwd: project.dir });
  if (!stdout.startsWith('{')) throw new Error(stdout + stderr);
  const [result] = runRecordSchema.parse(JSON.parse(stdout)).results;
  expect(result?.scores.map(({ value, reason }) => [value, reason])).toEqual([
    [1, expect.stringMatching(/^type number, \d refused$/)],
    [0, 'is not "good"'],
  ]);
  expect(result?.output?.text).toBe('bad');
  expect(code).toBe(1);
});
