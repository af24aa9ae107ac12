import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

interface Report {
  readonly report: readonly { status: string; what: string; place: { line: number; column: number }; note: string }[];
  readonly files: readonly string[];
}

async function imported(source: object, others: Readonly<Record<string, string>> = {}) {
  const project = await makeProject({ 'saved.json': source, ...others });
  const { code, stdout } = await runCli(['import', 'openai', 'saved.json', '--json'], { cwd: project.dir });
  const { report, files } = JSON.parse(stdout) as Report;
  const said = report.map(
    ({ status, what, place, note }) => `${status} ${place.line}:${place.column} ${what}: ${note}`,
  );
  if (code === 0) expect(await runCli(['validate'], { cwd: project.dir })).toMatchObject({ code: 0 });
  const read = async (path: string) => parse(await project.read(path)) as Record<string, unknown>;
  return { project, code, said, files, read };
}

const PROMPT = {
  id: 'pmpt_123',
  version: '4',
  name: 'Support reply',
  model: 'gpt-6-luna',
  instructions: 'You answer customers of {{company}}.',
  messages: [{ role: 'user', content: [{ type: 'input_text', text: '{{ ticket }}' }] }],
  variables: { ticket: 'Where is my parcel?', tone: 'kind' },
  temperature: 0.3,
  max_output_tokens: 300,
  reasoning: { effort: 'low' },
  text: {
    format: {
      type: 'json_schema',
      name: 'reply',
      strict: true,
      schema: {
        type: 'object',
        properties: { text: { type: 'string' } },
        required: ['text'],
        additionalProperties: false,
      },
    },
  },
  tools: [
    { type: 'function', name: 'find_order', description: 'Finds it.', parameters: { type: 'object', properties: {} } },
    { type: 'file_search', vector_store_ids: ['vs_1'] },
  ],
  store: true,
};

it('turns a prompt object of the dashboard into a prompt', async () => {
  const { said, read, files } = await imported(PROMPT);
  expect(files).toEqual(['prompts/support-reply.prompt.yaml']);
  expect(await read('prompts/support-reply.prompt.yaml')).toEqual({
    id: 'pmpt_123',
    name: 'Support reply',
    description: 'was pmpt_123, version 4',
    model: 'openai/gpt-6-luna',
    modelParameters: { maxTokens: 300, reasoningEffort: 'low' },
    tools: [{ name: 'find_order', description: 'Finds it.', parameters: { type: 'object', properties: {} } }],
    output: {
      format: 'json',
      schema: PROMPT.text.format.schema,
      name: 'reply',
      strict: true,
    },
    messages: [
      { role: 'system', content: 'You answer customers of {{ company }}.' },
      { role: 'user', content: '{{ ticket }}' },
    ],
    input: {
      schema: { type: 'object', required: ['company', 'ticket'], properties: { company: {}, ticket: {} } },
    },
  });
  expect(said).toContainEqual(
    expect.stringMatching(/^refused \d+:\d+ tool: llmci offers models functions, and no tool of type file_search/),
  );
  expect(said).toContainEqual(
    expect.stringMatching(/^taken 1:1 prompt Support reply: version 4; its id stays pmpt_123/),
  );
  expect(said).toContainEqual(expect.stringMatching(/^refused \d+:\d+ variable tone: no message reads it/));
  expect(said).toContainEqual(expect.stringMatching(/^refused \d+:\d+ setting store: /));
});

it('gives an id that two versions of a hosted prompt have to one of them', async () => {
  const { code, said, read, files } = await imported([PROMPT, { ...PROMPT, version: '5' }]);
  expect([code, files]).toEqual([0, ['prompts/support-reply.prompt.yaml', 'prompts/support-reply-2.prompt.yaml']]);
  expect(await read('prompts/support-reply.prompt.yaml')).toMatchObject({ id: 'pmpt_123' });
  expect(await read('prompts/support-reply-2.prompt.yaml')).not.toHaveProperty('id');
  expect(said).toContainEqual(
    expect.stringMatching(/^changed \d+:\d+ prompt Support reply: version 5; another prompt has its id pmpt_123/),
  );
});

it('says that a prompt without a suite needs one before it can be evaluated', async () => {
  const project = await makeProject({ 'prompt.json': PROMPT });
  const { stdout } = await runCli(['import', 'openai', 'prompt.json'], { cwd: project.dir });
  expect(stdout).toContain('evals/NAME.eval.yaml       write cases, metrics and gates');
  expect(stdout).not.toContain('llmci eval');
});

it('says that a reference holds no prompt', async () => {
  const { code, said } = await imported({ prompt: { id: 'pmpt_123', version: '1', variables: { a: 'b' } } });
  expect(code).toBe(2);
  expect(said.join('\n')).toMatch(/^refused 1:1 prompt pmpt_123: it names a prompt and does not hold its text/m);
});

