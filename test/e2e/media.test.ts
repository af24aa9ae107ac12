import { readFile, writeFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import type { Anthropic } from '@anthropic-ai/sdk';
import type { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeMediaProject, PDF, PNG, startMediaServer, WAV } from '../helpers/media-project.js';

// Images, files and recordings on their way to services, in the shapes that the vendors' own SDKs have types for.

const LINK = 'https://example.com/cat.png';
const image = { image: 'media/cat.png', detail: 'high' };
const dataUrl = (type: string, bytes: Buffer) => `data:${type};base64,${bytes.toString('base64')}`;
const text = { text: 'What is it?' };
const evaluate = (cwd: string, ...args: readonly string[]) => runCli(['eval', '--no-cache', ...args], { cwd });

describe('what a service is sent', () => {
  it('in Chat Completions', async () => {
    const { url, calls } = await startMediaServer();
    const parts = [
      text,
      image,
      { image: LINK },
      { file: 'media/terms.pdf' },
      { file: dataUrl('application/pdf', PDF) },
      { audio: 'media/hello.wav' },
    ];
    const { dir } = await makeMediaProject(parts, { type: 'openai', baseUrl: `${url}/v1` });
    const result = await evaluate(dir);
    expect([result.code, result.stderr]).toEqual([0, '']);
    const sent: OpenAI.Chat.ChatCompletionContentPart[] = [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: dataUrl('image/png', PNG), detail: 'high' } },
      { type: 'image_url', image_url: { url: LINK } },
      { type: 'file', file: { filename: 'terms.pdf', file_data: dataUrl('application/pdf', PDF) } },
      { type: 'file', file: { filename: 'file.pdf', file_data: dataUrl('application/pdf', PDF) } },
      { type: 'input_audio', input_audio: { data: WAV.toString('base64'), format: 'wav' } },
    ];
    expect(calls.map(({ body }) => body['messages'])).toEqual([[{ role: 'user', content: sent }]]);
    const [shown] = JSON.parse((await runCli(['show', 'one', '--json'], { cwd: dir })).stdout).cases;
    expect(shown.trials[0].output.usage).toMatchObject({ inputTokens: 900, imageTokens: 765, audioTokens: 12 });
  });

  it('in the Responses API', async () => {
    const { url, calls } = await startMediaServer();
    const parts = [text, image, { image: LINK }, { file: 'media/terms.pdf' }, { file: 'https://example.com/t.pdf' }];
    const { dir } = await makeMediaProject(parts, { type: 'openai', baseUrl: `${url}/v1`, api: 'responses' });
    const result = await evaluate(dir);
    expect([result.code, result.stderr]).toEqual([0, '']);
    const content: OpenAI.Responses.ResponseInputContent[] = [
      { type: 'input_text', text: 'What is it?' },
      { type: 'input_image', image_url: dataUrl('image/png', PNG), detail: 'high' },
      { type: 'input_image', image_url: LINK, detail: 'auto' },
      { type: 'input_file', filename: 'terms.pdf', file_data: dataUrl('application/pdf', PDF) },
      { type: 'input_file', file_url: 'https://example.com/t.pdf' },
    ];
    expect(calls.map(({ body }) => body['input'])).toEqual([[{ role: 'user', content }]]);
  });

  it('in Messages of Anthropic', async () => {
    const { url, calls } = await startMediaServer();
    const parts = [
      text,
      image,
      { image: LINK },
      { file: 'media/terms.pdf' },
      { file: 'https://example.com/t.pdf' },
      { file: 'media/notes.md' },
      { file: 'media/cat.png' },
    ];
    const { dir } = await makeMediaProject(parts, { type: 'anthropic', baseUrl: url });
    const result = await evaluate(dir);
    expect([result.code, result.stderr]).toEqual([0, '']);
    const png = { type: 'base64', media_type: 'image/png', data: PNG.toString('base64') } as const;
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'text', text: 'What is it?' },
      { type: 'image', source: png },
      { type: 'image', source: { type: 'url', url: LINK } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: PDF.toString('base64') },
        title: 'terms.pdf',
      },
      { type: 'document', source: { type: 'url', url: 'https://example.com/t.pdf' } },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: '# Notes\n' },
        title: 'notes.md',
      },
      { type: 'image', source: png },
    ];
    expect(calls.map(({ body }) => body['messages'])).toEqual([[{ role: 'user', content }]]);
  });

  it('to an application: what it is, with its bytes', async () => {
    const { url, calls } = await startMediaServer();
    const provider = { type: 'http', url: `${url}/ask`, body: { asked: '{{ messages }}' }, output: '$.answer' };
    const { dir } = await makeMediaProject([text, { image: 'media/cat.png' }], provider);
    expect((await evaluate(dir)).code).toBe(0);
    expect(calls[0]?.body['asked']).toMatchObject([
      { content: [{ type: 'text' }, { type: 'image', mediaType: 'image/png', data: PNG.toString('base64') }] },
    ]);
  });

  it.each(['process', 'lines'])('to a program (%s): the path of a file, and the bytes of a data: URL', async (mode) => {
    const provider = { type: 'exec', command: [process.execPath, 'bot.mjs'], mode, version: 'env:HOME' };
    const parts = [{ image: 'media/cat.png' }, { file: dataUrl('application/pdf', PDF) }];
    const project = await makeMediaProject(parts, provider);
    await project.write(
      'bot.mjs',
      `import { createInterface } from 'node:readline';
       import { readFileSync } from 'node:fs';
       for await (const line of createInterface({ input: process.stdin })) {
         const { id, messages } = JSON.parse(line);
         const [one, two] = messages[0].content;
         const same = readFileSync(one.path).length === one.bytes && Buffer.from(two.data, 'base64').length === two.bytes;
         console.log(JSON.stringify({ id, text: same ? 'a cat' : 'no' }));
       }`,
    );
    const result = await evaluate(project.dir);
    expect([result.code, result.stderr]).toEqual([0, '']);
  });
});

