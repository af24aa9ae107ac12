import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// What cannot be seen is not taken for something that was said.

const BLANKS = [' ', '\u00a0', '\u200b', '\ufeff', '\u3164', '\u2800', '\t\n'];
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
      'prompts/told.prompt.yaml': { model: 'echo', messages: [{ role: 'system', content: '{{ rules }}' }] },
      'evals/told.eval.yaml': {
        prompt: 'told',
        metrics: [{ metric: 'contains', value: 'a' }],
        cases: [{ id: 'told', vars: { rules: blank } }, { vars: { rules: 'a' } }],
      },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('case one has no `expected`');
    expect(stderr).toContain('case list has no `expected`');
    expect(stderr).toContain('case told: the message is blank, so that nothing would be asked');
    expect(stderr).toContain('case asked: the message is blank, so that nothing would be asked');
  });

  it.each([' ', '\u00a0\u200b\ufeff\u2800'])('%j is nothing that a judge could go by', async (blank) => {
    const { code, stderr } = await validate({
      'llmci.yaml': { judge: { model: 'openai/gpt-5-mini' }, providers: { openai: { apiKey: 'env:KEY' } } },
      'evals/ask.eval.yaml': {
        prompt: 'ask',
        metrics: [
          { metric: 'faithfulness' },
          { metric: 'answer-relevancy', question: 'question' },
          { metric: 'factuality', where: { tags: ['known'] } },
        ],
        cases: [
          ...[{}, [], blank, [[blank]], [{ text: blank, more: null }], { text: [] }].map((context, index) => ({
            id: `context-${index}`,
            vars: { question: 'a', context },
          })),
          ...['', blank, null, {}, [[blank]], [{ text: blank }]].map((expected, index) => ({
            id: `expected-${index}`,
            tags: ['known'],
            vars: { question: 'a', context: 'a' },
            expected,
          })),
          { id: 'zero', tags: ['known'], vars: { question: 'a', context: 'a' }, expected: [0] },
          { id: 'number', vars: { question: 'a', context: [[3]] } },
          { id: 'asked', vars: { question: 'a', context: 'a' }, messages: [{ role: 'user', content: blank }] },
          {
            id: 'before',
            vars: { question: 'a', context: 'a' },
            messages: [
              { role: 'user', content: blank },
              { role: 'assistant', content: 'Yes?' },
              { role: 'user', content: 'a' },
            ],
          },
        ],
      },
    });
    expect(code).toBe(2);
    for (const index of [0, 1, 2, 3, 4, 5])
      expect(stderr).toContain(`case context-${index}: variable context is blank, and metric faithfulness needs it`);
    for (const index of [0, 1, 2, 3, 4, 5])
      expect(stderr).toContain(`case expected-${index} has no \`expected\`, which metric factuality needs`);
    expect(stderr).not.toMatch(/case (?:number|zero)/);
    expect(stderr).toMatch(/case before: message \d, of the user, is blank/);
    expect(stderr).toContain('case asked: the last message of the user is blank');
  });

  it.each([' ', '\u00a0\u200b\ufeff\u2800'])('%j is no name, no rubric and no text to compare with', async (blank) => {
    const { stderr } = await validate({
      'prompts/named.prompt.yaml': { ...PROMPT, id: blank },
      'evals/ask.eval.yaml': {
        prompt: 'ask',
        metrics: [
          { metric: 'semantic', text: [blank] },
          { metric: 'judge', rubric: blank, choices: { [blank]: 1, bad: 0 } },
          { metric: 'judge', id: blank, rubric: 'Is it good?', scale: { min: 1, max: 2, names: { 1: blank } } },
          { metric: 'closed-qa', criterion: blank },
          { metric: 'pairwise', rubric: blank },
          { metric: 'one-of', values: [blank] },
        ],
        cases: [{ id: blank, vars: { question: 'a' }, tags: [blank] }],
      },
    });
    expect(stderr.match(/more than white space and what is not seen/g)).toHaveLength(11);
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
