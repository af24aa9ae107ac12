import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

const CONFIG = `prompts:
  - file://prompts/support.txt
  - "Answer {{ question | upper }}{% if tone %} in a {{tone}} tone{% endif %}"
providers: [openai:gpt-4o-mini]
defaultTest:
  assert:
    - { type: not-icontains, value: as an AI }
    - { type: latency, threshold: 5000 }
evaluateOptions: { passRateThreshold: 0.9, repeat: 2 }
tests:
  - description: Returns
    vars: { question: Can I return shoes?, tone: friendly }
    assert:
      - { type: contains-any, value: '30 days, "a month, or so"', weight: 2 }
      - { type: llm-rubric, value: "Answers {{question}} politely" }
      - { type: javascript, value: output.length < 500 }
      - { type: javascript, value: JSON.parse(output).ok }
  - file://tests.csv
`;
const FILES = {
  'promptfooconfig.yaml': CONFIG,
  'prompts/support.txt': 'You are support.\nQ: {{question}}\n',
  'tests.csv': 'question,__expected,__threshold\n"Where, is it?",icontains:shop,\nHow,similar(0.8):walk,0.5\n',
};

const llmci = (project: Project, ...args: string[]) => runCli(['import', ...args], { cwd: project.dir });

/** What an import of one configuration says, as data. */
async function imported(files: Readonly<Record<string, string>>) {
  const project = await makeProject(files);
  const { code, stdout } = await llmci(project, 'promptfoo', 'promptfooconfig.yaml', '--json');
  const {
    report,
    files: written,
    problems,
  } = JSON.parse(stdout) as {
    report: { status: string; what: string; place: { file: string; line: number; column: number }; note: string }[];
    files: string[];
    problems: unknown[];
  };
  const said = report.map(
    ({ status, what, place, note }) => `${status} ${place.file}:${place.line}:${place.column} ${what}: ${note}`,
  );
  const read = async (path: string) => parse(await project.read(path)) as Record<string, unknown>;
  return { project, code, said, written, problems, read };
}

it('turns prompts, providers and tests into prompts, a suite and gates that validate', async () => {
  const { project, code, said, written, read } = await imported(FILES);
  expect(code).toBe(0);
  expect(written).toEqual([
    'prompts/promptfoo/support.prompt.yaml',
    'prompts/promptfoo/prompt-2.prompt.yaml',
    'evals/promptfoo.eval.yaml',
    'llmci.yaml',
  ]);
  expect(await read('prompts/promptfoo/prompt-2.prompt.yaml')).toEqual({
    model: 'openai/gpt-4o-mini',
    messages: [
      {
        role: 'user',
        content:
          'Answer {{ question | upcase }}{% if tone and tone != "" and tone != 0 %} in a {{ tone }} tone{% endif %}',
      },
    ],
    input: { defaults: { tone: '' } },
  });
  expect(await read('evals/promptfoo.eval.yaml')).toMatchInlineSnapshot(`
    {
      "cases": [
        {
          "id": "Returns",
          "metrics": [
            {
              "any": [
                "30 days",
                "a month, or so",
              ],
              "id": "contains-2",
              "metric": "contains",
              "weight": 2,
            },
            {
              "choices": {
                "no": 0,
                "yes": 1,
              },
              "metric": "judge",
              "min": 1,
              "rubric": "Answers Can I return shoes? politely",
            },
            {
              "max": 499,
              "metric": "length",
            },
          ],
          "tags": [
            "asserted",
          ],
          "vars": {
            "question": "Can I return shoes?",
            "tone": "friendly",
          },
        },
        {
          "metrics": [
            {
              "id": "contains-2",
              "ignoreCase": true,
              "metric": "contains",
              "value": "shop",
            },
          ],
          "tags": [
            "asserted",
          ],
          "vars": {
            "question": "Where, is it?",
          },
        },
        {
          "metrics": [
            {
              "metric": "semantic",
              "min": 0.8,
              "text": "walk",
              "to": "text",
            },
          ],
          "tags": [
            "threshold-0.5",
          ],
          "vars": {
            "question": "How",
          },
        },
      ],
      "gates": [
        {
          "metric": "pass",
          "min": "90%",
          "where": {
            "tags": [
              "asserted",
            ],
          },
        },
        {
          "metric": "score",
          "min": 0.5,
          "stat": "min",
          "where": {
            "tags": [
              "threshold-0.5",
            ],
          },
        },
      ],
      "metrics": [
        {
          "ignoreCase": true,
          "metric": "contains",
          "not": true,
          "value": "as an AI",
        },
        {
          "max": "5000ms",
          "metric": "latency",
        },
      ],
      "prompts": [
        "promptfoo/support",
        "promptfoo/prompt-2",
      ],
      "trials": 2,
    }
  `);
  expect(said).toContainEqual(
    expect.stringMatching(/^refused promptfooconfig\.yaml:17:9 assertion javascript: code is never run/),
  );
  expect(said).toContainEqual(
    expect.stringMatching(
      /^changed promptfooconfig\.yaml:9:39 passRateThreshold: promptfoo ignores it in silence; 0\.9 is read as 90%/,
    ),
  );
  expect(said).toContainEqual(
    expect.stringMatching(/^changed promptfooconfig\.yaml:3:5 prompt: tone: not given by every test/),
  );
  expect(said).toContainEqual(expect.stringMatching(/llmci calibrate METRIC --suite promptfoo/));
  expect(said).toContainEqual(expect.stringMatching(/^changed tests\.csv:3:1 assertion similar: `semantic`/));
  expect(await runCli(['validate'], { cwd: project.dir })).toMatchObject({ code: 0 });
});

