import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { openPrompts } from '../../src/runtime/index.js';
import { runCli } from '../helpers/cli.js';
import { makeDelivery } from '../helpers/delivery-project.js';
import { makeProject, type Project } from '../helpers/project.js';

// What people and models write is what is sent, compared and kept: numbers that no double holds, and scalars of YAML.

const ECHO = { model: 'echo', messages: [{ role: 'user', content: '{{ answer }}' }] };

async function evaluate(project: Project, ...args: string[]) {
  const { stdout, stderr } = await runCli(['eval', '--json', ...args], { cwd: project.dir });
  if (!stdout.startsWith('{')) throw new Error(stdout + stderr);
  const { results } = runRecordSchema.parse(JSON.parse(stdout));
  const passed = Object.fromEntries(results.map(({ case: id, scores }) => [id, scores.map((score) => score.passed)]));
  return { passed, stdout, stderr, texts: results.map(({ output, error }) => output?.text ?? error?.message) };
}

const suite = (metrics: string) =>
  `prompt: say\ndataset: d.FORMAT\nmetrics: [${metrics}]\ngates: [{ metric: pass, min: 0 }]\n`;

describe('numbers that no double holds', () => {
  const rows = {
    jsonl: [
      String.raw`{"id": "right", "answer": "{\"id\": 9007199254740993}", "expected": {"id": 9007199254740993}}`,
      String.raw`{"id": "wrong", "answer": "{\"id\": 9007199254740992}", "expected": {"id": 9007199254740993}}`,
      String.raw`{"id": "other spelling", "answer": "{\"id\": 1.0}", "expected": {"id": 1}}`,
    ].join('\n'),
    json: `[{"id": "right", "answer": "{\\"id\\": 9007199254740993}", "expected": {"id": 9007199254740993}},
      {"id": "wrong", "answer": "{\\"id\\": 9007199254740992}", "expected": {"id": 9007199254740993}},
      {"id": "other spelling", "answer": "{\\"id\\": 1.0}", "expected": {"id": 1}}]`,
    yaml: `- { id: right, answer: '{"id": 9007199254740993}', expected: { id: 9007199254740993 } }
- { id: wrong, answer: '{"id": 9007199254740992}', expected: { id: 9007199254740993 } }
- { id: other spelling, answer: '{"id": 1.0}', expected: { id: 1 } }
`,
    csv: `id,answer,expected
right,"{""id"": 9007199254740993}","{""id"": 9007199254740993}"
wrong,"{""id"": 9007199254740992}","{""id"": 9007199254740993}"
other spelling,"{""id"": 1.0}","{""id"": 1}"
`,
  };

  it.each(Object.entries(rows))('are compared exactly by json and json-similarity, from %s', async (format, text) => {
    const written = suite('{ metric: json, fields: true }, { metric: json-similarity, min: 1 }').replace(
      'd.FORMAT',
      () =>
        format === 'csv'
          ? '{ path: d.csv, id: id, vars: { answer: answer }, expected: { json: expected } }'
          : `d.${format}`,
    );
    const project = await makeProject({
      'prompts/say.prompt.yaml': ECHO,
      'evals/say.eval.yaml': written,
      [`evals/d.${format}`]: text,
    });
    const { passed, stdout } = await evaluate(project);
    expect(passed).toEqual({ right: [true, true], wrong: [false, false], 'other spelling': [true, true] });
    expect(stdout).toContain('"expected":{"id":9007199254740993}');
    const again = await runCli(['report', 'latest', '--reporter', 'json'], { cwd: project.dir });
    expect(again.stdout).toContain('"expected":{"id":9007199254740993}');
  });

  it.each([
    ['const', '{ const: 9007199254740993 }', ['9007199254740993'], ['9007199254740992', '9007199254740994']],
    ['a const that a double holds', '{ const: 9007199254740992 }', ['9007199254740992'], ['9007199254740993']],
    [
      'enum, within an object',
      '{ enum: [{ id: 9007199254740993 }, 1] }',
      ['{"id": 9007199254740993}', '1'],
      ['{"id": 9007199254740992}'],
    ],
    [
      'uniqueItems',
      '{ uniqueItems: true }',
      ['[9007199254740993, 9007199254740992]'],
      ['[9007199254740993, 9007199254740993.0]'],
    ],
    [
      'minimum',
      '{ type: integer, minimum: 9007199254740993 }',
      ['9007199254740993', '9007199254740995'],
      ['9007199254740992', '-9007199254740995'],
    ],
    ['exclusiveMaximum', '{ exclusiveMaximum: 9007199254740993 }', ['9007199254740992'], ['9007199254740993']],
    ['multipleOf', '{ multipleOf: 10 }', ['9007199254740990'], ['9007199254740993']],
    ['type', '{ type: integer }', ['9007199254740993'], ['9007199254740993.5', '"9007199254740993"']],
  ])('are held exactly to the %s of a JSON Schema', async (_, schema, right, wrong) => {
    const answers = [...right, ...wrong];
    const project = await makeProject({
      'prompts/say.prompt.yaml': ECHO,
      'evals/say.eval.yaml': `${suite(`{ metric: json, schema: ${schema} }, { metric: json, id: file, schema: ./s.yaml }`).replace('dataset: d.FORMAT', 'dataset: d.jsonl')}`,
      'evals/s.yaml': schema,
      'evals/d.jsonl': answers.map((answer, index) => JSON.stringify({ id: `c${index}`, answer })).join('\n'),
    });
    const { passed } = await evaluate(project);
    const isRight = (_: string, index: number) => [`c${index}`, [index < right.length, index < right.length]];
    expect(passed).toEqual(Object.fromEntries(answers.map(isRight)));
  });

  it('are compared exactly by fields of the suite and by tool calls, live and replayed', async () => {
    const project = await makeProject({
      'bot.mjs': `process.stdin.resume().on('end', () => process.stdout.write(
        '{"text": "", "toolCalls": [{"name": "cancel", "arguments": {"order": 9007199254740993}}]}'));`,
      'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'] } } },
      'prompts/cancel.prompt.yaml': { model: 'bot', messages: [{ role: 'user', content: 'Cancel it.' }] },
      'evals/cancel.eval.yaml': `prompt: cancel
cassette: cancel.jsonl
metrics: [{ metric: tool-call }]
cases:
  - { id: right, expected: { name: cancel, arguments: { order: 9007199254740993 } } }
  - { id: wrong, expected: { name: cancel, arguments: { order: 9007199254740992 } } }
  - { id: text, expected: { name: cancel, arguments: { order: "9007199254740993" } } }
gates: [{ metric: pass, min: 0 }]
`,
    });
    const passed = { right: [true], wrong: [false], text: [false] };
    expect((await evaluate(project, '--record')).passed).toEqual(passed);
    expect(await project.read('evals/cancel.jsonl')).toContain('"arguments":{"order":9007199254740993}');
    expect((await evaluate(project, '--replay')).passed).toEqual(passed);
  });

  it('are told apart in fields that the suite names, and by a schema as far as JSON Schema can', async () => {
    const project = await makeProject({
      'prompts/say.prompt.yaml': ECHO,
      'evals/say.eval.yaml': `prompt: say
metrics:
  - { metric: json, fields: { order.id: 12345678901234567890 } }
  - { metric: json, id: typed, schema: { type: object, properties: { order: { properties: { id: { type: integer, maximum: 18446744073709551615 } } } } } }
cases:
  - { id: right, vars: { answer: '{"order": {"id": 12345678901234567890}}' } }
  - { id: wrong, vars: { answer: '{"order": {"id": 12345678901234567891}}' } }
  - { id: large, vars: { answer: '{"order": {"id": 1e400}}' } }
gates: [{ metric: pass, min: 0 }]
`,
    });
    expect((await evaluate(project)).passed).toEqual({
      right: [true, true],
      wrong: [false, true],
      large: [false, false],
    });
  });
});