const EVAL = {
  object: 'eval',
  id: 'eval_1',
  name: 'Ticket labels',
  data_source_config: { type: 'custom', item_schema: { type: 'object' }, include_sample_schema: true },
  testing_criteria: [
    {
      type: 'string_check',
      name: 'Label',
      input: '{{ sample.output_text }}',
      operation: 'eq',
      reference: '{{ item.label }}',
    },
    { type: 'string_check', name: 'No guess', input: '{{sample.output_text}}', operation: 'ne', reference: 'unknown' },
    {
      type: 'text_similarity',
      name: 'Near',
      input: '{{sample.output_text}}',
      reference: '{{item.label}}',
      evaluation_metric: 'fuzzy_match',
      pass_threshold: 0.8,
    },
    {
      type: 'label_model',
      name: 'Tone',
      model: 'o3-mini',
      labels: ['kind', 'rude'],
      passing_labels: ['kind'],
      input: [{ role: 'developer', content: 'Is it kind? {{sample.output_text}}' }],
    },
    {
      type: 'score_model',
      name: 'Depth',
      model: 'o3-mini',
      range: [1, 5],
      pass_threshold: 3,
      input: [{ role: 'user', content: 'Rate {{item.ticket}}: {{sample.output_text}}' }],
    },
    { type: 'python', name: 'Code', source: 'def grade(): return 1' },
  ],
};
const RUN = {
  object: 'eval.run',
  eval_id: 'eval_1',
  data_source: {
    type: 'responses',
    model: 'gpt-6-luna',
    input_messages: {
      type: 'template',
      template: [
        { role: 'developer', content: 'Label the ticket.' },
        { role: 'user', content: '{{ item.ticket }}' },
      ],
    },
    sampling_params: { temperature: 1 },
    source: {
      type: 'file_content',
      content: [{ item: { ticket: 'It broke', label: 'bug' } }, { item: { ticket: 'How?', label: 'question' } }],
    },
  },
};

it('turns an eval and its run into a prompt, a suite with cases, and metrics', async () => {
  const { code, said, read } = await imported({ eval: EVAL, runs: [RUN] });
  expect(code).toBe(0);
  expect(await read('prompts/ticket-labels.prompt.yaml')).toMatchObject({
    model: 'openai/gpt-6-luna',
    modelParameters: { temperature: 1 },
    messages: [
      { role: 'developer', content: 'Label the ticket.' },
      { role: 'user', content: '{{ ticket }}' },
    ],
  });
  const depth = { metric: 'judge', id: 'depth', scale: { min: 1, max: 5 }, min: 0.5 };
  expect(await read('evals/ticket-labels.eval.yaml')).toEqual({
    prompt: 'ticket-labels',
    cases: [
      {
        vars: { ticket: 'It broke', label: 'bug' },
        expected: 'bug',
        metrics: [{ ...depth, rubric: 'Rate It broke: (the output)' }],
      },
      {
        vars: { ticket: 'How?', label: 'question' },
        expected: 'question',
        metrics: [{ ...depth, rubric: 'Rate How?: (the output)' }],
      },
    ],
    metrics: [
      { metric: 'equals', id: 'label' },
      { metric: 'regex', id: 'no-guess', pattern: '^\\s*unknown\\s*$', not: true },
      { metric: 'levenshtein', id: 'near', min: 0.8 },
      { metric: 'judge', id: 'tone', rubric: 'Is it kind? (the output)', choices: { kind: 1, rude: 0 }, min: 1 },
    ],
    gates: [{ metric: 'pass', min: '100%', decide: 'point' }],
  });
  expect(said).toContainEqual(expect.stringMatching(/^refused \d+:\d+ grader Code: code is never run/));
  expect(said).toContainEqual(expect.stringMatching(/^changed \d+:\d+ eval: Evals have no gate/));
  expect(said).toContainEqual(expect.stringMatching(/llmci calibrate METRIC --suite ticket-labels/));
});

it('reads rows that were saved beside the eval, and refuses those that are only at OpenAI', async () => {
  const source = { type: 'file_id', id: 'file-1' };
  const run = { ...RUN, data_source: { ...RUN.data_source, source } };
  const without = await imported({ data: [EVAL, run] });
  expect(without.said).toContainEqual(
    expect.stringMatching(
      /^refused \d+:\d+ rows file-1: they are in a file at OpenAI: save it beside this one as file-1\.jsonl/,
    ),
  );
  expect(without.files).toEqual(['prompts/ticket-labels.prompt.yaml']);
  const saved = await imported(
    { data: [EVAL, run] },
    { 'file-1.jsonl': '{"item": {"ticket": "It broke", "label": "bug"}}\n' },
  );
  expect(saved.files).toContain('evals/ticket-labels.eval.yaml');
  const stored = await imported({ ...EVAL, data_source_config: { type: 'logs', metadata: { use: 'chat' } } });
  expect(stored.code).toBe(2);
  expect(stored.said).toContainEqual(expect.stringMatching(/^refused \d+:\d+ data source logs: /));
});

