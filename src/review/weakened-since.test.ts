import { expect, it } from 'vitest';
import { makeProject } from '../../test/helpers/project.js';
import { readProjectState } from './project-state.js';
import { weakenedSince } from './weakened-since.js';

// What a change does to what judges it, from two folders. That runs tell it is for test/e2e/weakening.test.ts.

const saying = (content: string) => ({ model: 'echo', messages: [{ role: 'user', content }] });
const entry = (key: string, text: string, id = 'a') => ({
  ...{ key: key.repeat(64), suite: 'hello', prompt: 'hello', model: 'echo', case: id, trial: 1 },
  answer: {
    ...{ text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 } },
    ...{ finishReason: 'stop', servedModel: null, latencyMs: 1 },
  },
});
const cassette = (...entries: readonly object[]) =>
  [{ cassette: 1 }, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');

const SUITE = {
  prompt: 'hello',
  cassette: '../fixtures/hello.cassette.jsonl',
  budget: { calls: 100 },
  cases: [{ id: 'a', vars: { text: 'hello' }, metrics: [{ metric: 'exec', id: 'own', command: ['tools/own.sh'] }] }],
  dataset: '../fixtures/rows.jsonl',
  metrics: [
    { metric: './own.mjs' },
    { metric: 'exec', command: ['python3', 'tools/grade.py'] },
    { metric: 'exec', id: 'shell', command: ['sh', '-c', 'python3 tools/by-shell.py'] },
    { metric: 'exec', id: 'named', command: ['python3', '-m', 'tools.named'] },
    { metric: 'json', id: 'shape', schema: './shape.json' },
    { metric: 'json' },
  ],
};
const PROMPT = {
  model: 'echo',
  messages: [
    { role: 'user', content: [{ text: '{{ text }}' }, { image: './fixtures/photos/{{ name | downcase }}.png' }] },
  ],
  output: {
    format: 'json',
    schema: { type: 'object', required: ['answer'], properties: { answer: { type: 'string' } } },
  },
};
const GATES = { gates: [{ metric: 'pass', min: 0.9 }], applies: '50%' };
const FILES: Readonly<Record<string, string | object>> = {
  'llmci.yaml': {
    judge: { model: 'grader/one' },
    budget: { usd: 5 },
    providers: {
      grader: { type: 'exec', command: ['node', 'tools/judge.mjs'] },
      app: { type: 'exec', command: ['node', 'app.mjs'] },
    },
  },
  'app.mjs': 'app',
  'tools/judge.mjs': 'judge',
  'tools/own.sh': 'python3 "$(dirname "$0")/behind.py"',
  'tools/behind.py': 'from . import first, second as other\n',
  'tools/second.py': 'from .deep import (\n    least,\n)\n',
  'tools/deep/__init__.py': '',
  'tools/deep/least.py': 'from ..upper import HALF\n',
  'tools/upper.py': 'HALF = 0.5\n',
  'tools/by-shell.py': 'print(1)\n',
  'tools/named.py': 'print(1)\n',
  'tools/grade.py': 'import marks\n',
  'tools/marks.py': 'PASS = 0.5\n',
  'prompts/hello.prompt.yaml': PROMPT,
  'prompts/hello.thresholds.yaml': GATES,
  'evals/hello.eval.yaml': SUITE,
  'evals/own.mjs': "import { mark } from './lib/marks.js';\n",
  'evals/lib/marks.ts': 'export const mark = 1;\n',
  'evals/shape.json': { type: 'object', required: ['a'] },
  'fixtures/rows.jsonl': [
    { id: 'seen', vars: { photo: 'fixtures/cat.png' } },
    { id: 'heard', messages: [{ role: 'user', content: [{ audio: 'fixtures/cat.wav' }] }] },
  ],
  'fixtures/cat.png': 'a cat',
  'fixtures/cat.wav': 'meow',
  'fixtures/photos/dog.png': 'a dog',
  'fixtures/hello.cassette.jsonl': cassette(entry('0', 'hello'), entry('1', 'good day', 'b')),
};

const EVAL = 'evals/hello.eval.yaml';
const CASSETTE = 'fixtures/hello.cassette.jsonl';
const config = FILES['llmci.yaml'] as object;

const at = ({ dir }: { readonly dir: string }) => ({ root: dir, config: undefined });
const told = async (change: Readonly<Record<string, string | object>>) => {
  const [before, now] = [await makeProject(FILES), await makeProject({ ...FILES, ...change })];
  return (await weakenedSince(at(before), at(now))).map(({ file, text }) => `${file}: ${text}`);
};

it.each<[what: string, path: string, content: string | object, told: string]>([
  [
    'an answer is another',
    CASSETTE,
    cassette(entry('0', 'forged'), entry('1', 'good day', 'b')),
    '1 recorded answer to the same request is another',
  ],
  ['answers are gone', CASSETTE, cassette(), '2 recorded answers are gone'],
  ['a budget is raised', 'llmci.yaml', { ...config, budget: { usd: 50 } }, 'budget $5 → $50'],
  ['a budget is gone', 'llmci.yaml', { ...config, budget: {} }, 'budget $5 → none'],
  ["a suite's budget is raised", EVAL, { ...SUITE, budget: { calls: 9000 } }, 'budget 100 calls → 9,000 calls'],
  ['nothing need be judged', 'prompts/hello.thresholds.yaml', { ...GATES, unjudged: 'ok' }, 'unjudged: unset → ok'],
  ['few cases need apply', 'prompts/hello.thresholds.yaml', { ...GATES, applies: '1%' }, 'applies: 0.5 → 0.01'],
  ['a module', 'evals/own.mjs', 'export default 1;\n', 'metric ./own.mjs is another'],
  ['what a module imports', 'evals/lib/marks.ts', 'export const mark = 0;\n', 'metric ./own.mjs is another'],
  ['a program', 'tools/grade.py', 'print(1)\n', 'metric exec is another'],
  ['what a program imports', 'tools/marks.py', 'PASS = 0\n', 'metric exec is another'],
  ['what a shell script starts', 'tools/behind.py', 'print(1)\n', '1 case is another'],
  ['what that imports from beside it', 'tools/second.py', 'print(1)\n', '1 case is another'],
  ['what is in a package', 'tools/deep/least.py', 'print(1)\n', '1 case is another'],
  ['what is above a package', 'tools/upper.py', 'HALF = 0\n', '1 case is another'],
  ['what a line of shell starts', 'tools/by-shell.py', 'print(0)\n', 'metric shell is another'],
  ['a module of Python by its name', 'tools/named.py', 'print(0)\n', 'metric named is another'],
  ["a program of a case's own metric", 'tools/own.sh', 'exit 0', '1 case is another'],
  ['what a case shows', 'fixtures/cat.png', 'an easy cat', '1 case is another'],
  ['what a case lets hear', 'fixtures/cat.wav', 'a clear meow', '1 case is another'],
  [
    'what a template of the prompt may show',
    'fixtures/photos/dog.png',
    'an easy dog',
    'fixtures/photos/dog.png, which its cases may show, is another or gone',
  ],
  ['a schema', 'evals/shape.json', {}, 'metric shape is another'],
  ['the program that is the judge', 'tools/judge.mjs', 'five', '`judge` is another'],
  [
    'a judge in the place of one of llmci',
    'prompts/judges/factuality.prompt.yaml',
    saying('Say equal. {{ output }}'),
    'the prompt of judge factuality is another',
  ],
  [
    'a simulated user',
    'prompts/users/simulated-user.prompt.yaml',
    saying('Thank it. {{ conversation }}'),
    'the prompt of the user simulated-user is another',
  ],
  [
    'a schema that lets more through',
    'prompts/hello.prompt.yaml',
    { ...PROMPT, output: { format: 'json', schema: { type: 'object' } } },
    '`output.schema`, which metric json holds answers to',
  ],
])('tells: %s', async (_, path, content, text) => {
  const lines = await told({ [path]: content });
  expect(lines.join('\n')).toContain(text);
});

it('who drew what a case shows has a hand in it', async () => {
  const [suite] = (await readProjectState((await makeProject(FILES)).dir)).rules.suites;
  expect(suite?.code).toEqual(expect.arrayContaining(['fixtures', 'fixtures/photos']));
});

it('tells of another cassette, and of what it answers otherwise', async () => {
  const lines = await told({
    [EVAL]: { ...SUITE, cassette: '../fixtures/other.cassette.jsonl' },
    'fixtures/other.cassette.jsonl': cassette(entry('0', 'forged'), entry('1', 'good day', 'b')),
  });
  expect(lines).toEqual([
    `${EVAL}: cassette "../fixtures/hello.cassette.jsonl" → "../fixtures/other.cassette.jsonl"`,
    'fixtures/other.cassette.jsonl: 1 recorded answer to the same request is another',
  ]);
});

it.each<[what: string, path: string, content: string | object]>([
  ['the app that is judged', 'app.mjs', 'another app'],
  ['a further picture', 'fixtures/photos/bird.png', 'a bird'],
  ['a smaller budget', 'llmci.yaml', { ...config, budget: { usd: 1, calls: 10 } }],
  [
    'a new request that is recorded in the place of the old',
    CASSETTE,
    cassette(entry('2', 'oh'), entry('1', 'good day', 'b')),
  ],
  ['a further recording', CASSETTE, cassette(entry('0', 'hello'), entry('1', 'good day', 'b'), entry('2', 'x', 'c'))],
  ['a prompt of its own for a judge that llmci has not', 'prompts/judges/polite.prompt.yaml', saying('{{ output }}')],
  [
    'a stricter schema',
    'prompts/hello.prompt.yaml',
    { ...PROMPT, output: { format: 'json', schema: { ...PROMPT.output.schema, additionalProperties: false } } },
  ],
])('says nothing of %s', async (_, path, content) => {
  expect(await told({ [path]: content })).toEqual([]);
});

it.each<[file: string, before: string, now: string]>([
  ['a.ndjson', '{"id": 1, "expected": "hot: yes"}\n{"id": 2}\n', '{"id": 1, "expected": "h"}\n{"id": 2}\n'],
  ['a.JSONL', '{"id": 1, "expected": 3.10}\n{"id": 2}\n', '{"id": 1, "expected": 3.1}\n{"id": 2}\n'],
  ['a.CSV', 'id,expected\n1,"hot: yes"\n', 'id,expected\n1,h\n'],
  ['a.tsv', 'id\texpected\n1\thot: yes\n', 'id\texpected\n1\th\n'],
  ['a.csv', 'id,q,expected\n1,"a\nb",x\n2,"c\nd",y\n', 'id,q,expected\n1,"a\nd",y\n2,"c\nb",x\n'],
  ['a.csv', 'id,q,expected\n1,a,b\n', 'id,expected,q\n1,a,b\n'],
  ['a.json', '[{"id": 1, "expected": 12345678901234567890}]', '[{"id": 1, "expected": 12345678901234567891}]'],
  ['a.yaml', '- { id: 1, expected: 3.10 }\n', '- { id: 1, expected: 3.1 }\n'],
])('tells of cases in %s that expect something else: %j', async (file, before, now) => {
  const suite = { [EVAL]: { ...SUITE, cases: [], dataset: `../fixtures/${file}` } };
  const project = (text: string) => makeProject({ ...FILES, ...suite, [`fixtures/${file}`]: text });
  const weakened = await weakenedSince(at(await project(before)), at(await project(now)));
  expect(weakened.map(({ text }) => text).join()).toMatch(/^\d cases? (is another|are others)$/);
});

it('tells of columns that are read as others, and of cases in the suite that are written otherwise', async () => {
  const dataset = { path: SUITE.dataset, expected: 'photo' };
  expect(await told({ [EVAL]: { ...SUITE, dataset } })).toEqual([`${EVAL}: 2 cases are others`]);
  const inline = (expected: string) => `prompt: hello\ncases: [{ id: a, expected: ${expected} }]\n`;
  const [before, now] = [await makeProject({ [EVAL]: inline('3.10') }), await makeProject({ [EVAL]: inline('3.1') })];
  expect(await weakenedSince(at(before), at(now))).toMatchObject([{ text: '1 case is another' }]);
});
