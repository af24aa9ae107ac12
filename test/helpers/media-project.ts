import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterThisTest } from './cleanup.js';
import { makeProject, type Project } from './project.js';

// Images, files and recordings, as small as they can be told for what they are.

export const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d49484452616e20696d616765206f662061206361742c20736d616c6c',
  'hex',
);
export const PDF = Buffer.from('%PDF-1.7 a page of terms, and not a second one\n');
export const WAV = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.from('somebody says hello, twice')]);

/** What a service was asked, and what it says. */
export interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> & { readonly messages?: readonly { content: unknown }[] };
}

/** A service that speaks all three formats and says `a cat`. */
export async function startMediaServer(onCall: (asked: Asked) => Promise<void> | void = () => undefined) {
  const calls: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const asked = { path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) as Asked['body'] };
      calls.push(asked);
      await onCall(asked);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answerOf(asked)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

function answerOf({ path }: Asked): object {
  if (path.endsWith('/chat/completions'))
    return {
      model: 'm',
      choices: [{ message: { role: 'assistant', content: 'a cat' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 900,
        completion_tokens: 2,
        total_tokens: 902,
        prompt_tokens_details: { cached_tokens: 0, image_tokens: 765, audio_tokens: 12 },
      },
    };
  if (path.endsWith('/responses'))
    return {
      model: 'm',
      status: 'completed',
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a cat' }] }],
      usage: { input_tokens: 900, output_tokens: 2, total_tokens: 902 },
    };
  if (path.endsWith('/v1/messages'))
    return {
      model: 'm',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'a cat' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 900, output_tokens: 2 },
    };
  return { answer: 'a cat' };
}

/** A project that asks what is in `parts`, the content of its one message, with the files `cat.png`, `terms.pdf`, `hello.wav` and `notes.md`. */
export async function makeMediaProject(
  parts: readonly object[],
  provider: object,
  suite: object = {},
): Promise<Project> {
  const project = await makeProject({
    'llmci.yaml': { providers: { svc: provider }, prices: { 'svc/m': { input: 0, output: 0 } } },
    'prompts/look.prompt.yaml': { model: 'svc/m', messages: [{ role: 'user', content: parts }] },
    'evals/look.eval.yaml': {
      prompt: 'look',
      cases: [{ id: 'one', vars: {}, expected: 'cat' }],
      metrics: [{ metric: 'contains' }],
      gates: [{ metric: 'pass', min: 1, decide: 'point' }],
      ...suite,
    },
    'media/notes.md': '# Notes\n',
  });
  await writeFile(project.path('media/cat.png'), PNG);
  await writeFile(project.path('media/terms.pdf'), PDF);
  await writeFile(project.path('media/hello.wav'), WAV);
  return project;
}
