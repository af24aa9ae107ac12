import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

async function imported(files: Readonly<Record<string, string>>) {
  const project = await makeProject(files);
  const { code, stdout } = await runCli(['import', 'promptfoo', 'promptfooconfig.yaml', '--json'], {
    cwd: project.dir,
  });
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
  const rows = async (path: string) =>
    (await project.read(path))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, said, written, problems, read, rows };
}

it('reads chats as JSON and YAML, globs, several prompts in a file, and labels', async () => {
  const { code, read, written } = await imported({
    'promptfooconfig.yaml': `
prompts:
  - file://prompts/*.json
  - id: file://chat.yaml
    label: With history
  - many.txt
providers: [openai:gpt-6-luna]
tests: [{ vars: { q: hi }, assert: [{ type: contains, value: h }] }]
`,
    'prompts/chat.json': JSON.stringify([
      { role: 'system', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '{{q}}' },
          { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
        ],
      },
    ]),
    'chat.yaml': '- role: system\n  content: Be brief.\n- role: user\n  content: "{{ q }}"\n',
    'many.txt': 'First {{q}}\n---\nSecond {{q}}\n',
  });
  expect(code).toBe(0);
  expect(written.filter((path) => path.startsWith('prompts/'))).toEqual([
    'prompts/promptfoo/chat.prompt.yaml',
    'prompts/promptfoo/chat-2.prompt.yaml',
    'prompts/promptfoo/many.prompt.yaml',
    'prompts/promptfoo/many-2.prompt.yaml',
  ]);
  expect(await read('prompts/promptfoo/chat.prompt.yaml')).toMatchObject({
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: [{ text: '{{ q }}' }, { image: 'https://a.example/b.png' }] },
    ],
  });
});

it('reads tests of JSONL and YAML files, scenarios, and lists of values as cases', async () => {
  const { code, read, said } = await imported({
    'promptfooconfig.yaml': `
prompts: ["{{greeting}} {{name}}"]
providers: [echo]
defaultTest:
  vars: { greeting: Hello }
  assert: [{ type: contains, value: "{{name}}" }]
tests:
  - file://more.jsonl
  - file://tests/*.yaml
  - vars: { name: [a, b] }
scenarios:
  - config: [{ vars: { name: x } }, { vars: { name: y } }]
    tests: [{ vars: { greeting: Hey }, assert: [{ type: starts-with, value: Hey }] }]
`,
    'more.jsonl': '{"vars": {"name": "one"}}\n{"vars": {"name": "two"}, "description": "Two"}\n',
    'tests/a.yaml': '- vars: { name: three }\n  metadata: { area: refunds }\n',
  });
  expect(code).toBe(0);
  const suite = await read('evals/promptfoo.eval.yaml');
  expect(suite['cases']).toEqual([
    { vars: { greeting: 'Hello', name: 'one' }, metrics: [{ metric: 'contains', value: 'one' }] },
    { id: 'Two', vars: { greeting: 'Hello', name: 'two' }, metrics: [{ metric: 'contains', value: 'two' }] },
    {
      vars: { greeting: 'Hello', name: 'three' },
      tags: ['area:refunds'],
      metrics: [{ metric: 'contains', value: 'three' }],
    },
    { vars: { greeting: 'Hello', name: 'a' }, metrics: [{ metric: 'contains', value: 'a' }] },
    { vars: { greeting: 'Hello', name: 'b' }, metrics: [{ metric: 'contains', value: 'b' }] },
    ...['x', 'y'].map((name) => ({
      vars: { greeting: 'Hey', name },
      metrics: [
        { metric: 'contains', value: name },
        { metric: 'starts-with', value: 'Hey' },
      ],
    })),
  ]);
  expect(said).toContainEqual(expect.stringMatching(/^taken more\.jsonl:2:1 test: /));
});