it('a provider of the project gets the bytes that it asks for, in its thread', async () => {
  const project = await makeMediaProject([image], { type: './vision.mjs' });
  await project.write(
    'vision.mjs',
    `export default {
       type: 'vision', describe: 'Counts bytes.', config: {}, identity: () => ({}),
       create: () => ({
         complete: async ({ messages }, { media }) => {
           const [part] = messages[0].content;
           const { bytes, path } = await media(part.digest);
           const text = bytes.length === part.bytes && path.endsWith('cat.png') ? 'a cat' : 'no';
           return { text, toolCalls: [], usage: { inputTokens: 1, outputTokens: 1 }, finishReason: 'stop', servedModel: null };
         },
       }),
     };`,
  );
  const result = await evaluate(project.dir);
  expect([result.code, result.stderr]).toEqual([0, '']);
});

describe('what a service does not take is told before anything is sent', () => {
  it.each([
    ['anthropic', {}, { audio: 'media/hello.wav' }, 'the Anthropic API takes no recordings'],
    ['openai', { api: 'responses' }, { audio: 'media/hello.wav' }, 'the Responses API takes no recordings'],
    ['openai', {}, { audio: 'https://example.com/a.wav' }, 'takes no link to a recording'],
  ])('%s %j %j', async (type, entry, part, message) => {
    const { url, calls } = await startMediaServer();
    const baseUrl = type === 'openai' ? `${url}/v1` : url;
    const { dir } = await makeMediaProject([text, part], { type, baseUrl, ...entry });
    const result = await runCli(['validate'], { cwd: dir });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/evals\/look\.eval\.yaml:\d+:\d+ +case one: svc\/m cannot be asked this: /);
    expect(result.stderr).toContain(message);
    expect((await evaluate(dir)).code).toBe(2);
    expect(calls).toEqual([]);
  });

  it('a message of the system holds texts only', async () => {
    const project = await makeMediaProject([text], { type: 'anthropic', baseUrl: 'http://127.0.0.1:9' });
    await project.write('prompts/look.prompt.yaml', {
      model: 'svc/m',
      messages: [
        { role: 'system', content: [{ image: 'media/cat.png' }] },
        { role: 'user', content: 'What is it?' },
      ],
    });
    const result = await runCli(['validate'], { cwd: project.dir });
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining('put it into a message of the user')]);
  });
});

