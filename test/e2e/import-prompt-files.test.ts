import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { runImport } from '../helpers/run-import.js';

async function imported(format: string, path: string, files: Readonly<Record<string, string>>) {
  const { project, code, report, files: written } = await runImport(format, path, files);
  const said = report.map(
    ({ status, what, place, note }) => `${status} ${place.file}:${place.line}:${place.column} ${what}: ${note}`,
  );
  if (code === 0) expect(await runCli(['validate'], { cwd: project.path('out') })).toMatchObject({ code: 0 });
  const read = async (name: string) => parse(await project.read(`out/${name}`)) as Record<string, unknown>;
  return { project, code, said, written, read };
}

const GITHUB = `name: Summarizer
model: gpt-4o
modelParameters: { temperature: 0.5, max_tokens: 100 }
messages:
  - { role: system, content: You summarize. }
  - { role: user, content: "Summarize: {{input}}" }
testData:
  - input: The quick brown fox jumped.
    expected: A fox jumped.
  - input: The museum opened.
    expected: It opened.
evaluators:
  - { name: Prefix, string: { startsWith: "Summary -" } }
  - { name: Similarity, uses: github/similarity }
  - name: Kind
    llm:
      modelId: openai/gpt-4o
      systemPrompt: Answer yes or no.
      prompt: "Is {{completion}} a kind message about {{input}}?"
      choices: [{ choice: no, score: 0 }, { choice: yes, score: 1 }]
  - { name: Fluency, uses: github/fluency }
  - { name: Odd, uses: github/unknown }
`;

it('takes over a .prompt.yml with its test data and evaluators', async () => {
  const { code, said, read } = await imported('github', 'a.prompt.yml', { 'a.prompt.yml': GITHUB });
  expect(code).toBe(0);
  expect(await read('prompts/a.prompt.yaml')).toEqual({
    name: 'Summarizer',
    model: 'openai/gpt-4o',
    modelParameters: { temperature: 0.5, maxTokens: 100 },
    messages: [
      { role: 'system', content: 'You summarize.' },
      { role: 'user', content: 'Summarize: {{ input }}' },
    ],
  });
  const suite = await read('evals/a.eval.yaml');
  expect(suite).toMatchObject({
    metrics: [
      { metric: 'starts-with', id: 'prefix', value: 'Summary -', ignoreCase: true },
      { metric: 'semantic', id: 'similarity' },
      { metric: 'judge', id: 'fluency', scale: { min: 1, max: 5 }, min: 0.25 },
    ],
    gates: [{ metric: 'pass', min: '100%', decide: 'point' }],
  });
  expect(suite['cases']).toMatchObject([
    {
      vars: { input: 'The quick brown fox jumped.' },
      expected: 'A fox jumped.',
      metrics: [
        {
          metric: 'judge',
          id: 'kind',
          rubric: 'Answer yes or no.\n\nIs (the output) a kind message about The quick brown fox jumped.?',
          choices: { no: 0, yes: 1 },
          min: 1,
        },
      ],
    },
    {},
  ]);
  expect(said).toContainEqual(
    expect.stringMatching(/^changed a\.prompt\.yml:13:3 comparisons of texts: `starts-with`/),
  );
  expect(said).toContainEqual('refused a.prompt.yml:22:5 evaluator Odd: llmci has no evaluator unknown');
});

it('keeps the place of a model that it cannot ask, and makes no suite of empty test data', async () => {
  const other = GITHUB.replace('model: gpt-4o\n', 'model: meta/llama-3\n');
  const { code, said, read } = await imported('github', 'a.prompt.yml', { 'a.prompt.yml': other });
  expect(code).toBe(0);
  expect(await read('llmci.yaml')).toMatchObject({
    providers: { 'model-to-name': { type: 'exec', command: ['./model-to-name'] } },
  });
  expect(said).toContainEqual(expect.stringMatching(/^refused a\.prompt\.yml:2:8 model meta\/llama-3: /));
  const empty = await imported('github', 'b.prompt.yml', {
    'b.prompt.yml': 'messages: [{ role: user, content: hello }]\ntestData: []\nevaluators: []\n',
  });
  expect(empty.written).toEqual(['prompts/b.prompt.yaml']);
  expect(empty.said).toContainEqual(expect.stringMatching(/^refused b\.prompt\.yml:2:11 testData: it is empty/));
});