describe('numbers of a prompt that no double holds', () => {
  const LARGEST = '9223372036854775807';
  const prompt = (largest: string) => `model: MODEL
modelParameters: { maxTokens: 50, extra: { user_id: ${LARGEST} } }
messages: [{ role: user, content: "Order {{ name }}" }]
tools: [{ name: find, parameters: { type: object, properties: { id: { type: integer, maximum: ${LARGEST} } } } }]
output:
  format: json
  schema: ./order.schema.json
input: { schema: { properties: { id: { maximum: ${largest} } } } }
`;
  const schema = `{ "type": "object", "required": ["id"], "additionalProperties": false,
    "properties": { "id": { "enum": [${LARGEST}, 0.30000000000000000001] } } }`;

  it.each([
    ['openai/gpt-6-luna', { type: 'openai' }],
    ['anthropic/claude-haiku-5-5', { type: 'anthropic' }],
  ])('are sent with all digits to %s, %o', async (model, service) => {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error": {"message": "seen"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const id = model.split('/')[0] ?? '';
    const project = await makeProject({
      'llmci.yaml': { providers: { [id]: { ...service, baseUrl: `http://127.0.0.1:${port}`, apiKey: 'env:KEY' } } },
      'prompts/order.prompt.yaml': prompt(LARGEST).replace('MODEL', model),
      'prompts/order.schema.json': schema,
      'evals/order.eval.yaml':
        'prompt: order\ncases: [{ id: a, vars: { name: Ada } }]\nmetrics: [{ metric: json }]\ngates: [{ metric: pass, min: 0 }]\n',
    });
    const told = await runCli(['eval'], { cwd: project.dir, env: { KEY: 'sk-of-nobody-0000' } });
    expect(bodies, told.stdout + told.stderr).toHaveLength(1);
    const found = bodies[0]?.replaceAll('\\', '') ?? '';
    expect(found).toContain(`"user_id":${LARGEST}`);
    expect(found).toContain(`"maximum":${LARGEST}`);
    expect(found).toContain(`"enum":[${LARGEST},0.30000000000000000001]`);
  });

  it('are kept in a release, and told of in a review', async () => {
    const project = await makeDelivery();
    await project.write('prompts/order.schema.json', schema);
    await project.write('prompts/reply.prompt.yaml', prompt(LARGEST).replace('MODEL', 'echo/x'));
    await project.commit('with an order');
    expect((await project.llmci('release', 'reply')).code).toBe(0);
    expect(await project.read('releases/prompts/reply/1.json')).toContain(`"enum":[${LARGEST},0.30000000000000000001]`);
    expect((await project.llmci('promote', 'reply', '--to', 'dev')).code).toBe(0);
    const prompts = await openPrompts({ environment: 'dev', state: project.path('releases'), lastKnown: null });
    const { parameters } = prompts.resolve('reply', { vars: { name: 'Ada' } });
    await prompts.close();
    expect(String(parameters.extra?.['user_id'])).toBe(LARGEST);
    expect((await project.llmci('audit')).code).toBe(0);
    // The nearest double of both is one
    await project.write('prompts/reply.prompt.yaml', prompt('9223372036854775806').replace('MODEL', 'echo/x'));
    const { stdout } = await project.llmci('diff', 'HEAD');
    expect(stdout).toMatch(/maximum .*9223372036854775807.*9223372036854775806/);
  });
});

