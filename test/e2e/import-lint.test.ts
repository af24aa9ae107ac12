import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { runImport } from '../helpers/run-import.js';

/** What an import says of a source that is not merely taken over, and the files that it writes, in which lint has no error. */
async function imported(format: string, path: string, text: string) {
  const { project, code, report, files } = await runImport(format, path, { [path]: text });
  expect(code).toBe(0);
  expect(await runCli(['lint', '--json'], { cwd: project.path('out') })).toMatchObject({ code: 0 });
  const said = report.map(
    ({ status, what, place, note }) => `${status} ${place.line}:${place.column} ${what}: ${note}`,
  );
  const texts = await Promise.all(files.map((file) => project.read(`out/${file}`)));
  return { said, text: texts.join('\n') };
}

const RETIRED =
  'openai/gpt-4 was retired on 2026-10-23: its vendor names gpt-5.6-sol instead. `llmci migrate openai/gpt-4 --to openai/gpt-5.6-sol` runs the suites on it';
const KEPT = `it stays as it is, with a comment for lint: ${RETIRED}`;
const LEFT_OUT = 'it is left out: anthropic/claude-sonnet-5 takes no temperature';

describe('what lint would call an error in an import', () => {
  it('is told where it stands in .prompt.yml', async () => {
    const source = `model: gpt-4
messages:
  - { role: user, content: "Sum up {input} \\u202Eas {{ style }}" }
testData: [{ input: a, style: b, expected: c }]
evaluators: [{ name: Has, string: { contains: c } }]
`;
    const { said, text } = await imported('github', 'a.prompt.yml', source);
    expect(said).toContain(`changed 1:8 model gpt-4: ${KEPT}`);
    expect(said.join('\n')).toMatch(
      /changed 3:3 messages: it stays as it is, with a comment for lint: \{input\} is sent/,
    );
    expect(said.join('\n')).toMatch(/changed 3:3 messages: characters that show a text in another order/);
    expect(said.join('\n')).not.toMatch(/taken (1:8|3:3) /);
    expect(text).toContain(`# llmci-ignore retired-model: as in a.prompt.yml:1. ${RETIRED}\nmodel: openai/gpt-4\n`);
    expect(text).toContain('content: Sum up {input} as {{ style }}');
  });

  it('is told of each provider of promptfoo, and of the output that it refuses', async () => {
    const source = `prompts: ["Answer {{ q }} as JSON"]
providers:
  - openai:gpt-4.1-mini
  - openai:gpt-4
  - id: anthropic:messages:claude-sonnet-5
    config: { temperature: 0, response_format: { type: json_object } }
  - id: openai:gpt-4o
    config: { response_format: { type: json_schema, json_schema: { name: a, strict: true, schema: { type: object } } } }
tests: [{ vars: { q: a }, assert: [{ type: contains, value: b }] }]
`;
    const { said, text } = await imported('promptfoo', 'promptfooconfig.yaml', source);
    expect(said).toContain(`changed 4:5 provider openai:gpt-4: ${KEPT}`);
    expect(said).toContain(`refused 6:15 parameter temperature: ${LEFT_OUT}`);
    expect(said).toContain(
      'refused 6:48 response format json_object: `output` is left out: Anthropic has no JSON without a schema: give output.schema',
    );
    expect(said.join('\n')).toMatch(
      /changed 8:32 response format json_schema: `output` with `strict: false`: strict mode/,
    );
    expect(text).not.toContain('temperature');
  });

  it('is left out of prompts of Langfuse, of each where it stands', async () => {
    const source = `[
  { "name": "a", "version": 1, "labels": ["production"], "prompt": "Answer {{q}}",
    "config": { "model": "claude-sonnet-5", "temperature": 0 } },
  { "name": "b", "version": 1, "labels": ["production"], "prompt": "Answer {{q}}",
    "config": { "model": "claude-haiku-4-5", "temperature": 0 } }
]`;
    const { said, text } = await imported('langfuse', 'export.json', source);
    expect(said).toContain(`refused 3:45 parameter temperature: ${LEFT_OUT}`);
    expect(said).toContain('taken 5:46 parameter temperature: ');
    expect(text.match(/temperature/g)).toHaveLength(1);
  });

  it('is left out of prompt objects and evals of OpenAI', async () => {
    const source = `{
  "eval": { "name": "e", "testing_criteria": [] },
  "runs": [{ "data_source": { "model": "o3", "sampling_params": { "seed": 7, "temperature": 0.2 },
    "input_messages": { "type": "template", "template": [{ "role": "user", "content": "Say {{item.a}}" }] },
    "source": { "type": "file_content", "content": [{ "item": { "a": "x" } }] } } }]
}`;
    const { said } = await imported('openai', 'eval.json', source);
    expect(said.join('\n')).toMatch(
      /refused 3:78 parameter temperature: it is left out: openai\/o3 takes no temperature/,
    );
    const object = '{ "id": "pmpt_1", "model": "gpt-4", "instructions": "Be kind to {{name}}" }';
    expect((await imported('openai', 'prompt.json', object)).said).toContain(`changed 1:28 model: ${KEPT}`);
  });

  it('is told of heads: Dotprompt and Prompty', async () => {
    const head = `---
model: anthropic/claude-sonnet-5
config: { temperature: 0.4 }
input: { default: { tone: "{{mood}}" } }
output: { format: json, schema: { type: object, properties: { a: { type: string } } } }
---
Answer {{q}} in a {{tone}} tone
`;
    const { said, text } = await imported('dotprompt', 'a.prompt', head);
    expect(said).toContain(`refused 3:11 parameter temperature: ${LEFT_OUT}`);
    expect(said.join('\n')).toMatch(
      /changed 4:19 input.defaults.tone: it stays as it is, with a comment for lint: the value of tone/,
    );
    expect(said.join('\n')).toMatch(/refused 5:33 schema: `output` is left out: Anthropic needs/);
    expect(text).toMatch(/# llmci-ignore template-in-value: as in a\.prompt:4\./);
    const prompty = '---\nmodel: { id: gpt-4, options: { seed: 7 } }\n---\nsystem:\nBe kind to {{name}}\n';
    expect((await imported('prompty', 'a.prompty', prompty)).said).toContain(`changed 2:14 model gpt-4: ${KEPT}`);
  });

  it('is a key that is not written, and is told where the source holds it', async () => {
    const key = `ghp_${'x7Qw9ZrT2mLk4VbN8pYs'}1dFgH3jKc5uEa6oI`;
    const address = `postgres://orders:Kq7${'vX2mP9'}zT4@db.acme.io:5432/shop`;
    const source = `messages:\n  - { role: system, content: "Ask ${address} with ${key}" }\n  - { role: user, content: "{{ q }}" }\n`;
    const { said, text } = await imported('github', 'a.prompt.yml', source);
    expect(said.join('\n')).toMatch(/refused 2:35 password in an address: \[redacted\] stands in its place/);
    expect(said.join('\n')).toMatch(/refused 2:92 key \(github\): \[redacted\] stands in its place/);
    expect(text).toContain('Ask [redacted]:5432/shop with [redacted]');
  });
});