it('takes the version labelled production of a Langfuse export, and says when there is none', async () => {
  const versions = [
    { name: 'movie-critic', type: 'text', version: 2, labels: ['latest'], prompt: 'New {{movie}}', config: {} },
    {
      name: 'movie-critic',
      type: 'chat',
      version: 1,
      labels: ['production'],
      prompt: [
        { role: 'system', content: 'You are a {{ level }} critic.' },
        { type: 'placeholder', name: 'chat_history' },
        { role: 'user', content: 'Do you like {{movie}}?' },
      ],
      config: { model: 'gpt-4o', temperature: 0.5, supported_languages: ['en'] },
    },
    { name: 'other', type: 'text', version: 7, labels: ['latest'], prompt: 'Hello {{name}}', config: null },
  ];
  const { said, read, written } = await imported('langfuse', 'export.json', {
    'export.json': JSON.stringify({ data: versions }, null, 2),
  });
  expect(written).toEqual(['prompts/movie-critic.prompt.yaml', 'prompts/other.prompt.yaml']);
  expect(await read('prompts/movie-critic.prompt.yaml')).toMatchObject({
    model: 'openai/gpt-4o',
    modelParameters: { temperature: 0.5 },
    messages: [
      { role: 'system', content: 'You are a {{ level }} critic.' },
      { history: 'chat_history' },
      { role: 'user', content: 'Do you like {{ movie }}?' },
    ],
  });
  expect(said).toContainEqual(
    expect.stringMatching(
      /^changed export\.json:\d+:\d+ prompt other: version 7 is the highest .* not labelled production/,
    ),
  );
  expect(said).toContainEqual(expect.stringMatching(/^refused export\.json:\d+:\d+ config supported_languages: /));
});

it('fills in what Langfuse fills in, and tells what only an app would', async () => {
  const prompt = (name: string, text: string, more: object = {}) => ({
    ...{ name, version: 1, type: 'text', labels: ['production', 'latest', 'staging'], config: {}, prompt: text },
    ...more,
  });
  const { said, read } = await imported('langfuse', 'export.json', {
    'export.json': JSON.stringify([
      prompt('raw', 'Columns: {{{catalog}}} for {{ user }}', {
        config: { parallel_tool_calls: false },
        compiled: 'x',
        isActive: null,
      }),
      prompt('jinja', '{% if vip %}Be brief.{% endif %} {{ question }}{# for us #}'),
      prompt('mustache', '{{#items}}- {{name}}{{/items}}'),
    ]),
  });
  expect(await read('prompts/raw.prompt.yaml')).toMatchObject({
    messages: [{ role: 'user', content: 'Columns: {{ catalog }} for {{ user }}' }],
    modelParameters: { parallelToolCalls: false },
  });
  expect(said.filter((line) => /prompt (raw|jinja|mustache)/.test(line) && /\{%|Liquid/.test(line))).toEqual([
    expect.stringMatching(/^changed \S+ prompt jinja: .*Langfuse fills in `\{\{ name \}\}` alone/),
    expect.stringMatching(/^refused \S+ prompt mustache: Liquid has no expression like #items/),
  ]);
  expect(said.filter((line) => /^refused \S+ labels: staging: .*promote/.test(line))).toHaveLength(2);
  expect(said).toContainEqual(expect.stringMatching(/^refused \S+ key compiled: /));
});

const DOTPROMPT = `---
model: googleai/gemini-1.5-flash
config: { temperature: 0.7, topK: 20 }
input:
  default: { name: Guest }
  schema:
    name: string
    tags?(array, what it is about): string
    mood(enum): [good, bad]
output:
  schema: { greeting: "string, what to say" }
tools: [timeOfDay]
---
{{role "system"}}
You greet {{name}}.{{#if mood}} They feel {{mood}}.{{/if}}
{{>rules}}
{{history}}
{{role "user"}}
{{#each tags}}- {{this}} ({{@index}})
{{/each}}Hello
`;

it('takes over a Dotprompt file with its schemas, roles, history and partials', async () => {
  const { code, said, read } = await imported('dotprompt', 'greet.prompt', {
    'greet.prompt': DOTPROMPT,
    '_rules.prompt': 'Be kind to {{name}}.',
  });
  expect(code).toBe(0);
  expect(await read('prompts/greet.prompt.yaml')).toEqual({
    model: 'google/gemini-1.5-flash',
    modelParameters: { temperature: 0.7 },
    messages: [
      {
        role: 'system',
        content:
          'You greet {{ name }}.{% if mood and mood != empty and mood != 0 %} They feel {{ mood }}.{% endif %}\nBe kind to {{ name }}.',
      },
      { history: 'messages' },
      { role: 'user', content: '{% for item in tags %}- {{ item }} ({{ forloop.index0 }})\n{% endfor %}Hello' },
    ],
    input: {
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          tags: { type: ['array', 'null'], items: { type: 'string' }, description: 'what it is about' },
          mood: { enum: ['good', 'bad'] },
        },
        required: ['name', 'mood'],
        additionalProperties: false,
      },
      defaults: { name: 'Guest' },
    },
    output: {
      format: 'json',
      schema: {
        type: 'object',
        properties: { greeting: { type: 'string', description: 'what to say' } },
        required: ['greeting'],
        additionalProperties: false,
      },
      strict: false,
    },
  });
  expect(said).toContainEqual(expect.stringMatching(/^refused greet\.prompt:12:1 setting tools: /));
  expect(said).toContainEqual(expect.stringMatching(/^refused greet\.prompt:3:29 config topK: /));
});