it('overwrites nothing, and writes nothing by halves', async () => {
  const { project } = await imported(FILES);
  await project.write('evals/promptfoo.eval.yaml', 'mine');
  const before = await project.list();
  const { code, stdout } = await llmci(project, 'promptfoo', 'promptfooconfig.yaml');
  expect(code).toBe(2);
  expect(stdout).toContain('Nothing was written, for these exist already:\n  prompts/promptfoo/support.prompt.yaml');
  expect(await project.read('evals/promptfoo.eval.yaml')).toBe('mine');
  expect(await project.list()).toEqual(before);
});

it('writes nothing with --dry-run, and elsewhere with --into', async () => {
  const project = await makeProject({ ...FILES, 'new/llmci.yaml': 'judge: { model: echo }\n' });
  const dry = await llmci(project, 'promptfoo', '.', '--dry-run');
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.stdout).toContain('Would write');
  expect(await project.list()).toHaveLength(4);
  // The project there has a judge of its own
  expect(await llmci(project, 'promptfoo', '.', '--into', 'new')).toMatchObject({ code: 0 });
  expect(await project.list()).toContain('new/evals/promptfoo.eval.yaml');
  expect(await project.read('new/llmci.yaml')).toBe('judge: { model: echo }\n');
});

it('reads nothing outside of the repository, and runs no code', async () => {
  const { said, code } = await imported({
    'promptfooconfig.yaml':
      'prompts: [file://../../../etc/passwd, file:///etc/passwd, file://p.py, "exec:touch x", hello]\nproviders: [python:bot.py]\ntests: file://gen.js\n',
    'p.py': 'raise SystemExit',
    '.git/HEAD': '',
  });
  expect(code).toBe(0);
  expect(said.filter((each) => each.startsWith('refused'))).toHaveLength(6);
  expect(said.join('\n')).toContain('../../../etc/passwd is outside of the repository, and is not read');
});

it.each([
  ["output.includes('30 days')", { metric: 'contains', value: '30 days' }],
  ["!output.toLowerCase().includes('sorry')", { metric: 'contains', value: 'sorry', ignoreCase: true, not: true }],
  ['return output.length >= 10;', { metric: 'length', min: 10 }],
  ['!/wrong|bad/gi.test(output)', { metric: 'regex', pattern: 'wrong|bad', flags: 'i', not: true }],
  ['JSON.parse(output).user.age === 3', { metric: 'json', schema: {}, fields: { 'user.age': 3 } }],
  ["output.toLowerCase().includes('Sorry')", null],
  ["output.includes('a') || true", null],
  ['output.length < 10 && x()', null],
  ['/a/y.test(output)', null],
])('JavaScript is a metric where that says the same: %s', async (code, metric) => {
  const config = {
    prompts: ['Hi {{name}}'],
    providers: ['echo'],
    tests: [{ vars: { name: 'a' }, assert: [{ type: 'javascript', value: code }] }],
  };
  const { code: exit, read, said } = await imported({ 'promptfooconfig.yaml': JSON.stringify(config) });
  expect(exit).toBe(0);
  const suite = (await read('evals/promptfoo.eval.yaml')) as { cases: { metrics?: object[] }[] };
  expect(suite.cases[0]?.metrics ?? null).toEqual(metric && [metric]);
  expect(said.some((each) => each.startsWith('refused'))).toBe(metric === null);
});

it('keeps tests without assertions, merges what YAML merges, and names no model for the user', async () => {
  const { code, read, said } = await imported({
    'promptfooconfig.yaml': `
x: &base { temperature: 0.5 }
prompts: ["Hi {{name}}"]
tests:
  - vars: { name: [a, b] }
    assert: [{ type: python, value: x }]
  - vars: { name: c }
    assert: [{ type: equals, value: c }, { type: equals, value: d }, { type: not-equals, value: e }]
`,
  });
  expect(code).toBe(0);
  expect(await read('evals/promptfoo.eval.yaml')).toMatchObject({
    cases: [
      { vars: { name: 'a' } },
      { vars: { name: 'b' } },
      {
        vars: { name: 'c' },
        expected: 'c',
        tags: ['asserted'],
        metrics: [
          { metric: 'equals' },
          { metric: 'regex', id: 'equals-2', pattern: '^\\s*d\\s*$' },
          { metric: 'regex', pattern: '^\\s*e\\s*$', not: true },
        ],
      },
    ],
    metrics: [{ metric: 'tokens' }],
    gates: [{ metric: 'pass', where: { tags: ['asserted'] }, min: '100%' }],
  });
  expect(await read('llmci.yaml')).toEqual({
    providers: { 'model-to-name': { type: 'exec', command: ['./model-to-name'] } },
  });
  expect(said).toContainEqual(
    expect.stringMatching(/^changed promptfooconfig\.yaml:5:5 test: no assertion of it is left/),
  );
});

it('does what the guide shows', async () => {
  const guide = await readFile(new URL('../../docs/guide/coming-from-promptfoo.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/```(?:text|yaml)\n# (\S+)\n([\s\S]*?)```/g)].map(([, path = '', body = '']) => ({
    path,
    body,
  }));
  const [source, ...shown] = blocks;
  expect(shown).toHaveLength(3);
  const project = await makeProject({ [source?.path ?? '']: source?.body ?? '' });
  expect(await llmci(project, 'promptfoo', source?.path ?? '')).toMatchObject({ code: 0 });
  for (const { path, body } of shown) expect([path, parse(await project.read(path))]).toEqual([path, parse(body)]);
});