it('makes one accepted answer of what every test compares with', async () => {
  const { read } = await imported({
    'promptfooconfig.yaml': `
prompts: ["Label {{text}}"]
providers: [openai:gpt-6-luna]
defaultTest: { assert: [{ type: equals, value: "{{label}}" }] }
tests: data.csv
`,
    'data.csv': 'text,label\nIt broke,bug\nHow?,question\n',
  });
  expect(await read('evals/promptfoo.eval.yaml')).toMatchObject({
    cases: [
      { vars: { text: 'It broke', label: 'bug' }, expected: 'bug' },
      { vars: { text: 'How?', label: 'question' }, expected: 'question' },
    ],
    metrics: [{ metric: 'equals' }],
    gates: [{ metric: 'pass', min: '100%', decide: 'point' }],
  });
});

it('puts many cases, and those of several kinds of providers, into one dataset', async () => {
  const { code, read, rows, written } = await imported({
    'promptfooconfig.yaml': `
prompts: ["Say {{n}}"]
providers:
  - openai:gpt-6-luna
  - openai:gpt-6-sol
  - { id: anthropic:claude-sonnet-5-5, config: { temperature: 0, max_tokens: 10, apiKey: sk-secret } }
tests:
${Array.from({ length: 60 }, (_, n) => `  - { vars: { n: ${n} }, assert: [{ type: contains, value: ${n} }] }`).join('\n')}
`,
  });
  expect(code).toBe(0);
  expect(written).toEqual([
    'prompts/promptfoo.prompt.yaml',
    'prompts/promptfoo-2.prompt.yaml',
    'evals/promptfoo.eval.yaml',
    'fixtures/promptfoo.cases.jsonl',
    'evals/promptfoo-2.eval.yaml',
  ]);
  expect(await read('evals/promptfoo.eval.yaml')).toMatchObject({
    prompt: 'promptfoo',
    models: ['openai/gpt-6-luna', 'openai/gpt-6-sol'],
    dataset: '../fixtures/promptfoo.cases.jsonl',
  });
  expect(await read('prompts/promptfoo-2.prompt.yaml')).toMatchObject({
    model: 'anthropic/claude-sonnet-5-5',
    modelParameters: { maxTokens: 10 },
  });
  expect(await rows('fixtures/promptfoo.cases.jsonl')).toHaveLength(60);
});

it('gates tests with a threshold by their score, and says what it makes of other settings', async () => {
  const { code, read, said } = await imported({
    'promptfooconfig.yaml': `
prompts: ["Say {{n}}"]
providers: [ollama:chat:llama3.2, "python:bot.py"]
env: { PROMPTFOO_PASS_RATE_THRESHOLD: 80, OPENAI_API_KEY: sk-1 }
defaultTest: { threshold: 0.5, assertScoringFunction: file://score.js }
tests:
  - vars: { n: 1 }
    assert:
      - { type: assert-set, assert: [{ type: contains, value: a, weight: 3 }, { type: contains, value: b }] }
      - { type: trace-span-count, value: 1 }
`,
  });
  expect(code).toBe(0);
  expect(await read('evals/promptfoo.eval.yaml')).toMatchObject({
    models: ['ollama/llama3.2', 'bot'],
    cases: [
      {
        metrics: [
          { metric: 'contains', value: 'a', weight: 3 },
          { metric: 'contains', id: 'contains-2', value: 'b' },
        ],
      },
    ],
    gates: [{ metric: 'score', stat: 'min', min: 0.5 }],
  });
  expect(await read('llmci.yaml')).toEqual({
    providers: {
      ollama: { type: 'openai', baseUrl: 'http://127.0.0.1:11434/v1' },
      bot: { type: 'exec', command: ['./bot'] },
    },
  });
  expect(said).toContainEqual(
    expect.stringMatching(/^refused promptfooconfig\.yaml:5:\d+ test assertScoringFunction: code is never run/),
  );
  expect(said).toContainEqual(
    expect.stringMatching(/^refused promptfooconfig\.yaml:4:\d+ variable of the environment OPENAI_API_KEY: /),
  );
  expect(said).toContainEqual(
    expect.stringMatching(/^refused promptfooconfig\.yaml:10:\d+ assertion trace-span-count: llmci has no traces/),
  );
  expect(said).toContainEqual(
    expect.stringMatching(/^refused promptfooconfig\.yaml:4:\d+ PROMPTFOO_PASS_RATE_THRESHOLD: no test is left/),
  );
  expect(said.join('\n')).not.toContain('sk-1');
});

