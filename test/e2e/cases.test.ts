import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject, type Project } from '../helpers/project.js';

const call = (id: string, given: object) => ({
  ...{ line: 'call', id, at: '2026-11-28T10:00:00.000Z', environment: 'live', prompt: 'reply', release: 'reply@1' },
  ...{ digest: 'd', arm: 'control', rollout: null, model: 'echo/m', vars: {}, messages: null, error: null },
  ...{ answer: { text: 'ok', toolCalls: [], finishReason: 'stop' }, latencyMs: 100, usd: null, ...given },
});
const asks = (id: string, question: string, given: object = {}) => call(id, { vars: { question }, ...given });

const project = (traffic: readonly object[], files: Readonly<Record<string, string | object>> = {}) =>
  makeProject({ 'llmci.yaml': {}, 'kept.jsonl': traffic, ...files });
const cases = (made: Project, ...args: readonly string[]) =>
  runCli(['cases', 'traffic', 'kept.jsonl', '--to', 'evals/found.jsonl', ...args], { cwd: made.dir });
const rowsOf = async (made: Project) =>
  (await made.read('evals/found.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; vars: Record<string, string>; [key: string]: unknown });

describe('kept traffic becomes rows', () => {
  it('masked, with provenance, and without near duplicates', async () => {
    const made = await project([
      asks('a', 'How can I return my shoes?', {
        vars: { question: 'How can I return my shoes?', from: 'ann@acme.org' },
      }),
      asks('b', 'How can I return my shoes ?'),
      asks('c', 'Where is the nearest shop in Berlin?'),
      asks('d', 'Mail ann@acme.org and bob@acme.org', {
        answer: { text: 'ann@acme.org', toolCalls: [], finishReason: 'stop' },
      }),
      { line: 'score', call: 'd', metric: 'toxicity', value: 0.9, passed: false },
      { line: 'outcome', call: 'd', ok: null, feedback: -1 },
    ]);
    const { code, stderr } = await cases(made);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 near an earlier one, 3 taken'),
    });
    const rows = await rowsOf(made);
    expect(rows.map(({ vars }) => vars)).toContainEqual({ question: 'Mail [email-1] and [email-2]' });
    expect(rows.find(({ vars }) => vars['question']?.startsWith('Mail'))).toMatchObject({
      tags: ['live', 'failed'],
      provenance: {
        from: 'traffic',
        call: 'd',
        release: 'reply@1',
        failed: ['toxicity 0.9', 'feedback -1'],
        answer: '[email-1]',
      },
    });
    expect(await made.read('evals/found.jsonl')).not.toContain('acme.org');
  });

  it('without keys of the project and of the environment, which have no known form', async () => {
    const providers = { one: { type: 'openai', apiKey: 'env:ODD' }, two: { type: 'openai', apiKey: 'file:key' } };
    const keys = ['odd-canary-4711-x', 'file-canary-4712-y', 'groq-canary-4713-z'];
    const question = `Is ${keys.join(', ')} or ${Buffer.from(keys[0] ?? '').toString('hex')} a key?`;
    const made = await project([asks('a', question)], { 'llmci.yaml': { providers }, key: `${keys[1]}\n` });
    const args = ['cases', 'traffic', 'kept.jsonl', '--to', 'evals/found.jsonl'];
    const { code } = await runCli(args, { cwd: made.dir, env: { ODD: keys[0] ?? '', GROQ_API_KEY: keys[2] ?? '' } });
    const [{ vars } = { vars: {} }] = await rowsOf(made);
    const gone = '[redacted]';
    expect([code, vars]).toEqual([0, { question: `Is ${gone}, ${gone}, ${gone} or ${gone} a key?` }]);
  });

  it('chooses by conditions, and the smaller limit is a part of the larger', async () => {
    const traffic = Array.from({ length: 30 }, (_, n) =>
      asks(`call-${n}`, `A question about the number ${'zyxwvutsrq'[n % 10]}${n * 7919}`, {
        error: n % 3 === 0 ? 'timeout' : null,
        arm: n % 2 === 0 ? 'candidate' : 'control',
        latencyMs: n * 1000,
      }),
    );
    const ids = async (...args: readonly string[]) => {
      const made = await project(traffic);
      await cases(made, ...args);
      return (await rowsOf(made)).map(({ provenance }) => (provenance as { call: string }).call);
    };
    const failed = await ids('--where', 'failed', '--where', 'arm=candidate');
    expect(failed.every((id) => Number(id.slice(5)) % 6 === 0)).toBe(true);
    expect((await ids('--where', 'latency>20s')).every((id) => Number(id.slice(5)) > 20)).toBe(true);
    const [few, more] = [await ids('--limit', '3'), await ids('--limit', '9')];
    expect(more.slice(0, 3)).toEqual(few);
    const arms = await ids('--limit', '6', '--stratify', 'arm');
    expect(arms.filter((id) => Number(id.slice(5)) % 2 === 0)).toHaveLength(3);
  });

  it.each([
    [['--where', 'toxicity~1'], 'is none of'],
    [['--where', 'prompt<3'], 'is a text'],
    [['--where', 'toxicity>high'], 'is no number'],
    [['--stratify', 'realease'], 'did you mean release'],
  ])('refuses %j', async (args, why) => {
    const { code, stderr } = await cases(await project([asks('a', 'x')]), ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  it('writes a new file only, and none that a spreadsheet runs', async () => {
    const made = await project([asks('a', 'x')], { 'evals/found.jsonl': 'mine\n' });
    expect(await cases(made)).toMatchObject({ code: 2, stderr: expect.stringContaining('never added by themselves') });
    expect(await made.read('evals/found.jsonl')).toBe('mine\n');
    const csv = await runCli(['cases', 'traffic', 'kept.jsonl', '--to', 'evals/found.csv'], { cwd: made.dir });
    expect(csv).toMatchObject({ code: 2, stderr: expect.stringContaining('.jsonl') });
    const out = await runCli(['cases', 'traffic', 'kept.jsonl', '--to', '../found.jsonl'], { cwd: made.dir });
    expect(out.code).toBe(2);
  });
});

describe('hostile traffic', () => {
  const HOSTILE = '=HYPERLINK("http://x") {{ secret }} {% include "/etc/passwd" %} \u001b[31m ::error::x';

  it('stays data: it is asked as it was sent', async () => {
    const made = await project([asks('a', HOSTILE)], {
      'prompts/reply.prompt.yaml': { model: 'echo/m', messages: [{ role: 'user', content: '{{ question }}' }] },
      'evals/reply.eval.yaml': {
        ...{ prompt: 'reply', dataset: 'found.jsonl', metrics: [{ metric: 'contains', value: '{{ secret }}' }] },
        gates: [{ metric: 'pass', min: 1, decide: 'point' }],
      },
    });
    const { stdout } = await cases(made);
    expect(stdout).not.toContain('\u001b');
    expect((await rowsOf(made))[0]?.vars['question']).toBe(HOSTILE);
    const run = await runCli(['eval'], { cwd: made.dir });
    expect(run).toMatchObject({ code: 0 });
  });

  it('reads no file that a client names, and leaves out what is too large or says nothing', async () => {
    const made = await project([
      call('file', { messages: [{ role: 'user', content: [{ image: '../../etc/passwd' }] }] }),
      asks('huge', 'x'.repeat(300_000)),
      call('nothing', {}),
      { line: 'unknown' },
    ]);
    const { code, stderr } = await cases(made);
    expect(code).toBe(3);
    expect(stderr).toContain('has images or files');
    expect(stderr).toContain('larger than 256 KiB');
    expect(stderr).toContain('neither variables nor messages');
    expect(stderr).toContain('no line of kept traffic');
    expect(await made.list()).not.toContain('evals/found.jsonl');
  });

  it('reads what was still being written, and names lines that are broken', async () => {
    const made = await project([]);
    await made.write('kept.jsonl', `${JSON.stringify(asks('a', 'x'))}\n{broken}\n{"line":"ca`);
    const { code, stderr } = await cases(made);
    expect(code).toBe(0);
    expect(stderr).toContain('kept.jsonl:2:2 is no JSON');
    expect(stderr).not.toContain('kept.jsonl:3');
  });
});

describe('a case that came from a failure', () => {
  it('is told when it passes at its first run, until it is blessed, and its provenance is no part of it', async () => {
    const made = await project([asks('a', 'hello', { error: 'timeout' })], {
      'prompts/reply.prompt.yaml': { model: 'echo/m', messages: [{ role: 'user', content: '{{ question }}' }] },
      'evals/reply.eval.yaml': {
        ...{ prompt: 'reply', dataset: 'found.jsonl', metrics: [{ metric: 'contains', value: 'hello' }] },
        gates: [{ metric: 'pass', min: 1, decide: 'point' }],
      },
    });
    await cases(made);
    expect((await runCli(['eval'], { cwd: made.dir })).stdout).toContain('does not show the failure');
    await runCli(['bless'], { cwd: made.dir });
    const [row] = await rowsOf(made);
    await made.write('evals/found.jsonl', [{ ...row, provenance: undefined }]);
    const again = await runCli(['eval'], { cwd: made.dir });
    expect(again.stdout).not.toContain('does not show the failure');
    expect(again.stdout).not.toContain('something else now');
  });
});

describe('traces of others', () => {
  const attribute = (key: string, value: unknown) => ({
    key,
    value: { stringValue: typeof value === 'string' ? value : JSON.stringify(value) },
  });
  const span = (spanId: string, attributes: object[], more: object = {}) => ({
    ...{
      traceId: 't',
      spanId,
      name: 'chat m',
      startTimeUnixNano: '1764324000000000000',
      endTimeUnixNano: '1764324005000000000',
    },
    ...{ attributes, ...more },
  });
  const request = (...spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  it('reads OTLP by the conventions of today, and numbered attributes', async () => {
    const made = await makeProject({
      'llmci.yaml': {},
      'spans.jsonl': [
        request(
          span('1', [
            attribute('gen_ai.request.model', 'm'),
            attribute('gen_ai.input.messages', [
              { role: 'system', parts: [{ type: 'text', content: 'You help.' }] },
              { role: 'user', parts: [{ type: 'text', content: 'Where is my parcel? ann@acme.org' }] },
            ]),
            attribute('gen_ai.output.messages', [
              { role: 'assistant', parts: [{ type: 'text', content: 'Soon.' }], finish_reason: 'stop' },
            ]),
          ]),
          span('2', [attribute('http.route', '/')]),
        ),
        request(
          span(
            '3',
            [
              attribute('llm.model_name', 'm'),
              attribute('llm.input_messages.0.message.role', 'user'),
              attribute('llm.input_messages.0.message.content', 'Can I pay later?'),
            ],
            { status: { code: 2 } },
          ),
        ),
        request(span('4', [attribute('gen_ai.request.model', 'm')])),
      ],
    });
    const { code, stderr } = await runCli(['cases', 'otlp', 'spans.jsonl', '--to', 'found.jsonl'], { cwd: made.dir });
    expect(code).toBe(0);
    expect(stderr).toContain('a span of something else');
    expect(stderr).toContain('content is not captured by default');
    const text = await made.read('found.jsonl');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(2);
    expect(rows.find(({ messages }) => JSON.stringify(messages).includes('parcel'))).toMatchObject({
      messages: [{ role: 'user', content: 'Where is my parcel? [email-1]' }],
      provenance: { from: 'otlp', call: 't-1', at: '2025-11-28T10:00:00.000Z', answer: 'Soon.' },
    });
    expect(rows.find(({ messages }) => JSON.stringify(messages).includes('pay later'))).toMatchObject({
      tags: ['live', 'failed'],
      provenance: { failed: ['error: server'] },
    });
  });

  it('reads an export of Langfuse', async () => {
    const made = await makeProject({
      'llmci.yaml': {},
      'export.json': [
        {
          ...{
            id: 'trace-1',
            timestamp: '2026-11-01T10:00:00Z',
            scores: [{ name: 'helpful', value: 0, dataType: 'BOOLEAN' }],
          },
          observations: [
            { id: 'o-0', type: 'SPAN', input: 'x' },
            {
              ...{ id: 'o-1', type: 'GENERATION', promptName: 'reply', promptVersion: 7, model: 'gpt-5', latency: 1.5 },
              ...{
                input: [
                  { role: 'system', content: 'S' },
                  { role: 'user', content: 'Refund please' },
                ],
                output: { role: 'assistant', content: 'No.' },
              },
            },
          ],
        },
        { id: 'trace-2', input: { question: 'Where do you ship to?' }, output: 'Everywhere' },
      ],
    });
    const args = ['cases', 'langfuse', 'export.json', '--to', 'found.jsonl'];
    const failed = await runCli([...args, '--where', 'failed'], { cwd: made.dir });
    expect(failed.code).toBe(0);
    expect(JSON.parse(await made.read('found.jsonl'))).toMatchObject({
      messages: [{ role: 'user', content: 'Refund please' }],
      provenance: { from: 'langfuse', call: 'o-1', release: 'reply@7', failed: ['helpful 0'], answer: 'No.' },
    });
    const all = await runCli(['cases', 'langfuse', 'export.json', '--to', 'all.jsonl'], { cwd: made.dir });
    expect(all.code).toBe(0);
    expect(await made.read('all.jsonl')).toContain('"vars":{"question":"Where do you ship to?"}');
  });
});
