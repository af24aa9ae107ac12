import { once } from 'node:events';
import { Agent, type ClientRequest, IncomingMessage, request, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { afterThisTest } from '../../test/helpers/cleanup.js';
import { MOST_CALLS } from './access/call-places.js';
import { BEGUN_IN_A_ROUND, CallTurns } from './access/call-turns.js';
import { Guard } from './access/guard.js';
import { Gateway } from './gateway.js';
import { BytesInFlight, readBody } from './http/request-body.js';
import type { Route } from './http/router.js';
import { listen } from './http-server.js';

/**
 * A gateway whose endpoints answer when they are told to: one streams, one is a call that takes a body. `now` and
 * `inNextRound` are of its event loop, `lateWithin` is how late they have been.
 */
async function open({
  now = (): number => 0,
  inNextRound = (act: () => void): unknown => setImmediate(act),
  lateWithin = (_: number): number => 0,
} = {}) {
  const goOn: (() => void)[] = [];
  const wait = () => new Promise<void>((done) => void goOn.push(done));
  const routes: readonly Route[] = [
    {
      ...{ method: 'GET', path: '/stream', access: 'open' },
      answer: async (_, outgoing) => {
        outgoing.begin({});
        outgoing.write('one');
        await wait();
        outgoing.write(' two');
        outgoing.end();
      },
    },
    {
      ...{ method: 'POST', path: '/call', access: 'call' },
      answer: async ({ body }, outgoing) => {
        await body();
        await wait();
        outgoing.json(200, {});
      },
    },
    { method: 'GET', path: '/probe', access: 'open', answer: (_, outgoing) => outgoing.json(200, {}) },
  ];
  const turns = new CallTurns({ now, inNextRound });
  const gateway = new Gateway({ routes, guard: new Guard(null, null), turns, onFault: () => undefined });
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0, anyName: false }, { lateWithin });
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
  afterThisTest(async () => {
    for (const end of goOn) end();
    agent.destroy();
    await listening.close();
  });
  /** Begins a call, and does not wait for its end. */
  const begin = (): ClientRequest =>
    request(`${listening.address}/call`, { agent, method: 'POST' }).on('error', () => undefined);
  return { ...listening, goOn, begin };
}

it('keeps connections for longer than those who stand in front of it', async () => {
  const { address, goOn } = await open();
  const response = await fetch(`${address}/stream`);
  expect(response.headers.get('keep-alive')).toBe('timeout=75');
  goOn[0]?.();
  await response.text();
});

// Sooner than the time after which all is cut off: a connection that is kept waits for a call that is not taken any more
it('stops when what is in flight has ended, and takes nothing new', { timeout: 9000 }, async () => {
  const { address, close, goOn } = await open();
  const streamed = (await fetch(`${address}/stream`)).text();
  const kept = (await fetch(`${address}/stream`)).text();
  goOn[1]?.();
  await kept;
  const closed = close();
  await expect(fetch(`${address}/probe`, { headers: { connection: 'close' } })).rejects.toThrow();
  goOn[0]?.();
  expect(await streamed).toBe('one two');
  await closed;
});

it('has so many calls in flight, answers 429 to more, and goes on when there is room', async () => {
  const { address, goOn, begin } = await open();
  const calls = Array.from({ length: MOST_CALLS }, () => begin().end('{}'));
  await expect.poll(() => goOn.length, { timeout: 20_000 }).toBe(MOST_CALLS);
  const ask = () => fetch(`${address}/call`, { method: 'POST', body: '{}' });
  const refused = await ask();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ error: { code: 'too_many_calls' } });
  expect((await fetch(`${address}/probe`)).status).toBe(200);
  const answered = Promise.race(calls.map((call) => once(call, 'response')));
  goOn[0]?.();
  await answered;
  const asked = ask();
  await expect.poll(() => goOn.length).toBe(MOST_CALLS + 1);
  goOn.at(-1)?.();
  expect((await asked).status).toBe(200);
});

it('refuses calls while those before them are not begun, before it has their bodies, and nothing else', async () => {
  let now = 0;
  // A round that does not end
  const { address, goOn, begin } = await open({ now: () => now, inNextRound: () => undefined });
  for (let call = 0; call < BEGUN_IN_A_ROUND; call++) begin().end('{}');
  await expect.poll(() => goOn.length, { timeout: 20_000 }).toBe(BEGUN_IN_A_ROUND);
  const waiting = begin();
  waiting.end('{}');
  await once(waiting, 'finish');
  await (await fetch(`${address}/probe`)).text();
  now = 2000;
  const call = begin();
  call.setHeader('content-length', 1000);
  call.flushHeaders();
  const [refused] = (await once(call, 'response')) as [IncomingMessage];
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
  expect(await json(refused)).toEqual({
    error: {
      message: 'there are more calls than can be answered; try again',
      type: 'invalid_request_error',
      param: null,
      code: 'overloaded',
    },
  });
  expect((await fetch(`${address}/probe`)).status).toBe(200);
});

it('cuts off who sends its headers too slowly, by the time in which anybody could look at them', async () => {
  // One second is left of the time that there is
  const { address } = await open({ lateWithin: (ms) => 1000 - ms });
  const { hostname, port } = new URL(address);
  const slow = connect(Number(port), hostname, () => slow.write('GET /probe HTTP/1.1\r\n'));
  expect(await text(slow)).toContain('408 Request Timeout');
});

it('does not wait for the body of a client that has gone', async () => {
  const request = new IncomingMessage(new Socket());
  request.destroy();
  await once(request, 'close');
  const body = readBody(request, new ServerResponse(request), new BytesInFlight());
  await expect(body).rejects.toThrow('the body has no end');
});

it('holds so many bytes of bodies, and refuses more before it has them', () => {
  const held = new BytesInFlight();
  held.take(200 << 20);
  held.take(56 << 20);
  expect(() => held.take(1)).toThrow(expect.objectContaining({ status: 429, code: 'too_many_bytes' }));
  held.giveBack(56 << 20);
  held.take(1);
});