it.each([
  ['{{ a | upper }}', '{{ a | upcase }}'],
  ['{% if a %}x{% elif b == "y" %}z{% endif %}', '{% if a and a != "" and a != 0 %}x{% elsif b == "y" %}z{% endif %}'],
  [
    '{% for x in xs %}{{ loop.index }}{{ x.name }}{% endfor %}',
    '{% for x in xs %}{{ forloop.index }}{{ x.name }}{% endfor %}',
  ],
  ['{%- set y = a | trim -%}{{ y }}', '{%- assign y = a | strip -%}{{ y }}'],
  ['a {# note #}b', 'a b'],
  ['{% raw %}{{ x }}{% endraw %}', '{% raw %}{{ x }}{% endraw %}'],
  ['{{ a + 1 }}', null],
  ['{{ f(a) }}', null],
  ['{% macro m() %}{% endmacro %}', null],
  ['{% include "x" %}', null],
  ['{% if a or b %}x{% endif %}', null],
  ['{{ a | urlencode }}', null],
  ['{% if a %}', null],
  ['{{ a', null],
])('turns Nunjucks into Liquid where it means the same: %s', async (template, liquid) => {
  const config = {
    prompts: [`Say ${template}`],
    providers: ['openai:gpt-6-luna'],
    tests: [{ vars: { a: 'a', b: 'b', xs: '' }, assert: [{ type: 'contains', value: 'x' }] }],
  };
  const { code, said, read } = await imported({ 'promptfooconfig.yaml': JSON.stringify(config) });
  expect(code).toBe(liquid === null ? 2 : 0);
  if (liquid === null)
    expect(said).toContainEqual(expect.stringMatching(/^refused promptfooconfig\.yaml:1:\d+ prompt: /));
  else expect(await read('prompts/promptfoo.prompt.yaml')).toMatchObject({ messages: [{ content: `Say ${liquid}` }] });
});

it('asks with what is empty there, also within a variable, and takes nothing of a test over that cannot be asked', async () => {
  const { code, said, read } = await imported({
    'promptfooconfig.yaml': `
prompts: ["You are {{ persona.name }} of {{ persona.firm.city }}. {{ q }}", "{{ q }}"]
providers: [echo]
tests:
  - { vars: { q: hi }, assert: [{ type: contains, value: h }] }
  - { vars: { q: " " }, assert: [{ type: contains, value: never }, { type: python, value: x.py }] }
  - { vars: { q: [you, " "] }, assert: [{ type: contains, value: you }] }
`,
  });
  expect(code).toBe(0);
  expect(await read('prompts/promptfoo/prompt-1.prompt.yaml')).toMatchObject({
    input: { defaults: { persona: { name: '', firm: { city: '' } } } },
  });
  expect((await read('evals/promptfoo.eval.yaml'))['cases']).toMatchObject([
    { vars: { q: 'hi' } },
    { vars: { q: 'you' } },
  ]);
  const of = (line: number) => said.filter((each) => each.includes(`promptfooconfig.yaml:${line}:`));
  expect(of(6).map((each) => each.replace(/:.*/, ''))).toEqual([
    'refused promptfooconfig.yaml',
    'refused promptfooconfig.yaml',
  ]);
  expect(of(6)[0]).toContain('it cannot be asked: with its variables the message is blank');
  expect(of(6)[1]).toContain('assertion python');
  expect(of(7).some((each) => each.startsWith('taken') && each.includes('assertion contains'))).toBe(true);
});

it('gives an assertion and its opposite ids of their own, for a gate judges one of them', async () => {
  const { code, read } = await imported({
    'promptfooconfig.yaml': `
prompts: ["{{ q }}"]
providers: [echo]
tests:
  - { vars: { q: a }, assert: [{ type: latency, threshold: 5 }, { type: contains, value: a }] }
  - { vars: { q: b }, assert: [{ type: not-latency, threshold: 5 }, { type: not-contains, value: a }] }
`,
  });
  expect(code).toBe(0);
  expect((await read('evals/promptfoo.eval.yaml'))['cases']).toMatchObject([
    { metrics: [{ metric: 'latency' }, { metric: 'contains' }] },
    {
      metrics: [
        { id: 'latency-2', not: true },
        { id: 'contains-2', not: true },
      ],
    },
  ]);
});