it('finds the head below a licence, and leaves a ruled text under a heading alone', async () => {
  const licensed = '# Copyright 2026 Acme\n#\n\n---\nmodel: openai/gpt-6-luna\n---\nHi {{name}}\n';
  const { code, project } = await imported('dotprompt', 'a.prompt', { 'a.prompt': licensed });
  expect(code).toBe(0);
  const text = await project.read('out/prompts/a.prompt.yaml');
  expect(text).toContain('model: openai/gpt-6-luna');
  expect(text).not.toContain('Copyright');
  const plain = await imported('dotprompt', 'b.prompt', {
    'b.prompt': '# Rules\n---\nBe kind to {{name}}\n---\nThe end\n',
  });
  expect(await plain.project.read('out/prompts/b.prompt.yaml')).toContain('# Rules');
});

it.each([
  ['{{#with a}}x{{/with}}', 4],
  ['text\n{{helper a b}}', 5],
  ['{% if %}', 4],
  ['{{>missing}}', 4],
])('refuses what Liquid has no equal for, with its place: %s', async (template, line) => {
  const { code, said } = await imported('dotprompt', 'a.prompt', {
    'a.prompt': `---\nmodel: openai/x\n---\n${template}`,
  });
  expect(code).toBe(2);
  expect(said.join('\n')).toMatch(new RegExp(`^refused a\\.prompt:${line}:1 template: `, 'm'));
});

it.each([
  [
    'first',
    `---
name: Basic
model:
  api: chat
  configuration: { type: openai, name: gpt-4o }
  parameters: { max_tokens: 128, temperature: 0.2 }
inputs:
  first_name: { type: string, default: Jane }
  question: { type: string, sample: Why? }
---
system:
You help {{first_name}}.

user:
{{question}}
`,
  ],
  [
    'second',
    `---
name: Basic
model:
  id: gpt-4o
  provider: openai
  options: { maxOutputTokens: 128, temperature: 0.2 }
inputs:
  - { name: first_name, kind: string, default: Jane }
  - { name: question, kind: string, example: Why? }
---
system:
You help {{first_name}}.

user:
{{question}}
`,
  ],
])('takes over a Prompty file of the %s generation', async (_, text) => {
  const { code, said, read } = await imported('prompty', 'basic.prompty', { 'basic.prompty': text });
  expect(code).toBe(0);
  expect(await read('prompts/basic.prompt.yaml')).toEqual({
    name: 'Basic',
    model: 'openai/gpt-4o',
    modelParameters: { maxTokens: 128, temperature: 0.2 },
    messages: [
      { role: 'system', content: 'You help {{ first_name }}.' },
      { role: 'user', content: '{{ question }}' },
    ],
    input: { defaults: { first_name: 'Jane' } },
  });
  expect(said).toContainEqual(expect.stringMatching(/^refused basic\.prompty:9:\d+ sample of question: /));
});
