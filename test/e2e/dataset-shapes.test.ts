import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// Conversations as people have them in files, without a mapping: what is asked, and what is expected.

const OWN = [{ role: 'system', content: 'Be brief.' }];
const question = { role: 'user', content: 'Capital of France?' };
const answer = { role: 'assistant', content: 'Paris' };

interface Setting {
  readonly file?: string;
  readonly prompt?: readonly object[];
  /** Keys of the prompt besides its messages. */
  readonly more?: object;
  readonly mapping?: object;
  readonly metrics?: readonly object[];
}

/** The cases that a dataset becomes, with what was sent for each, or what was said of it. */
async function read(rows: readonly object[] | string, setting: Setting = {}) {
  const {
    file = 'rows.jsonl',
    prompt = OWN,
    more = {},
    mapping,
    metrics = [{ metric: 'length', max: 1000 }],
  } = setting;
  const project = await makeProject({
    'prompts/p.prompt.yaml': { model: 'echo', messages: prompt, ...more },
    'evals/p.eval.yaml': {
      prompt: 'p',
      dataset: mapping ? { path: `../${file}`, ...mapping } : `../${file}`,
      metrics,
      gates: [{ metric: 'pass', min: 0, decide: 'point' }],
    },
    [file]: rows,
  });
  const validated = await runCli(['validate'], { cwd: project.dir });
  if (validated.code !== 0) return { ...validated, cases: [] };
  const result = await runCli(['eval', '--no-cache', '--reporter', 'json=r.json'], { cwd: project.dir });
  expect([result.code, result.stderr]).toEqual([0, '']);
  const { results } = (await project.readJson('r.json')) as { results: Record<string, unknown>[] };
  const cases = results.map(({ case: id, messages, expected, tags, vars }) => ({ id, messages, expected, tags, vars }));
  return { ...validated, cases };
}

