import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/project/load.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const order = { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } };
const files = (prompt: object = {}, suite: object = {}, more: Readonly<Record<string, string | object>> = {}) => ({
  'prompts/order.prompt.yaml': { model: 'echo', messages: [{ role: 'user', content: '{{ text }}' }], ...prompt },
  'evals/order.eval.yaml': {
    prompt: 'order',
    cases: [{ vars: { text: '{"sku": 1}' } }],
    metrics: [{ metric: 'json' }],
    gates: [{ metric: 'pass', min: 1, decide: 'point' }],
    ...suite,
  },
  'schemas/order.json': order,
  ...more,
});
const exitOf = async (given: Readonly<Record<string, string | object>>) => {
  const project = await makeProject(given);
  const { code, stdout, stderr } = await runCli(['eval'], { cwd: project.dir });
  return { code, text: stdout + stderr };
};

describe('the metric json', () => {
  it("asks for the prompt's own output.schema by default", async () => {
    expect((await exitOf(files())).code).toBe(0);
    const { code, text } = await exitOf(files({ output: { format: 'json', schema: order } }));
    expect([code, text]).toEqual([1, expect.stringContaining('does not meet the schema: sku: must be string')]);
  });

  it('asks for its own where it has one, and for none with {}', async () => {
    const output = { format: 'json', schema: order };
    const own = { type: 'object', properties: { sku: { type: 'number' } } };
    expect((await exitOf(files({ output }, { metrics: [{ metric: 'json', schema: own }] }))).code).toBe(0);
    expect((await exitOf(files({ output }, { metrics: [{ metric: 'json', schema: {} }] }))).code).toBe(0);
  });
});

describe('schema: ./file', () => {
  it.each<[string, object, object, RegExp]>([
    ['the output', { output: { format: 'json', schema: '../schemas/order.json' } }, {}, /sku: must be string/],
    [
      'GitHub’s jsonSchema',
      { responseFormat: 'json_schema', jsonSchema: '../schemas/order.json' },
      {},
      /sku: must be string/,
    ],
    ['a metric', {}, { metrics: [{ metric: 'json', schema: '../schemas/order.json' }] }, /sku: must be string/],
    [
      'a metric of a case',
      {},
      {
        metrics: [],
        cases: [{ vars: { text: '{}' }, metrics: [{ metric: 'json', schema: '../schemas/order.json' }] }],
      },
      /required property 'sku'/,
    ],
    ['the input', { input: { schema: '../schemas/order.json' } }, {}, /does not fit the input of prompt order/],
  ])('works for %s', async (_, prompt, suite, message) => {
    const { code, text } = await exitOf(files(prompt, suite));
    expect([code, text]).toEqual([expect.toBeOneOf([1, 2]), expect.stringMatching(message)]);
  });

  it('works for tools, in YAML too, and is one with what it holds', async () => {
    const tools = (parameters: unknown) => ({ tools: [{ name: 'order', parameters }] });
    const byPath = await makeProject(files(tools('../schemas/order.yaml'), {}, { 'schemas/order.yaml': order }));
    const written = await makeProject(files(tools(order)));
    const [first, second] = await Promise.all(
      [byPath, written].map(async ({ dir }) => (await loadProject({ cwd: dir })).prompts.get('order')?.prompt),
    );
    expect(first?.tools).toEqual(second?.tools);
    expect(first?.digest).toBe(second?.digest);
  });

  it.each<[string, string | object, string]>([
    ['../schemas/none.json', {}, 'there is no file schemas/none.json'],
    ['../../outside.json', {}, '../../outside.json leads out of the project'],
    ['../schemas/list.json', [1], 'schemas/list.json holds no JSON Schema: it must be an object'],
    ['../schemas/bad.json', { type: 'strin' }, 'not a usable JSON Schema'],
    ['../schemas/cut.json', '{"type": ', 'schemas/cut.json:1:'],
  ])('%s is told where it stands', async (path, content, message) => {
    const given = files(
      { output: { format: 'json', schema: path } },
      {},
      path.startsWith('../s') && content !== undefined && !path.includes('none') ? { [path.slice(3)]: content } : {},
    );
    const { code, text } = await exitOf(given);
    expect([code, text]).toEqual([2, expect.stringContaining(message)]);
    if (!path.includes('cut')) expect(text).toMatch(/prompts\/order\.prompt\.yaml:\d+:\d+/);
  });
});

describe('anchors', () => {
  it('have a place at the top of each file, and merge keys repeat them', async () => {
    const project = await makeProject({
      'llmci.yaml': 'x-note: any\nbudget: { usd: 1 }\n',
      'prompts/order.prompt.yaml':
        'x-role: &role { role: user }\nmodel: echo\nmessages:\n  - { <<: *role, content: "{{ text }}" }\n',
      'prompts/order.thresholds.yaml':
        'x-all: &all { min: 1, decide: point }\ngates:\n  - { <<: *all, metric: pass }\n',
      'evals/order.eval.yaml':
        'x-a: &a { metric: length }\nx-b: &b { max: 9 }\nprompt: order\ncases:\n  - vars: { text: hi }\nmetrics:\n  - <<: [*a, *b]\n    max: 8\n',
    });
    expect((await runCli(['eval'], { cwd: project.dir })).code).toBe(0);
    const plain = await makeProject({
      'prompts/order.prompt.yaml': 'model: echo\nmessages:\n  - { role: user, content: "{{ text }}" }\n',
    });
    const digestOf = async (cwd: string) => (await loadProject({ cwd })).prompts.get('order')?.prompt.fileDigest;
    expect(await digestOf(project.dir)).toBe(await digestOf(plain.dir));
  });

  it.each([
    ['<<: 5\n', '1:1  << takes a mapping'],
    ['x-a: &a [1]\ny:\n  <<: *a\n', '3:3  << takes a mapping'],
    ['deep:\n  x-a: 1\n', '1:1  unknown key deep'],
  ])('%j is told', async (text, message) => {
    const project = await makeProject({ ...files(), 'llmci.yaml': text });
    const { code, stderr } = await runCli(['validate'], { cwd: project.dir });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`llmci.yaml:${message}`)]);
  });
});
