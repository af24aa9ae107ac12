import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFiles, lintErrors } from '../../src/cli/import/check-files.js';
import { settleErrors } from '../../src/cli/import/settle-errors.js';
import type { SourceFiles } from '../../src/importers/importer.js';
import { importers } from '../../src/importers/index.js';
import { promptfoo } from '../../src/importers/promptfoo/promptfoo.js';
import { makeProject } from '../helpers/project.js';

const NONE: SourceFiles = {
  read: async (path) => ({ why: `there is no file ${path}` }),
  find: async () => [],
};

/** Texts as people and attackers write them. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    ...[
      '{{name}}',
      '{name} \u202e',
      '{{ a.b | upper }}',
      '{{{name}}} {# x #}',
      '{% if name %}x{% endif %}',
      '{% for x in y %}',
      '{{',
      '{%',
      '{# #}',
      '---',
      '- x',
    ],
    ...[
      'file://../../etc/passwd',
      'file://x.txt',
      '[{"role":"user","content":"{{name}}"}]',
      '__proto__',
      'constructor',
    ],
    ...[
      '',
      ' ',
      '\u0000',
      '\ud800',
      'pass',
      'score',
      '<<',
      'a: b',
      '*x',
      '&x',
      '!!js/function',
      '"',
      "'",
      '|',
      '>-',
      '0x1F',
      '3.10',
    ],
  ),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const TYPES = [
  ...[
    'equals',
    'contains',
    'icontains',
    'contains-all',
    'contains-any',
    'starts-with',
    'ends-with',
    'regex',
    'is-json',
    'latency',
    'cost',
  ],
  ...[
    'word-count',
    'similar',
    'levenshtein',
    'rouge-n',
    'bleu',
    'llm-rubric',
    'g-eval',
    'factuality',
    'model-graded-closedqa',
  ],
  ...[
    'answer-relevance',
    'context-faithfulness',
    'context-recall',
    'moderation',
    'javascript',
    'python',
    'is-refusal',
    'assert-set',
    'x',
  ],
];
const assertion = fc.record(
  {
    type: fc.constantFrom(...TYPES, ...TYPES.map((type) => `not-${type}`)),
    value: json,
    threshold: fc.oneof(fc.double(), text),
    weight: fc.oneof(fc.integer({ min: -1, max: 3 }), text),
    metric: text,
    assert: json,
  },
  { requiredKeys: ['type'] },
);
const test = fc.record(
  {
    vars: fc.dictionary(fc.oneof(fc.constantFrom('name', 'a', 'y'), text), json, { maxKeys: 4 }),
    assert: fc.array(assertion, { maxLength: 4 }),
    description: text,
    threshold: fc.oneof(fc.double({ min: 0, max: 1 }), text),
    metadata: json,
    options: json,
  },
  { requiredKeys: [] },
);
/** A mapping of which every member may be missing. */
const some = <T extends Record<string, fc.Arbitrary<unknown>>>(members: T) => fc.record(members, { requiredKeys: [] });
const request = {
  model: fc.oneof(
    fc.constantFrom('gpt-6-luna', 'meta/llama', 'gpt-4', 'o3', 'anthropic/claude-sonnet-5', 'gemini/gemini-2.0-flash'),
    text,
  ),
  temperature: fc.oneof(fc.constantFrom(0.2, 1), json),
  seed: fc.oneof(fc.constant(7), json),
  tools: fc.oneof(
    json,
    fc.array(some({ type: fc.constant('function'), name: text, parameters: json }), { maxLength: 2 }),
  ),
  response_format: fc.oneof(
    json,
    some({ type: fc.constant('json_schema'), json_schema: some({ name: text, schema: json }) }),
  ),
};
const config = fc.record(
  {
    description: text,
    prompts: fc.array(fc.oneof(text, fc.record({ raw: text, label: text })), { minLength: 1, maxLength: 3 }),
    providers: fc.array(
      fc.oneof(
        fc.constantFrom(
          'openai:gpt-4o',
          'anthropic:messages:claude',
          'ollama:chat:llama3:8b',
          'openai:gpt-4',
          'echo',
          'python:x.py',
          'http://a.b/c',
        ),
        text,
        fc.record({
          id: fc.oneof(fc.constantFrom('openai:x', 'openai:o3', 'anthropic:messages:claude-sonnet-5'), text),
          config: fc.oneof(some(request), json),
        }),
      ),
      { maxLength: 3 },
    ),
    defaultTest: test,
    tests: fc.oneof(fc.array(test, { maxLength: 4 }), text),
    env: json,
    evaluateOptions: json,
  },
  { requiredKeys: ['prompts'] },
);

