import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chatAnswer, startGateway } from '../helpers/gateway.js';
import { makeServedProject, type ServedProject } from '../helpers/served-project.js';
import { complaintsAbout } from '../helpers/strict-readers.js';

// Half of a character is no error to JavaScript, and ends other readers of JSON.

const HALF = '\ud800';

/** Every JSON text that llmci has left in a project, or printed: one a line, or the whole file. */
async function jsonTexts({ project }: ServedProject): Promise<readonly (readonly [name: string, text: string])[]> {
  const entries = await readdir(project.dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts: (readonly [string, string])[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    if (file.endsWith('.jsonl'))
      texts.push(
        ...text
          .trimEnd()
          .split('\n')
          .map((line) => [file, line] as const),
      );
    else if (file.endsWith('.json')) texts.push([file, text]);
    else if (/cache.[0-9a-f]{2}./.test(file)) texts.push([file, text.slice(text.indexOf('\n') + 1)]);
  }
  return texts;
}

it('half of a character in an answer: every JSON that is written is read by strict readers', async () => {
  const served = await makeServedProject(
    {
      respond: () => ({
        kind: 'text',
        text: `ok ${HALF}`,
        toolCalls: [{ name: 'find', arguments: { [`key${HALF}`]: [HALF] } }],
      }),
    },
    {
      cases: ['ok 1'],
      suite: { cassette: '../fixtures/reply.jsonl', cases: [{ id: 'a', vars: { ticket: `ok ${HALF}` } }] },
    },
  );
  const printed: [string, string][] = [];
  const run = async (...args: readonly string[]) => {
    const { stdout, code, stderr } = await served.llmci(args);
    expect([args, code, stderr]).toEqual([args, 0, expect.any(String)]);
    printed.push([args.join(' '), stdout]);
  };
  await run('eval', '--json');
  await run('eval', '--record', '--json', '--reporter', 'json=report.json');
  await run('bless', '--force');
  await run('eval', '--shard', '1/1', '--json');
  await run('compare', 'latest', 'evals/reply.baseline.json', '--json');
  await run('compare', 'latest', 'latest', '--json');
  await run('runs', '--json');
  await run('plan', '--json');
  const texts = [...printed.filter(([, text]) => /^[[{]/.test(text)), ...(await jsonTexts(served))];
  expect(texts.length).toBeGreaterThan(12);
  for (const [name, text] of texts) {
    expect([name, JSON.stringify(JSON.parse(text)).includes('\\ud8')]).toEqual([name, false]);
  }
  expect(complaintsAbout(texts.map(([, text]) => text))).toEqual([]);
}, 60_000);

it('half of a character in what a client sends and a service answers: a gateway passes none on', async () => {
  const tokens = { LLMCI_ADMIN_TOKENS: `ops:${'a'.repeat(30)}` };
  const gateway = await startGateway(
    { hello: { model: 'gpt/m', messages: [{ role: 'user', content: '{{ n }}' }] } },
    tokens,
  );
  const { answerWith, asked, project, send, stop } = gateway;
  answerWith((_, response) =>
    chatAnswer(response, {
      content: HALF,
      tool_calls: [
        { id: 'c', type: 'function', function: { name: `f${HALF}`, arguments: JSON.stringify({ [HALF]: HALF }) } },
      ],
    }),
  );
  const admin = { authorization: `Bearer ${'a'.repeat(30)}` };
  const variables = { n: `${HALF} \ud83d\ude00` };
  const answers = [
    await send('/v1/chat/completions', { prompt: { id: 'hello', variables } }),
    await send('/v1/responses', { prompt: { id: 'hello', variables }, input: HALF }),
    await send('/v1/prompts/hello/render', { variables }),
    await send('/v1/responses', { prompt: { id: HALF } }),
    await send('/-/rollback', { prompt: 'hello', to: 1, reason: HALF }, admin),
    await send('/-/pause', { [HALF]: 1 }, admin),
  ];
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  texts.push(...(await project.read('releases/environments/live.jsonl')).trimEnd().split('\n'));
  expect(JSON.stringify(asked.map(({ body }) => body['messages']))).toContain('\ufffd \ud83d\ude00');
  for (const text of [...texts, ...asked.map(({ body }) => JSON.stringify(body))])
    expect(JSON.stringify(JSON.parse(text))).not.toMatch(/\\ud8/);
  expect(complaintsAbout(texts)).toEqual([]);
  expect((await stop()).code).toBe(0);
}, 60_000);