const PART = (text: string) => ({ type: 'input_text', text });

it('reads what the Evals API returns of its own: one part as the content, its name of the limit, fields of JSON', async () => {
  const run = {
    ...RUN,
    metadata: { team: 'support' },
    result_counts: { total: 2, errored: 0, failed: 1, passed: 1 },
    data_source: {
      ...RUN.data_source,
      input_messages: {
        type: 'template',
        template: [
          { type: 'message', role: 'developer', content: PART('Label the ticket.') },
          { type: 'message', role: 'user', content: PART('{{item.ticket}}') },
        ],
      },
      sampling_params: { max_completions_tokens: 20, parallel_tool_calls: false, top_logprobs: 2 },
    },
  };
  const data = run.data_source;
  const other = { ...run, data_source: { ...data, model: 'gpt-6-sol', sampling_params: { temperature: 0.5 } } };
  const criteria = [
    {
      type: 'string_check',
      name: 'Label',
      input: '{{ sample.output_json.answer.label }}',
      operation: 'eq',
      reference: '{{ item.label }}',
    },
    {
      type: 'score_model',
      name: 'Near',
      input: [{ role: 'system', content: PART('Compare {{sample.output_json.label}} with {{ item.label }}.') }],
    },
    {
      type: 'score_model',
      name: 'Calls',
      input: [{ role: 'user', content: '{{sample.output_tools[0].function.arguments}}' }],
    },
  ];
  const evaluation = { ...EVAL, metadata: { owner: 'ops' }, testing_criteria: criteria };
  const { code, said, read } = await imported({ eval: evaluation, runs: [run, other] });
  expect(code).toBe(0);
  expect(await read('prompts/ticket-labels.prompt.yaml')).toMatchObject({
    model: 'openai/gpt-6-luna',
    modelParameters: { maxTokens: 20, parallelToolCalls: false },
    messages: [
      { role: 'developer', content: 'Label the ticket.' },
      { role: 'user', content: '{{ ticket }}' },
    ],
  });
  expect(await read('evals/ticket-labels.eval.yaml')).toMatchObject({
    cases: [
      {
        metrics: [
          { metric: 'json', id: 'label', schema: {}, fields: { 'answer.label': 'bug' } },
          { metric: 'judge', id: 'near', rubric: 'Compare (`label` of the output) with bug.' },
        ],
      },
      {
        metrics: [
          { metric: 'json', id: 'label', schema: {}, fields: { 'answer.label': 'question' } },
          { metric: 'judge', id: 'near', rubric: 'Compare (`label` of the output) with question.' },
        ],
      },
    ],
  });
  for (const told of [
    /^changed \S+ grader Label: `json`: .*number/,
    /^refused \S+ grader Calls: it reads `sample\.output_tools\[0\]\.function\.arguments`/,
    /^changed \S+ data source custom: .*schema/,
    /^refused \S+ setting top_logprobs: /,
    /^refused \S+ results: /,
    /^refused \S+ run: .*other messages or settings/,
  ])
    expect(said).toContainEqual(expect.stringMatching(told));
  expect(said.filter((line) => /^refused \S+ metadata: /.test(line))).toHaveLength(3);
});

it('says that nothing was taken of an eval whose runs ask nothing', async () => {
  const outputs = { type: 'file_content', content: [{ item: { ticket: 'It broke' }, sample: { output_text: 'bug' } }] };
  const run = { eval_id: 'eval_1', data_source: { type: 'jsonl', source: outputs } };
  const { code, said } = await imported({ eval: EVAL, runs: [run] });
  expect(code).toBe(2);
  expect(said.filter((line) => !line.startsWith('refused'))).toEqual([]);
  for (const name of ['Label', 'No guess', 'Near', 'Tone', 'Depth'])
    expect(said).toContainEqual(expect.stringMatching(`^refused \\S+ grader ${name}: .*no run`));
  expect(said).toContainEqual(expect.stringMatching(/^refused \S+ rows: /));
  const bare = await imported({ runs: [{ ...RUN, data_source: { ...RUN.data_source, model: undefined } }] });
  expect(bare.said).toContainEqual(expect.stringMatching(/^refused \S+ run: it names no model/));
});

it('tells an eval of the repository openai/evals from those of the platform', async () => {
  const { code, said } = await imported({
    airports: { id: 'airports.dev.v0', metrics: ['accuracy'] },
    'airports.dev.v0': { class: 'evals.elsuite.basic.match:Match', args: { samples_jsonl: 'airports/samples.jsonl' } },
  });
  expect(code).toBe(2);
  expect(said).toEqual([expect.stringMatching(/^refused 1:1 file: .*repository openai\/evals.*`dataset` of a suite/)]);
});
