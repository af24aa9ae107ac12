import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { LlmciError } from '../../src/core/text/errors.js';
import type { Json } from '../../src/model/json.js';
import { loadProject } from '../../src/project/load.js';
import { makeProject, type Project } from '../helpers/project.js';

// Whatever is changed in a valid project, loading it either works or says what is wrong: no other error, and never a
// key that nobody knows.

const FILES: Readonly<Record<string, string>> = {
  'llmci.yaml': `providers:
  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", apiKey: env:KEY, headers: { x-team: a }, concurrency: 4, retries: 1 }
  app: { type: http, url: "http://127.0.0.1:9/chat", body: { q: "{{ ticket }}" }, output: $.a, usage: { inputTokens: $.i } }
  bot: { type: exec, command: [python3, bot.py] }
prices: { fake/model-1: { input: 1, output: $2 } }
budget: { usd: 5, tokens: 1000 }
timeout: 60s
`,
  'prompts/reply.prompt.yaml': `name: Reply
model: fake/model-1
modelParameters: { temperature: 0.2, maxTokens: 40, stop: [END], extra: { top_k: 3 } }
messages:
  - { role: system, content: "You work for {{ company }}." }
  - { role: user, content: "{{ ticket }}" }
tools:
  - { name: look-up, description: d, parameters: { type: object, properties: { id: { type: string } } } }
input:
  schema: { type: object, required: [ticket], properties: { ticket: { type: string } } }
  defaults: { company: Acme }
output: { format: json, schema: { type: object } }
owners: ["@acme/support"]
risk: low
`,
  'prompts/reply.thresholds.yaml': `gates:
  - { metric: pass, min: 0.9, where: { tags: [safety] }, decide: point, level: warn }
  - { metric: latency, stat: p95, max: 4s, confidence: 0.9, onInconclusive: warn }
confidence: 0.95
onInconclusive: fail
`,
  'evals/reply.eval.yaml': `description: Replies
prompt: reply
models: [fake/model-1, app, bot]
trials: 2
cassette: ../fixtures/c.jsonl
dataset: { path: ../fixtures/d.json, id: key, vars: { ticket: t.text }, expected: [a, b], tags: kind }
metrics:
  - { metric: contains, any: [a, b], ignoreCase: true, id: any, weight: 2, where: { tags: [safety] } }
  - { metric: regex, pattern: "^a", flags: i, not: true }
  - { metric: json, schema: { type: object }, fields: { a: 1 } }
  - { metric: numeric, tolerance: 1% }
  - { metric: latency, max: 9s }
cases:
  - { id: one, vars: { ticket: shoes }, expected: [1, 2], tags: [safety], metrics: [{ metric: length, max: 90 }] }
gates:
  - { metric: any, stat: mean, min: 50% }
`,
  'fixtures/d.json': `[
  { "key": "k1", "t": { "text": "x" }, "a": "1", "b": "2", "kind": "safety, other" },
  { "key": "k2", "t": { "text": "y" }, "a": "3", "b": "", "kind": "" }
]
`,
};
const NAMES = Object.keys(FILES);

type Step = string | number;

/** The paths of all parts of a document, the whole excepted. */
function pathsIn(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (value === null || typeof value !== 'object') return [];
  const entries: [Step, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, part]) => [[...path, key], ...pathsIn(part, [...path, key])]);
}

type Change = { readonly kind: 'drop' | 'add' | 'rename' } | { readonly kind: 'set'; readonly to: Json };

/** A copy of the document with one change at a path. */
function change(document: unknown, [step, ...rest]: readonly Step[], how: Change): unknown {
  // An earlier change may have taken away what this one would change
  if (document === null || document === undefined) return document;
  if (step === undefined) return document;
  if (Array.isArray(document)) {
    return document.flatMap((part: unknown, index): unknown[] => {
      if (index !== step) return [part];
      if (rest.length > 0) return [change(part, rest, how)];
      return how.kind === 'drop' ? [] : how.kind === 'set' ? [how.to] : [part, part];
    });
  }
  const entries = Object.entries(document as Readonly<Record<string, unknown>>).flatMap(([key, part]) => {
    if (key !== step) return [[key, part]];
    if (rest.length > 0) return [[key, change(part, rest, how)]];
    if (how.kind === 'drop') return [];
    if (how.kind === 'set') return [[key, how.to]];
    return how.kind === 'rename'
      ? [[`${key}x`, part]]
      : [
          [key, part],
          [`${key}x`, part],
        ];
  });
  return Object.fromEntries(entries);
}

const anyValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    Number.POSITIVE_INFINITY,
    '',
    ' ',
    '{{',
    '{{ nobody }}',
    '*',
    '../..',
    '/',
    '$',
    '5s',
    'env:',
    [],
    {},
    { toString: 0 },
    [[]],
    ['', ''],
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
const anyChange = fc.oneof(
  fc.record({ kind: fc.constantFrom('drop', 'add', 'rename') }) as fc.Arbitrary<Change>,
  fc.record({ kind: fc.constant('set'), to: anyValue }) as fc.Arbitrary<Change>,
);
const anyMutation = fc.constantFrom(...NAMES).chain((name) =>
  fc.record({
    name: fc.constant(name),
    path: fc.constantFrom(...pathsIn(parse(FILES[name] ?? ''))),
    how: anyChange,
  }),
);

async function load(project: Project): Promise<LlmciError | null> {
  try {
    await loadProject({ cwd: project.dir });
    return null;
  } catch (error) {
    if (error instanceof LlmciError) return error;
    throw error;
  }
}

it('the project that is changed is valid', async () => {
  expect((await load(await makeProject(FILES)))?.problems ?? []).toEqual([]);
});

it('any change is loaded, or told with a place in a file', async () => {
  const project = await makeProject(FILES);
  await fc.assert(
    fc.asyncProperty(fc.array(anyMutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const changed = new Map(NAMES.map((name) => [name, parse(FILES[name] ?? '') as unknown]));
      for (const { name, path, how } of mutations) changed.set(name, change(changed.get(name), path, how));
      for (const [name, document] of changed) {
        await project.write(name, name.endsWith('.json') ? JSON.stringify(document, null, 2) : stringify(document));
      }
      const error = await load(project);
      if (error === null) return;
      expect(error).toMatchObject({ code: 'invalid-files', exitCode: 2 });
      expect(error.problems.length).toBeGreaterThan(0);
      for (const { file, line, column, message } of error.problems) {
        expect([...NAMES, 'fixtures/c.jsonl']).toContain(file);
        const text = (await project.read(file)).split('\n');
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(text.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual((text[line - 1] ?? '').length + 1);
        expect(message).not.toMatch(/undefined(?! filter)|\[object|NaN|Invalid input|Expected |Unrecognized/);
      }
    }),
    { numRuns: 60 },
  );
}, 300_000);

it('an unknown key at any depth is told by its name, at its place', async () => {
  const project = await makeProject(FILES);
  // Where keys are the user's own: variables, schemas, columns, and what a provider is sent as it is
  const free =
    /^(?:extra|defaults|vars|headers|body|schema|parameters|properties|fields|prices|providers|fixtures\/.*)$/;
  const places = NAMES.flatMap((name) =>
    pathsIn(parse(FILES[name] ?? '')).flatMap((path) =>
      typeof path.at(-1) === 'number' || [name, ...path.slice(0, -1)].some((step) => free.test(String(step)))
        ? []
        : [{ name, path }],
    ),
  );
  expect(places.length).toBeGreaterThan(60);
  for (const { name, path } of places) {
    const key = String(path.at(-1));
    await project.write(name, stringify(change(parse(FILES[name] ?? ''), path, { kind: 'add' })));
    const error = await load(project);
    const place = (await project.read(name)).split('\n').findIndex((line) => line.includes(`${key}x:`)) + 1;
    expect(error?.problems).toContainEqual(
      expect.objectContaining({ file: name, line: place, message: `unknown key ${key}x (did you mean ${key}?)` }),
    );
    await project.write(name, FILES[name] ?? '');
  }
});

it('any text in place of a file is loaded, or told', async () => {
  const project = await makeProject(FILES);
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '- ',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a',
    '*a',
    '!x',
    '|',
    '>',
    '#',
    '\t',
    '? ',
    '---\n',
    '{{',
    '%',
    '\u0000',
    '\u{1F600}',
    'metric',
    'gates:\n',
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...NAMES), fc.array(piece, { maxLength: 30 }), async (name, pieces) => {
      await project.write(name, pieces.join(''));
      await load(project);
      await project.write(name, FILES[name] ?? '');
    }),
    { numRuns: 60 },
  );
}, 300_000);

it('any cut of a file is loaded, or told', async () => {
  const project = await makeProject(FILES);
  for (const name of NAMES) {
    const text = FILES[name] ?? '';
    for (let length = 0; length < text.length; length += 29) {
      await project.write(name, text.slice(0, length));
      await load(project);
    }
    await project.write(name, text);
  }
}, 300_000);