describe('rows of fine-tuning files', () => {
  it('are messages, and the last answer is what is expected', async () => {
    const { cases, stdout } = await read([
      { messages: [question, answer] },
      {
        messages: [
          question,
          { ...answer, weight: 0 },
          { role: 'user', content: 'Of Italy?' },
          { role: 'assistant', content: 'Rome', weight: 1 },
        ],
      },
      { messages: [question], id: 'open', tags: ['geo'] },
    ]);
    expect(cases).toMatchObject([
      { id: 'row-1', messages: [...OWN, question], expected: 'Paris', vars: {} },
      { messages: [...OWN, question, answer, { role: 'user', content: 'Of Italy?' }], expected: 'Rome' },
      { id: 'open', messages: [...OWN, question], tags: ['geo'] },
    ]);
    expect(cases[2]).not.toHaveProperty('expected.length');
    expect(stdout).toContain('evals/p.eval.yaml: its dataset is read as OpenAI fine-tuning rows');
  });

  it('expect calls where the answer is calls, also of functions as they once were', async () => {
    const tools = [{ type: 'function', function: { name: 'find', parameters: {} } }];
    const call = { name: 'find', arguments: '{"city": "Paris", "days": [1, 2]}' };
    const { cases } = await read(
      [
        {
          messages: [question, { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: call }] }],
          tools,
        },
        {
          messages: [question, { role: 'assistant', content: null, function_call: call }],
          functions: [{ name: 'find' }],
        },
      ],
      { metrics: [{ metric: 'tool-call' }], more: { tools: [{ name: 'find' }] } },
    );
    // A list says which values are accepted
    const expected = [{ name: 'find', arguments: { city: 'Paris', days: [[1, 2]] } }];
    expect(cases).toMatchObject([{ expected }, { expected }]);
  });

  it('may say what is expected themselves, when they end with a question', async () => {
    const { cases } = await read([{ messages: [question], expected: ['Paris', 'paris'] }]);
    expect(cases).toMatchObject([{ messages: [...OWN, question], expected: ['Paris', 'paris'] }]);
    const both = await read([{ messages: [question, answer], expected: 'Lyon' }]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('take one of them out')]);
  });

  it.each([
    ['a tool', { tools: [{ type: 'function', function: { name: 'look' } }] }, 'has a tool look, which is not sent'],
    ['a function', { functions: [{ name: 'look' }] }, 'has a tool look, which is not sent'],
    [
      'a parameter of a tool',
      { tools: [{ type: 'function', function: { name: 'find', parameters: { properties: { zip: {} } } } }] },
      'has a tool find with zip, which the tool of the prompt does not take',
    ],
    ['a tool that is none', { tools: [{ type: 'web_search' }] }, 'is no function with a name'],
    ['a choice', { tool_choice: 'required' }, 'write `modelParameters: { toolChoice: required }`'],
    [
      'the choice of one',
      { tool_choice: { type: 'function', function: { name: 'find' } } },
      'write `modelParameters: { toolChoice: {tool: find} }`',
    ],
    ['one call at a time', { parallel_tool_calls: false }, 'write `modelParameters: { parallelToolCalls: false }`'],
    ['a format', { response_format: { type: 'json_object' } }, 'write `output: { format: json }`'],
  ])('that want %s which the prompt does not send are an error at their place', async (_, asks, message) => {
    const rows = [{ messages: [question, answer] }, { messages: [question, answer], ...asks }];
    const { code, stderr } = await read(rows, { more: { tools: [{ name: 'find' }] } });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`rows.jsonl:2:1  case row-2: `)]);
    expect(stderr).toContain(message);
  });

  it('may say what the prompt says', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const find = { type: 'function', function: { name: 'find', parameters } };
    const asks = { tools: [find], tool_choice: 'auto', parallel_tool_calls: false, response_format: { type: 'text' } };
    const more = { tools: [{ name: 'find', parameters }], modelParameters: { parallelToolCalls: false } };
    expect((await read([{ messages: [question, answer], ...asks }], { more })).code).toBe(0);
    const shared = { conversations: [{ from: 'human', value: 'Hi' }], tools: JSON.stringify([find]) };
    expect((await read([shared], { more })).code).toBe(0);
    expect((await read([shared])).stderr).toContain('has a tool find, which is not sent');
  });

  it('stand where the prompt says', async () => {
    const prompt = [{ history: 'messages' }, { role: 'user', content: 'In one word.' }];
    const { cases } = await read([{ messages: [question, answer] }], { prompt });
    expect(cases).toMatchObject([{ messages: [question, prompt[1]], expected: 'Paris' }]);
  });
});

it('samples of evals: input and ideal', async () => {
  const { cases, stdout } = await read([
    { input: [{ role: 'system', content: 'Geo.' }, question], ideal: 'Paris' },
    { input: 'Capital of Italy?', ideal: ['Rome', 'Roma'] },
  ]);
  expect(cases).toMatchObject([
    { messages: [...OWN, { role: 'system', content: 'Geo.' }, question], expected: 'Paris' },
    { messages: [...OWN, { role: 'user', content: 'Capital of Italy?' }], expected: ['Rome', 'Roma'] },
  ]);
  expect(stdout).toContain('is read as samples of OpenAI evals');
});

it('rows of ShareGPT', async () => {
  const conversations = [
    { from: 'human', value: 'Capital of France?' },
    { from: 'gpt', value: 'Paris' },
  ];
  const { cases } = await read([
    { id: 'g1', conversations, system: 'Geo.' },
    { conversations: conversations.slice(0, 1) },
  ]);
  expect(cases).toMatchObject([
    { id: 'g1', messages: [...OWN, { role: 'system', content: 'Geo.' }, question], expected: 'Paris' },
    { id: 'row-2', messages: [...OWN, question] },
  ]);
});

