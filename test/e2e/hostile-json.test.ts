import { describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../src/model/run-record.js';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// JSON of a model that nobody could walk, or that says two things at once, is a matter of its sample and of no other.

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** What became of each case when a program answers with these lines, one a case. */
async function evaluate(answers: Readonly<Record<string, string>>, suite: string) {
  const project = await makeProject({
    'bot.mjs': `import { readFileSync } from 'node:fs';
let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('end', () => {
  process.stdout.write(readFileSync(JSON.parse(input).vars.which + '.txt', 'utf8'));
});`,
    'llmci.yaml': { providers: { bot: { type: 'exec', command: [process.execPath, 'bot.mjs'] } } },
    'prompts/ask.prompt.yaml': { model: 'bot', messages: [{ role: 'user', content: '{{ which }}' }] },
    'evals/ask.eval.yaml': `prompt: ask
cases: [${Object.keys(answers)
      .map((id) => `{ id: ${id}, vars: { which: ${id} } }`)
      .join(', ')}]
${suite}`,
    ...Object.fromEntries(Object.entries(answers).map(([id, text]) => [`${id}.txt`, text])),
  });
  const { code, stdout, stderr } = await runCli(['eval', '--json'], { cwd: project.dir });
  if (!stdout.startsWith('{')) throw new Error(stdout + stderr);
  const { results } = runRecordSchema.parse(JSON.parse(stdout));
  const outcomes = Object.fromEntries(
    results.map(({ case: id, error, scores }) => [id, error?.kind ?? scores.map(({ value }) => value)]),
  );
  const reasons = Object.fromEntries(
    results.map(({ case: id, error, scores }) => [id, error?.message ?? scores.map(({ reason }) => reason).join('; ')]),
  );
  return { code, outcomes, reasons };
}

const text = (value: string) => JSON.stringify({ text: value });
const call = (args: string) => `{"text": "", "toolCalls": [{"name": "f", "arguments": ${args}}]}`;

describe('keys that are given twice', () => {
  it('are no JSON for json and json-similarity', async () => {
    const { outcomes, reasons } = await evaluate(
      {
        once: text('{"state": "open"}'),
        twice: text('{"state": "shut", "state": "open"}'),
        escaped: text(String.raw`{"state": "shut", "st\u0061te": "open"}`),
        within: text('{"state": "open", "list": [{"a": 1, "a": 1}]}'),
        proto: text('{"state": "open", "__proto__": {"state": "open"}}'),
        fenced: text('```json\n{"state": "shut", "state": "open"}\n```'),
      },
      `metrics:
  - { metric: json }
  - { metric: json, id: fields, fields: { state: open } }
  - { metric: json, id: schema, schema: { type: object } }
gates: [{ metric: pass, min: 0 }]
`,
    );
    const no = [0, 0, 0];
    expect(outcomes).toEqual({ once: [1, 1, 1], twice: no, escaped: no, within: no, proto: no, fenced: no });
    expect(reasons['escaped']).toContain('is not JSON: duplicate key state');
  });
});

describe('JSON that is nested without end', () => {
  it('costs its sample a score, and the run nothing', async () => {
    const { outcomes, reasons, code } = await evaluate(
      { plain: text('{"a":1}'), deep: text(nested(100_000)), list: text('['.repeat(100_000)) },
      `metrics: [{ metric: json }, { metric: json, id: schema, schema: { type: object } }]
gates: [{ metric: json, min: 0 }]
`,
    );
    expect(outcomes).toEqual({ plain: [1, 1], deep: [null, null], list: [null, null] });
    expect(reasons['deep']).toContain('the output cannot be judged: it is nested more than 100 deep');
    expect(code).toBe(3);
  });

  it('is an error of the sample as what a program or a tool call says', async () => {
    const { outcomes, reasons } = await evaluate(
      {
        plain: call('{"a": 1}'),
        deep: call(nested(1500)),
        deeper: call(nested(100_000)),
        twice: '{"text": "a", "text": "b"}',
        wide: `{"text": "", "toolCalls": [${'7,'.repeat(200_000)}7]}`,
      },
      `metrics: [{ metric: finish }]
gates: [{ metric: pass, min: 0 }]
`,
    );
    const none = 'bad-response';
    expect(outcomes).toEqual({ plain: [null], deep: none, deeper: none, twice: none, wide: none });
    expect(reasons['deep']).toContain('nested more than 100 deep');
    expect(reasons['twice']).toContain('duplicate key text');
  });
});
