import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../src/cli/import/check-files.js';
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
      '{{ a.b | upper }}',
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
          'echo',
          'python:x.py',
          'http://a.b/c',
        ),
        text,
        fc.record({ id: fc.oneof(fc.constant('openai:x'), text), config: json }),
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

/** Problems of the files that an import makes of a source. */
async function problemsOf(
  importer: (typeof importers)[number],
  path: string,
  source: string,
): Promise<readonly string[]> {
  const { files } = await importer.read({ path, text: source }, NONE);
  const problems = files.length > 0 ? await checkFiles(files, '/nowhere') : [];
  return problems.flatMap(({ severity, file, line, message }) =>
    severity === 'warning' ? [] : [`${file}:${line} ${message}`],
  );
}

describe('an import never throws, and what it writes always validates', () => {
  it('of configurations of promptfoo', async () => {
    await fc.assert(
      fc.asyncProperty(config, async (written) => {
        expect(await problemsOf(promptfoo, 'a/promptfooconfig.yaml', JSON.stringify(written))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  const shapes = fc.oneof(
    json,
    fc.record({
      messages: json,
      model: text,
      testData: fc.array(json),
      evaluators: fc.array(json),
      modelParameters: json,
    }),
    fc.record({ name: text, prompt: json, config: json, labels: json, version: json }),
    fc.record({ testing_criteria: fc.array(json), data_source: json }),
  );
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
      { numRuns: 25 },
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
  });
});

it('checks in a folder of its own, and leaves none behind', async () => {
  const project = await makeProject({});
  expect(await checkFiles([{ path: 'prompts/a.prompt.yaml', text: 'mesages: []\n' }], project.dir)).toHaveLength(1);
  expect(await project.list()).toEqual([]);
});