describe('what a person wrote', () => {
  const SCALARS = [
    '3.10',
    '01234',
    '0x10',
    '0o17',
    '1e3',
    '.5',
    '+5',
    '-0',
    '1_000',
    '12:30',
    '2026-01-02',
    'yes',
    'True',
    'FALSE',
    '9007199254740993',
    '1.0',
    '0.00000012',
  ];

  it.each(['vars', 'rows'])('is what is sent and compared, in %s of YAML', async (form) => {
    const cases = SCALARS.map((scalar, index) =>
      form === 'vars'
        ? `  - { id: "${index}", vars: { answer: ${scalar} }, expected: ${scalar} }`
        : `- { id: "${index}", answer: ${scalar}, expected: ${scalar} }`,
    ).join('\n');
    const head =
      'prompt: say\nmetrics: [{ metric: equals }, { metric: contains }]\ngates: [{ metric: pass, min: 1 }]\n';
    const project = await makeProject({
      'prompts/say.prompt.yaml': ECHO,
      'evals/say.eval.yaml': form === 'vars' ? `${head}cases:\n${cases}\n` : `${head}dataset: d.yaml\n`,
      ...(form === 'vars' ? {} : { 'evals/d.yaml': `${cases}\n` }),
    });
    const { texts, passed } = await evaluate(project);
    expect(texts).toEqual(SCALARS);
    expect(Object.values(passed).flat()).not.toContain(false);
  });

  it('is sent from JSONL, JSON and the defaults of a prompt, also within a text and a list', async () => {
    const project = await makeProject({
      'prompts/say.prompt.yaml': `model: echo
messages: [{ role: user, content: "{{ version }} {{ list | join: ' ' }} {{ list[0] }} {{ order }}" }]
input: { defaults: { version: 3.10 } }
`,
      'evals/lines.eval.yaml': 'prompt: say\ndataset: d.jsonl\nmetrics: [{ metric: equals }]\n',
      'evals/d.jsonl': '{"list": [1.50, 2.0], "order": {"id": 9007199254740993, "sum": 9.90}, "expected": "x"}\n',
      'evals/whole.eval.yaml': 'prompt: say\ndataset: d.json\nmetrics: [{ metric: equals }]\n',
      'evals/d.json': '[{"list": [1.50, 2.0], "order": {"id": 9007199254740993, "sum": 9.90}, "expected": "x"}]\n',
    });
    const text = '3.10 1.50 2.0 1.50 {"id":9007199254740993,"sum":9.90}';
    expect((await evaluate(project, '--allow-no-gates')).texts).toEqual([text, text]);
  });

  it('is the value it always was for numbers: the keys of recordings stay', async () => {
    const files = (price: string) => ({
      'bot.mjs': `process.stdin.resume().on('end', () => process.stdout.write('{"text": "ok"}'));`,
      'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'] } } },
      'prompts/say.prompt.yaml': { model: 'bot', messages: [{ role: 'user', content: 'Hi.' }] },
      'evals/say.eval.yaml': `prompt: say
cassette: say.jsonl
metrics: [{ metric: contains, value: ok }]
cases: [{ vars: { price: ${price} } }]
`,
    });
    const project = await makeProject(files('3.1'));
    await evaluate(project, '--record', '--allow-no-gates');
    await project.write('evals/say.eval.yaml', files('3.10')['evals/say.eval.yaml']);
    expect((await evaluate(project, '--replay', '--allow-no-gates')).texts).toEqual(['ok']);
  });
});

