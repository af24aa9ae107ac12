import { describe, expect, it } from 'vitest';
import { type CliOptions, runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

const tone = `
export default {
  type: 'tone', describe: 'Polite or not.', params: {}, unit: 'fraction', better: 'higher', passMark: { min: 1 }, examples: [],
  score: ({ output }) => ({ value: /please|thank/i.test(output.text) ? 1 : 0, reason: 'looked for please' }),
};`;

async function score(args: readonly string[], options: CliOptions & { files?: Record<string, string | object> } = {}) {
  const { files = {}, ...rest } = options;
  const project = await makeProject(files);
  return runCli(['score', ...args], { cwd: project.dir, ...rest });
}

describe('one text', () => {
  it.each([
    ['met', ['--metric', 'equals', '--expected', 'yes', '--output', 'yes'], 0],
    ['missed', ['--metric', 'equals', '--expected', 'yes', '--output', 'no'], 1],
    ['its own mark', ['--metric', 'similarity', '--expected', 'abcd', '--output', 'abcx', '--min', '0.9'], 1],
    ['no mark', ['--metric', 'length', '--output', 'abc'], 0],
    ['no score', ['--metric', 'latency', '--output', 'abc'], 3],
  ])('%s', async (_, args, code) => {
    expect((await score(args)).code).toBe(code);
  });

  it.each([
    // The English words in it score 0.639, which is too much for the first mark only
    [['--max', '0.6'], 1],
    [['--max', '0.8'], 3],
  ])('what toxicity cannot read passes no mark: %j', async (mark, code) => {
    const german = 'Das ist stupid, du bist so ein idiot und ein asshole, wirklich wahr.';
    expect((await score(['--metric', 'toxicity', '--output', german, ...mark])).code).toBe(code);
  });

  it.each([
    ['The shoes are red.', 3],
    ['Shoes can be returned.', 1],
  ])('what must not be near a text that cannot be read is not known to be far: %s', async (output, code) => {
    const texts = ['--param', 'text=[三十天内可以退货。, Shoes can be returned.]', '--max', '0.6'];
    expect((await score(['--metric', 'semantic', ...texts, '--output', output])).code).toBe(code);
  });

  it('shows value, verdict and reason, aligned', async () => {
    const { stdout } = await score([
      '--metric',
      'contains',
      '--param',
      'any=[30 days, a month]',
      '--output',
      'a month',
    ]);
    expect(stdout).toBe('contains  1 pass (at least 1)\nreason    contains "a month"\n');
  });

  it('tells a value from the mark that it misses', async () => {
    const [output, expected] = [`${'a'.repeat(2249)}${'b'.repeat(251)}`, 'a'.repeat(2500)];
    const asked = ['--metric', 'levenshtein', '--min', '0.9', '--output', output, '--expected', expected];
    expect((await score(asked)).stdout).toContain('0.8996 fail (at least 0.9)\n');
  });

  it('reads standard input, and prints JSON', async () => {
    const { stdout, code } = await score(['--metric', 'equals', '--expected', 'yes', '--output', '-', '--json'], {
      input: 'yes\n',
    });
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ metric: 'equals', value: 1, passed: true }),
    ]);
  });

  it('makes what it quotes safe for the terminal', async () => {
    const { stdout } = await score([
      '--metric',
      'equals',
      '--expected',
      'yes',
      '--output',
      '\u001b[2J::error::\u202ex',
    ]);
    expect(stdout).not.toMatch(/[\u001b\u202e]|^::/m);
  });
});

describe('a file', () => {
  const rows = [
    { output: 'yes', expected: 'yes' },
    { output: 'no', expected: 'yes' },
    { output: { text: 'yes', latencyMs: 5 }, expected: ['no', 'yes'], vars: { q: 1 }, tags: ['t'] },
  ];

  it('prints a line a row and their mean; with --json a score a line', async () => {
    const files = { 'rows.jsonl': rows };
    const { stdout, code } = await score(['--metric', 'equals', '--file', 'rows.jsonl'], { files });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^1 {2}1 {2}pass .*\n2 {2}0 {2}fail .*\n3 {2}1 {2}pass .*\n3 rows: mean 0\.667, 2 met the mark\n$/,
    );
    const json = await score(['--metric', 'equals', '--file', 'rows.jsonl', '--json'], { files });
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).value),
    ).toEqual([1, 0, 1]);
  });

  it('names rows that do not fit', async () => {
    const { stderr, code } = await score(['--metric', 'equals', '--file', 'rows.csv'], {
      files: { 'rows.csv': 'outputs\nyes\n' },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('rows.csv:2:1  row 1: its output is neither a text nor an output');
  });
});

it('scores with a module of the project, from a folder in it', async () => {
  const files = { 'llmci.yaml': '{}\n', 'metrics/tone.mjs': tone };
  const { stdout, code } = await score(['--metric', './metrics/tone.mjs', '--output', 'Thank you'], { files });
  expect(stdout).toMatch(/^tone +1 pass/);
  expect(code).toBe(0);
});

it.each([
  [['--metric', 'contain', '--output', 'x'], /no metric called contain \(did you mean contains\?\)/],
  [['--metric', 'contains', '--param', 'anny=[a]', '--output', 'x'], /unknown key anny \(did you mean any\?\)/],
  [['--metric', 'contains', '--param', 'any', '--output', 'x'], /write it as KEY=VALUE/],
  [['--metric', 'contains', '--param', 'any=[a', '--output', 'x'], /--param any=\[a: YAML/],
  [['--metric', 'equals'], /give either --output or --file/],
  [['--metric', './no.mjs', '--output', 'x'], /there is no file no\.mjs/],
  [['--metric', 'equals', '--file', 'no.jsonl'], /there is no file no\.jsonl/],
])('%j is a usage error', async (args, message) => {
  const { stderr, code } = await score(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

describe('a key that is lacking', () => {
  const providers = { court: { type: 'openai', apiKey: 'env:COURT_KEY', baseUrl: 'http://127.0.0.1:1/v1' } };
  const judge = [
    '--metric',
    'judge',
    '--param',
    'rubric=Is it polite?',
    '--param',
    'choices={good: 1, bad: 0}',
    '--param',
    'min=0.5',
  ];

  it.each([
    ['of the judge', judge, 'COURT_KEY is not set, and the metric asks the judge court/judge-1'],
    [
      'of the service of embeddings',
      ['--metric', 'semantic', '--expected', 'Hi'],
      'COURT_KEY is not set, and metrics have their embeddings from it',
    ],
    [
      'of a moderator',
      ['--metric', 'toxicity', '--param', 'engine=court/omni-moderation-latest'],
      'COURT_KEY is not set, and metrics have outputs moderated by it',
    ],
  ])('%s is a usage error with advice, as in eval', async (_, args, what) => {
    const project = await makeProject({
      'llmci.yaml': { providers, judge: { model: 'court/judge-1' }, embeddings: { model: 'court/vectors' } },
    });
    const { code, stdout, stderr } = await runCli(['score', ...args, '--output', 'Hello'], { cwd: project.dir });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: court needs a key: ${what}`);
    expect(stderr).toContain('Nothing was sent. Set COURT_KEY.');
    expect(stderr).not.toContain('--replay');
  });
});
