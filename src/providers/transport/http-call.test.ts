import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { afterThisTest } from '../../../test/helpers/cleanup.js';
import { standsStill } from '../../../test/helpers/stands-still.js';
import { callHttp, httpTarget } from './http-call.js';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

/** What becomes of the n-th request of the m-th connection, both from 1. */
type Behave = (socket: Socket, connection: number, request: number) => void;

/** A server that knows nothing of HTTP but where a request ends. Counts the requests of each connection. */
async function startServer(behave: Behave) {
  const requests: number[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const connection = requests.push(0);
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.on('data', (piece: Buffer) => {
      if (!piece.toString().includes('the question')) return;
      const request = (requests[connection - 1] ?? 0) + 1;
      requests[connection - 1] = request;
      behave(socket, connection, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const target = httpTarget(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {});
  const ask = (more: object = {}) =>
    callHttp(target, {
      ...{ method: 'POST', headers: {}, body: 'the question', signal: new AbortController().signal },
      repeatable: true,
      ...more,
    });
  return { requests, ask };
}

describe('a connection that is closed in the moment in which it is used again', () => {
  it('is replaced by another one, once', async () => {
    const { requests, ask } = await startServer((socket, _, request) =>
      request === 1 ? socket.write(ANSWER) : socket.destroy(),
    );
    expect((await ask()).body).toBe('hi');
    expect((await ask()).body).toBe('hi');
    expect(requests).toEqual([2, 1]);
  });

  it('is not replaced for what must not be made twice, but is for what only reads', async () => {
    const everySecond = () =>
      startServer((socket, _, request) => (request === 1 ? socket.write(ANSWER) : socket.destroy()));
    const posted = await everySecond();
    await posted.ask();
    await expect(posted.ask({ repeatable: false })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(posted.requests).toEqual([2]);
    const read = await everySecond();
    await read.ask();
    expect((await read.ask({ method: 'GET', repeatable: false })).body).toBe('hi');
    expect(read.requests).toEqual([2, 1]);
  });

  it('is not replaced when the other one fails too', async () => {
    const { requests, ask } = await startServer((socket, connection, request) =>
      connection === 1 && request === 1 ? socket.write(ANSWER) : socket.destroy(),
    );
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toEqual([2, 1]);
  });

  it('is not replaced when a byte of an answer was there: the request was read', async () => {
    const { requests, ask } = await startServer((socket, _, request) => {
      if (request === 1) socket.write(ANSWER);
      else socket.write('HTTP/1.1 200', () => setTimeout(() => socket.destroy(), 50));
    });
    await ask();
    await expect(ask()).rejects.toThrow();
    expect(requests).toEqual([2]);
  });

  it('is not replaced when it was new: that is no race', async () => {
    const { requests, ask } = await startServer((socket) => socket.destroy());
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toEqual([1]);
  });

  it('is not replaced for who has left', async () => {
    const left = new AbortController();
    const { requests, ask } = await startServer((socket, _, request) => {
      if (request === 1) return void socket.write(ANSWER);
      left.abort(new Error('left'));
      socket.destroy();
    });
    await ask();
    await expect(ask({ signal: left.signal })).rejects.toThrow('left');
    expect(requests).toEqual([2]);
  });
});

describe('a stream of events', () => {
  const EVENTS = 400;
  const event = `data: ${'x'.repeat(100_000)}\n\n`;

  it('waits for who takes it, and loses nothing', async () => {
    let written = 0;
    const { ask } = await startServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n');
      const push = () => {
        while (written < EVENTS) {
          written++;
          if (!socket.write(event)) return void socket.once('drain', push);
        }
        socket.end();
      };
      push();
    });
    let take = (): void => expect.fail('nothing came');
    let heard = 0;
    const taken = new Promise<void>((resolve) => {
      take = resolve;
    });
    const answer = ask({
      onEvents: (bytes: Uint8Array) => {
        heard += bytes.length;
      },
      untilTaken: () => taken,
    });
    await expect.poll(() => heard).toBeGreaterThan(0);
    // What buffers of the system hold, and no more
    await expect
      .poll(
        standsStill(() => written),
        { interval: 300 },
      )
      .toBe(true);
    expect(written).toBeLessThan(EVENTS / 2);
    expect(heard).toBeLessThan(1_000_000);
    take();
    await answer;
    expect(heard).toBe(EVENTS * event.length);
  });

  it('that nobody takes ends with its signal', async () => {
    const { ask } = await startServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${event}`);
    });
    const left = new AbortController();
    const answer = ask({
      signal: left.signal,
      onEvents: () => setTimeout(() => left.abort(new Error('left')), 10),
      untilTaken: () => new Promise(() => undefined),
    });
    await expect(answer).rejects.toThrow('left');
  });
});
