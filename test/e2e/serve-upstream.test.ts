import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { chatAnswer, type ServedGateway, startGateway } from '../helpers/gateway.js';
import { memoryOf } from '../helpers/process-limits.js';
import { standsStill } from '../helpers/stands-still.js';

let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await startGateway({ gpt: { model: 'gpt/m-1', messages: [{ role: 'user', content: 'Hello' }] } });
});
afterAll(async () => {
  expect((await gateway.stop()).code).toBe(0);
});
beforeEach(() => {
  gateway.asked.length = 0;
});

const chunk = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ model: 'm-1', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

/** Resolves when the call of the model has ended without its answer. */
function whenLeft(): Promise<void> {
  return new Promise((resolve) => {
    gateway.answerWith((_, response) => {
      response.on('close', () => !response.writableFinished && resolve());
    });
  });
}

it.each([
  ['/v1/responses', false],
  ['/v1/chat/completions', false],
  ['/v1/responses', true],
])(
  'a client that leaves before anything is answered ends the call of the model: %s, stream %s',
  async (path, stream) => {
    const left = whenLeft();
    const controller = new AbortController();
    const body = JSON.stringify({ prompt: { id: 'gpt' }, stream });
    const asked = fetch(gateway.address + path, { method: 'POST', body, signal: controller.signal });
    await expect.poll(() => gateway.asked.length).toBe(1);
    controller.abort();
    await Promise.all([left, expect(asked).rejects.toThrow()]);
  },
);

it('a client whose connection is cut ends the call of the model', async () => {
  const left = whenLeft();
  const socket = connect(gateway.port, '127.0.0.1');
  const body = JSON.stringify({ prompt: { id: 'gpt' } });
  socket.write(`POST /v1/responses HTTP/1.1\r\nHost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  await expect.poll(() => gateway.asked.length).toBe(1);
  socket.resetAndDestroy();
  await left;
});

it('the official SDK ends the call of the model when it is aborted', async () => {
  const left = whenLeft();
  const controller = new AbortController();
  const body = { prompt: { id: 'gpt' } } as never;
  const asked = gateway.client().responses.create(body, { signal: controller.signal });
  await expect.poll(() => gateway.asked.length).toBe(1);
  controller.abort();
  await Promise.all([left, expect(asked).rejects.toThrow('aborted')]);
});

it('connections that the service closes while they are idle fail no call', async () => {
  gateway.answerWith((_, response) => {
    chatAnswer(response, { content: 'Yes.' });
    response.on('finish', () => setImmediate(() => response.socket?.destroy()));
  });
  for (let call = 0; call < 40; call++) {
    const got = await gateway.send('/v1/responses', { prompt: { id: 'gpt' } });
    expect(got.status).toBe(200);
    await got.text();
  }
  expect(gateway.asked).toHaveLength(40);
});

it('a client that reads slowly has the service wait, and gets all of it', { timeout: 60_000 }, async () => {
  const pieces = 800;
  const piece = 'x'.repeat(100_000);
  let written = 0;
  gateway.answerWith((_, response) => {
    response.setHeader('content-type', 'text/event-stream');
    const push = () => {
      while (written < pieces) {
        written++;
        if (!response.write(chunk({ content: piece }))) return void response.once('drain', push);
      }
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    };
    push();
  });
  const before = await memoryOf(gateway.pid);
  const got = await gateway.send('/v1/chat/completions', { prompt: { id: 'gpt' }, stream: true });
  await expect
    .poll(
      standsStill(() => written),
      { interval: 500, timeout: 20_000 },
    )
    .toBe(true);
  expect(written).toBeLessThan(pieces / 2);
  expect((await memoryOf(gateway.pid)) - before).toBeLessThan(100);
  const text = await got.text();
  expect(text.split(piece).length - 1).toBe(pieces);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

it('a client that reads nothing of a stream and leaves ends the call of the model', async () => {
  const left = new Promise<void>((resolve) => {
    gateway.answerWith((_, response: ServerResponse) => {
      response.setHeader('content-type', 'text/event-stream');
      response.on('close', resolve);
      const push = () => {
        while (!response.destroyed) if (!response.write(chunk({ content: 'x'.repeat(100_000) }))) break;
        response.once('drain', push);
      };
      push();
    });
  });
  const controller = new AbortController();
  await fetch(`${gateway.address}/v1/chat/completions`, {
    ...{ method: 'POST', body: JSON.stringify({ prompt: { id: 'gpt' }, stream: true }), signal: controller.signal },
  });
  controller.abort();
  await left;
});