describe('files that change', () => {
  it('between loading and the call are an error of the sample', async () => {
    let project: Awaited<ReturnType<typeof makeMediaProject>>;
    const { url, calls } = await startMediaServer(() =>
      writeFile(project.path('media/cat.png'), Buffer.concat([PNG, PNG])),
    );
    const cases = ['one', 'two'].map((id) => ({ id, vars: { n: id }, expected: 'cat' }));
    const provider = { type: 'openai', baseUrl: `${url}/v1`, concurrency: 1 };
    project = await makeMediaProject([{ text: '{{ n }}' }, { image: 'media/cat.png' }], provider, { cases });
    const result = await evaluate(project.dir);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('media/cat.png has changed since it was read for this run');
    expect(calls).toHaveLength(1);
  });

  it('change the key: a recording of another image answers nothing', async () => {
    const { url, calls } = await startMediaServer();
    const cassette = { cassette: '../fixtures/look.cassette.jsonl' };
    const project = await makeMediaProject([image, text], { type: 'openai', baseUrl: `${url}/v1` }, cassette);
    expect((await evaluate(project.dir, '--record')).code).toBe(0);
    expect((await evaluate(project.dir, '--replay')).code).toBe(0);
    await writeFile(project.path('media/cat.png'), Buffer.concat([PNG, PNG]));
    const replayed = await evaluate(project.dir, '--replay');
    expect([replayed.code, calls.length]).toEqual([3, 1]);
  });

  it('are named when a run that was cut off goes on, or its parts are merged', async () => {
    const { url } = await startMediaServer();
    const cases = ['one', 'two'].map((id) => ({ id, vars: { n: id }, expected: 'cat' }));
    const parts = [{ text: '{{ n }}' }, { image: 'media/cat.png' }];
    const project = await makeMediaProject(parts, { type: 'openai', baseUrl: `${url}/v1` }, { cases });
    for (const part of [1, 2])
      expect((await evaluate(project.dir, '--shard', `${part}/2`, '--shard-file', `${part}.jsonl`)).code).toBe(0);
    expect((await runCli(['merge', '1.jsonl', '2.jsonl'], { cwd: project.dir })).code).toBe(0);
    await writeFile(project.path('media/cat.png'), Buffer.concat([PNG, PNG]));
    const merged = await runCli(['merge', '1.jsonl', '2.jsonl'], { cwd: project.dir });
    expect([merged.code, merged.stderr]).toEqual([2, expect.stringContaining('the cases of suite look have changed')]);
  });
});

it('a run that stopped goes on with the same images, and not with others', async () => {
  const { url, calls } = await startMediaServer();
  const cases = ['one', 'two'].map((id) => ({ id, vars: { n: id }, expected: 'cat' }));
  const parts = [{ text: '{{ n }}' }, { image: 'media/cat.png' }];
  const suite = { cases, budget: { calls: 1 } };
  const project = await makeMediaProject(parts, { type: 'openai', baseUrl: `${url}/v1` }, suite);
  expect((await evaluate(project.dir)).code).toBe(3);
  const evals = await project.read('evals/look.eval.yaml');
  await project.write('evals/look.eval.yaml', evals.replace(/calls: 1/, 'calls: 5'));
  await writeFile(project.path('media/cat.png'), Buffer.concat([PNG, PNG]));
  const changed = await runCli(['eval', '--resume'], { cwd: project.dir });
  expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('the cases of suite look have changed')]);
  await writeFile(project.path('media/cat.png'), PNG);
  expect((await runCli(['eval', '--resume'], { cwd: project.dir })).code).toBe(0);
  expect(calls).toHaveLength(2);
});

it('a source that is bytes is not repeated in the message about it', async () => {
  const bytes = Buffer.alloc(3000, 7).toString('base64');
  const project = await makeMediaProject([{ image: bytes }, text], { type: 'echo' });
  const result = await runCli(['validate'], { cwd: project.dir });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('written as a data: URL');
  expect(result.stderr.length).toBeLessThan(1000);
});