describe('a file with one message a row', () => {
  it('is gathered by its conversation', async () => {
    const rows =
      'conversation_id,role,content\na,user,Capital of France?\na,assistant,Paris\nb,user,"Of Italy, then?"\nb,assistant,Rome\n';
    const { cases } = await read(rows, { file: 'rows.csv' });
    expect(cases).toMatchObject([
      { id: 'a', messages: [...OWN, question], expected: 'Paris' },
      { id: 'b', messages: [...OWN, { role: 'user', content: 'Of Italy, then?' }], expected: 'Rome' },
    ]);
  });

  it('is one conversation when nothing says more', async () => {
    const rows = 'role,content\nuser,Capital of France?\nassistant,Paris\nuser,Of Italy?\n';
    const { cases } = await read(rows, { file: 'rows.csv' });
    expect(cases).toMatchObject([{ messages: [...OWN, question, answer, { role: 'user', content: 'Of Italy?' }] }]);
  });

  it.each([
    [
      'whose conversation comes again',
      'chat,role,content\na,user,x\nb,user,y\na,user,z\n',
      'row 3: conversation a comes again',
    ],
    ['without one', 'chat,role,content\na,user,x\n,user,y\n', 'row 2: has nothing in chat'],
  ])('%s is an error', async (_, rows, message) => {
    const found = await read(rows, { file: 'rows.csv' });
    expect([found.code, found.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('a mapping', () => {
  it('names the column of messages, and paths go into lists', async () => {
    const rows = [{ talk: { turns: [question] }, answers: ['x', { text: 'Paris' }], topic: 'geo' }];
    const { cases } = await read(rows, {
      mapping: { messages: 'talk.turns', expected: 'answers.1.text', tags: 'topic', vars: {} },
    });
    expect(cases).toMatchObject([{ messages: [...OWN, question], expected: 'Paris', tags: ['geo'], vars: {} }]);
  });

  it('without `expected` takes the last answer', async () => {
    const { cases } = await read([{ talk: JSON.stringify([question, answer]), other: 1 }], {
      mapping: { messages: 'talk' },
    });
    expect(cases).toMatchObject([{ messages: [...OWN, question], expected: 'Paris', vars: { other: 1 } }]);
  });

  it('takes turns that are messages of the user', async () => {
    const turns = ['Hello', { role: 'user', content: 'And {{ x }}?' }, [{ role: 'user', content: 'Bye' }]];
    const { cases } = await read([{ question: turns }], { mapping: { turns: 'question', vars: {} } });
    expect(cases).toMatchObject([{ vars: { turns: ['Hello', 'And {{ x }}?', 'Bye'] } }]);
    const wrong = await read([{ question: [answer] }], { mapping: { turns: 'question' } });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('of messages of the user')]);
  });

  it('reads paths into lists for variables too', async () => {
    const rows = [{ input: [question, { role: 'user', content: 'Well?' }], ideal: 'Paris' }];
    const prompt = [{ role: 'user', content: '{{ asked }}' }];
    const { cases } = await read(rows, { prompt, mapping: { vars: { asked: 'input.1.content' }, expected: 'ideal' } });
    expect(cases).toMatchObject([{ vars: { asked: 'Well?' }, expected: 'Paris' }]);
  });
});

describe('what is not told by its shape', () => {
  it.each([
    [
      'a column too many',
      { messages: [question, answer], rubric: 'x' },
      'write `dataset: { path, messages: messages, expected: COLUMN }`',
    ],
    ['an answer that would be shown', { input: [question, answer], ideal: 'Paris' }, 'which the model would be shown'],
    ['an answer to nothing', { messages: [answer] }, 'nothing before it that asks'],
    ['a message that is none', { messages: [{ role: 'tool', content: 'x' }, question] }, 'a result of a tool'],
  ])('%s', async (_, row, message) => {
    const found = await read([row]);
    expect([found.code, found.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('stays flat where the prompt asks with its own variables', async () => {
    const prompt = [{ role: 'user', content: '{{ input }}' }];
    const { cases } = await read([{ input: 'Capital of Italy?', ideal: 'Rome' }], { prompt });
    expect(cases).toMatchObject([{ vars: { input: 'Capital of Italy?', ideal: 'Rome' } }]);
    const history = await read([{ messages: [question, answer] }], { prompt: [{ history: 'vars.messages' }] });
    expect(history.code).toBe(0);
  });
});