const message = some({
  role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'model', 'x'),
  content: fc.oneof(text, json, fc.record({ type: fc.constantFrom('input_text', 'input_audio'), text })),
});
const item = fc.dictionary(fc.constantFrom('name', 'a', 'y', 'label'), json, { maxKeys: 3 });
const template = fc.oneof(
  fc.constantFrom(
    '{{ item.name }}',
    '{{ sample.output_text }}',
    '{{ sample.output_json.a.__proto__ }}',
    '{{sample.output_tools[0].x}}',
    '{{item.a}} {{sample.output_text}}',
    '{{item.zz}}',
    'yes',
  ),
  text,
);
const grader = some({
  type: fc.constantFrom('string_check', 'text_similarity', 'label_model', 'score_model', 'python', 'multi', 'x'),
  name: text,
  input: fc.oneof(template, fc.array(some({ role: text, content: template }), { maxLength: 2 })),
  reference: template,
  operation: fc.constantFrom('eq', 'ne', 'like', 'ilike', 'x'),
  evaluation_metric: fc.constantFrom('fuzzy_match', 'bleu', 'rouge_l', 'cosine', 'meteor'),
  pass_threshold: fc.oneof(fc.double({ min: -1, max: 6 }), text),
  range: fc.oneof(fc.constantFrom([0, 1], [1, 5], [5, 1], [0.5, 3]), json),
  labels: fc.array(text, { maxLength: 3 }),
  passing_labels: fc.array(text, { maxLength: 2 }),
});
const evals = fc.record({
  eval: some({ name: text, data_source_config: json, testing_criteria: fc.array(grader, { maxLength: 4 }) }),
  runs: fc.array(
    some({
      data_source: some({
        ...request,
        input_messages: fc.oneof(
          fc.record({ type: fc.constant('template'), template: fc.array(message, { minLength: 1, maxLength: 3 }) }),
          fc.record({ item_reference: fc.constantFrom('item.a', 'a', 'x y') }),
          json,
        ),
        sampling_params: some(request),
        source: fc.oneof(
          fc.record({
            type: fc.constant('file_content'),
            content: fc.array(fc.record({ item }), { minLength: 1, maxLength: 4 }),
          }),
          json,
        ),
      }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});
const evaluator = some({
  name: text,
  uses: fc.constantFrom('github/similarity', 'github/fluency', 'x'),
  string: fc.dictionary(fc.constantFrom('contains', 'equals', 'startsWith', 'endsWith', 'x'), text, { maxKeys: 2 }),
  llm: some({
    systemPrompt: text,
    prompt: text,
    choices: fc.array(
      some({ choice: fc.oneof(text, fc.boolean()), score: fc.oneof(fc.double({ min: 0, max: 1 }), json) }),
      { maxLength: 3 },
    ),
  }),
});
const promptYml = some({
  name: text,
  description: text,
  ...request,
  modelParameters: some(request),
  messages: fc.array(message, { minLength: 1, maxLength: 3 }),
  testData: fc.array(fc.oneof(item, json), { maxLength: 3 }),
  evaluators: fc.array(evaluator, { maxLength: 4 }),
  responseFormat: text,
  jsonSchema: json,
});
const promptObject = some({
  ...request,
  id: fc.constantFrom('pmpt_1', 'x'),
  name: text,
  instructions: text,
  messages: fc.array(message, { maxLength: 3 }),
  variables: json,
  reasoning: json,
  text: json,
  tool_choice: json,
});
const exported = some({
  name: text,
  version: json,
  commitMessage: json,
  tags: json,
  labels: fc.oneof(json, fc.array(fc.constantFrom('production', 'latest', 'staging'), { maxLength: 3 })),
  prompt: fc.oneof(
    text,
    fc.array(fc.oneof(message, fc.record({ type: fc.constant('placeholder'), name: text })), { maxLength: 3 }),
  ),
  config: some(request),
});

/** Problems of the files that an import makes of a source, and what lint calls an error in them. */
async function problemsOf(
  importer: (typeof importers)[number],
  path: string,
  source: string,
): Promise<readonly string[]> {
  const { files } = await settleErrors(await importer.read({ path, text: source }, NONE), '/nowhere');
  if (files.length === 0) return [];
  const problems = await checkFiles(files, '/nowhere');
  return [
    ...problems.flatMap(({ severity, file, line, message }) =>
      severity === 'warning' ? [] : [`${file}:${line} ${message}`],
    ),
    ...(await lintErrors(files, '/nowhere', '2026-11-29')).map(({ rule, message }) => `${rule.id} ${message}`),
  ];
}

describe('an import never throws, and what it writes always validates and passes lint', () => {
  it('of configurations of promptfoo', async () => {
    await fc.assert(
      fc.asyncProperty(config, async (written) => {
        expect(await problemsOf(promptfoo, 'a/promptfooconfig.yaml', JSON.stringify(written))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('of assertions and names that have nothing to see', async () => {
    const types = [
      'equals',
      'not-equals',
      'similar',
      'contains',
      'contains-any',
      'icontains-all',
      'rouge-n',
      'factuality',
      'llm-rubric',
    ];
    for (const value of ['', ' ', '\u0000', '\u200b', null, [], ['a', ''], ['\u200b']]) {
      const tests = types.map((type) => ({
        ...{ description: value, metadata: { of: value }, vars: { name: 'x' } },
        assert: [{ type, value, metric: value }],
      }));
      const written = { description: value, prompts: [{ raw: '{{name}}', label: value }], tests };
      expect(
        await problemsOf(promptfoo, 'a/promptfooconfig.yaml', JSON.stringify(written)),
        JSON.stringify(value),
      ).toEqual([]);
    }
  });

  const shapes = fc.oneof(json, evals, promptYml, promptObject, exported, fc.array(exported, { maxLength: 3 }));
  it.each(importers)('of anything that is to be $format', async (importer) => {
    const body = fc.tuple(shapes, text).map(([head, rest]) => `---\n${JSON.stringify(head)}\n---\n${rest}`);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          shapes.map((value) => JSON.stringify(value)),
          body,
          text,
        ),
        async (source) => {
          expect(await problemsOf(importer, 'a/b.prompt.yml', source)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of what would exhaust memory or the stack', async () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]}, `.repeat(9)}*${'abcdefg'[index]}]`)
      .join('\n')}\nprompts: *h\n`;
    const circle = 'prompts: &p [*p, hello]\n';
    const deep = `prompts: ${'['.repeat(5000)}${']'.repeat(5000)}\n`;
    for (const source of [bomb, circle, deep]) {
      for (const importer of importers) expect(await problemsOf(importer, 'promptfooconfig.yaml', source)).toEqual([]);
    }
    for (const source of [circle, deep]) {
      const { report } = await promptfoo.read({ path: 'promptfooconfig.yaml', text: source }, NONE);
      expect(report).toMatchObject([{ status: 'refused', note: 'it is nested more than 64 deep' }]);
    }
  });
});

it('checks in a folder of its own, and leaves none behind', async () => {
  const project = await makeProject({});
  expect(await checkFiles([{ path: 'prompts/a.prompt.yaml', text: 'mesages: []\n' }], project.dir)).toHaveLength(1);
  expect(await project.list()).toEqual([]);
});