describe('bytes are in no file that a run writes', () => {
  const suite = { cassette: '../fixtures/look.cassette.jsonl' };
  const reports = ['html=r.html', 'json=r.json', 'junit=r.xml', 'markdown=r.md'].flatMap((each) => [
    '--reporter',
    each,
  ]);
  const png = PNG.toString('base64');

  async function expectNoBytes(parts: readonly object[], changes: object, promptFile: object = {}) {
    const { url } = await startMediaServer();
    const project = await makeMediaProject(parts, { type: 'openai', baseUrl: `${url}/v1` }, { ...suite, ...changes });
    if ('messages' in promptFile) await project.write('prompts/look.prompt.yaml', { model: 'svc/m', ...promptFile });
    const result = await runCli(['eval', '--record', ...reports], { cwd: project.dir });
    expect(result.stderr).not.toContain('error:');
    expect([0, 1]).toContain(result.code);
    const shown = await runCli(['show', '*'], { cwd: project.dir });
    const said = [result.stdout, result.stderr, shown.stdout];
    const written = (await project.list()).filter((path) => !/^(?:media|prompts)\/|\.eval\.yaml$/.test(path));
    const texts = await Promise.all(written.map((path) => readFile(project.path(path), 'utf8')));
    for (const [place, text] of [...texts, ...said].entries())
      for (const bytes of [png, PDF.toString('base64'), WAV.toString('base64')])
        expect(text.includes(bytes.slice(0, 24)), written[place] ?? 'stream').toBe(false);
    // Reports pack what the page shows
    expect(inflated(texts[written.indexOf('r.html')] ?? '')).not.toContain(png.slice(0, 24));
    return { project, result };
  }

  it('of files and data: URLs in prompts', async () => {
    await expectNoBytes([image, { file: 'media/terms.pdf' }, { file: dataUrl('application/pdf', PDF) }, text], {});
  });

  it.each<[string, object]>([
    ['a data: URL', { picture: dataUrl('image/png', PNG) }],
    ['one in the middle of a text', { picture: dataUrl('image/png', PNG), note: `![](${dataUrl('image/png', PNG)})` }],
  ])('of %s in a variable', async (_, vars) => {
    const cases = [{ id: 'one', vars, expected: ['cat', dataUrl('image/png', PNG)] }];
    const names = Object.keys(vars).filter((name) => name !== 'picture');
    const others = names.map((name) => ({ text: `{{ ${name} }}` }));
    await expectNoBytes([{ image: '{{ picture }}' }, text, ...others], { cases });
  });

  it('of chats in the words of services, with turns that say more', async () => {
    const content = [
      { type: 'image_url', image_url: { url: dataUrl('image/png', PNG) } },
      { type: 'input_audio', input_audio: { data: WAV.toString('base64'), format: 'wav' } },
      { type: 'file', file: { file_data: PDF.toString('base64'), filename: 'a.pdf' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
    ];
    const chat = [{ role: 'user', content }];
    const cases = [
      { id: 'list', vars: { chat }, expected: 'cat' },
      { id: 'text', vars: { chat: JSON.stringify(chat) }, expected: 'cat' },
      { id: 'own', messages: chat, vars: { chat: [] }, expected: 'no such thing' },
      {
        id: 'turns',
        vars: { chat, picture: dataUrl('image/png', PNG) },
        turns: [{ user: 'And {{ picture }}?' }],
        expected: 'cat',
      },
    ];
    await expectNoBytes([], { cases }, { messages: [{ history: 'chat' }] });
  });

  it('and another picture is another question when outputs are scored anew', async () => {
    const { project } = await expectNoBytes([image, text], {});
    const first = await runCli(['rescore', 'latest'], { cwd: project.dir });
    expect([first.code, first.stderr]).toEqual([0, expect.any(String)]);
    await writeFile(project.path('media/cat.png'), Buffer.concat([PNG, PNG]));
    expect((await runCli(['rescore', 'latest'], { cwd: project.dir })).code).toBe(3);
  });
});

/** All that the page of a report unpacks. */
function inflated(html: string): string {
  return [...html.matchAll(/<template id="[^"]*">([^<]*)<\/template>/g)]
    .map(([, packed = '']) => inflateRawSync(Buffer.from(packed, 'base64')).toString())
    .join('\n');
}
