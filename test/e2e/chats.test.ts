import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeProject } from '../helpers/project.js';

// Conversations that are data: the echo provider answers with the last message of the user, `show` tells what was sent.

const suite = { prompt: 'p', metrics: [{ metric: 'contains' }], gates: [{ metric: 'pass', min: 1, decide: 'point' }] };

async function run(files: Readonly<Record<string, string | object>>, ...args: readonly string[]) {
  const project = await makeProject(files);
  const result = await runCli(['eval', '--no-cache', ...args], { cwd: project.dir });
  const shown = await runCli(['show', '*', '--json'], { cwd: project.dir });
  const cases = shown.code === 0 ? (JSON.parse(shown.stdout) as { cases: { messages: object[] | null }[] }).cases : [];
  return { ...result, sent: cases.map(({ messages }) => messages) };
}

describe('history', () => {
  const chat = [
    { role: 'user', content: 'Where is my parcel?' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'x9', type: 'function', function: { name: 'find', arguments: '{"id": 7}' } }],
    },
    { role: 'tool', tool_call_id: 'x9', content: 'on its way' },
    { role: 'assistant', content: 'On its way.' },
    { role: 'user', content: 'Thanks, and the second?' },
  ];
  const sent = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Where is my parcel?' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', name: 'find', arguments: { id: 7 } }] },
    { role: 'tool', toolCallId: 'call_1', content: 'on its way' },
    { role: 'assistant', content: 'On its way.' },
    { role: 'user', content: 'Thanks, and the second?' },
  ];

  it.each(['{{ chat }}', '{{ vars.chat }}', 'chat'])('%s stands for the messages of a variable', async (history) => {
    const found = await run({
      'prompts/p.prompt.yaml': { model: 'echo', messages: [{ role: 'system', content: 'Be brief.' }, { history }] },
      'evals/p.eval.yaml': { ...suite, cases: [{ vars: { chat }, expected: 'second' }] },
    });
    expect([found.code, found.stderr]).toEqual([0, '']);
    expect(found.sent).toEqual([sent]);
  });

  it('takes what ShareGPT and a JSON text hold', async () => {
    const found = await run({
      'prompts/p.prompt.yaml': { model: 'echo', messages: [{ history: 'chat' }] },
      'evals/p.eval.yaml': {
        ...suite,
        cases: [
          { vars: { chat: { conversations: [{ from: 'human', value: 'Say yes' }] } }, expected: 'yes' },
          { vars: { chat: JSON.stringify([{ role: 'user', content: 'Say yes too' }]) }, expected: 'yes' },
        ],
      },
    });
    expect([found.code, found.sent]).toEqual([
      0,
      [[{ role: 'user', content: 'Say yes' }], [{ role: 'user', content: 'Say yes too' }]],
    ]);
  });

  it('that holds no messages is told at its place, before anything is sent', async () => {
    const found = await run({
      'prompts/p.prompt.yaml': { model: 'echo', messages: [{ history: 'chat' }] },
      'evals/p.eval.yaml': {
        ...suite,
        cases: [{ vars: { chat: [{ role: 'tool', content: 'a result of nothing' }] }, expected: 'x' }],
      },
    });
    expect(found.code).toBe(2);
    expect(found.stderr).toMatch(/:\d+:\d+ .*a result of a tool, but every call before it has its result/);
  });
});

describe('messages of a prompt', () => {
  it('may call tools, have their results, and parts that are texts', async () => {
    const found = await run({
      'prompts/p.prompt.yaml': {
        model: 'echo',
        messages: [
          { role: 'user', content: [{ text: 'Where is {{ order }}?' }] },
          { role: 'assistant', toolCalls: [{ name: 'find', arguments: { order: 7 } }] },
          { role: 'tool', content: 'shipped' },
          { role: 'user', content: 'And {{ order }} now?' },
        ],
      },
      'evals/p.eval.yaml': { ...suite, cases: [{ vars: { order: 'A-1' }, expected: 'A-1 now' }] },
    });
    expect([found.code, found.stderr]).toEqual([0, '']);
    expect(found.sent[0]).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Where is A-1?' }] },
      { role: 'assistant', content: '', toolCalls: [{ id: 'call_1', name: 'find', arguments: { order: 7 } }] },
      { role: 'tool', toolCallId: 'call_1', content: 'shipped' },
      { role: 'user', content: 'And A-1 now?' },
    ]);
  });
});

describe('messages with files', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex').toString('latin1');
  const held = { mediaType: 'image/png', bytes: 12, digest: expect.stringMatching(/^[0-9a-f]{64}$/) };
  const look = [{ role: 'user', content: [{ image: 'cat.png' }, { text: 'What is it?' }] }];

  it('are shown and reported by what they are, without the bytes', async () => {
    const project = await makeProject({
      'prompts/p.prompt.yaml': { model: 'echo', messages: [{ history: 'chat' }] },
      'evals/p.eval.yaml': { ...suite, cases: [{ vars: { chat: look }, expected: 'What is it?' }] },
    });
    await writeFile(join(project.dir, 'cat.png'), Buffer.from(png, 'latin1'));
    const ran = await runCli(['eval', '--no-cache', '--reporter', 'html=r.html'], { cwd: project.dir });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const shown = await runCli(['show', '*', '--json'], { cwd: project.dir });
    expect(JSON.parse(shown.stdout).cases[0].messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', name: 'cat.png', ...held },
          { type: 'text', text: 'What is it?' },
        ],
      },
    ]);
  });

  it('that are not there are told for every case, whatever else is wrong', async () => {
    const chats = [[{ role: 'tool', content: 'x' }], look, [{ role: 'user', content: [{ image: '../cat.png' }] }]];
    const found = await run({
      'prompts/p.prompt.yaml': { model: 'echo', messages: [{ history: 'chat' }] },
      'evals/p.eval.yaml': { ...suite, cases: chats.map((chat) => ({ vars: { chat }, expected: 'x' })) },
    });
    expect(found.code).toBe(2);
    expect(found.stderr).toContain('case case-1: message 1, toolCallId: a result of a tool');
    expect(found.stderr).toContain('case case-2: image there is no file cat.png');
    expect(found.stderr).toContain('case case-3: image ../cat.png leads out of the project');
  });
});

it('the messages of a case are shown as they were sent', async () => {
  const found = await run({
    'prompts/p.prompt.yaml': { model: 'echo', messages: [{ role: 'system', content: 'Be brief.' }] },
    'evals/p.eval.yaml': { ...suite, cases: [{ messages: [{ role: 'user', content: 'Say yes' }], expected: 'yes' }] },
  });
  expect([found.code, found.sent]).toEqual([
    0,
    [
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say yes' },
      ],
    ],
  ]);
});