describe('line ends that git changes', () => {
  it.each([
    ['csv', 'question,expected\n"one\ntwo",x\n'],
    ['jsonl', '{"question": "one\\ntwo", "expected": "x"}\n'],
    ['yaml', '- question: |\n    one\n    two\n  expected: x\n'],
    ['tsv', 'question\texpected\n"one\ntwo"\tx\n'],
  ])('ask what was recorded: prompt, suite and %s dataset', async (format, rows) => {
    const files: Readonly<Record<string, string>> = {
      'bot.mjs': `process.stdin.resume().on('end', () => process.stdout.write('{"text": "ok"}'));`,
      'llmci.yaml': `providers:\n  bot: { type: exec, command: ["${process.execPath}", bot.mjs] }\n`,
      'prompts/say.prompt.yaml':
        'model: bot\nmessages:\n  - role: user\n    content: |\n      Answer:\n\n      {{ question }}\n',
      'evals/say.eval.yaml': `prompt: say\ndataset: d.${format}\ncassette: say.jsonl\nmetrics: [{ metric: contains, value: ok }]\ncases:\n  - vars:\n      question: |\n        three\n        four\n`,
      [`evals/d.${format}`]: rows,
    };
    const project = await makeProject(files);
    await evaluate(project, '--record', '--allow-no-gates');
    for (const path of [...Object.keys(files), 'evals/say.jsonl'])
      await project.write(path, (await project.read(path)).replaceAll('\n', '\r\n'));
    expect((await evaluate(project, '--replay', '--allow-no-gates')).texts).toEqual(['ok', 'ok']);
  });
});
