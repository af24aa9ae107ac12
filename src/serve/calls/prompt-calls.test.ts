import { expect, it } from 'vitest';
import { LlmciError } from '../../core/text/errors.js';
import type { Answer } from '../../model/output.js';
import type { ProviderCall } from '../../providers/contract/provider.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import type { Prompts, Resolved } from '../../runtime/prompts.js';
import { OneArmError } from '../../runtime/resolver.js';
import { Departure } from '../http/departure.js';
import type { Incoming, Outgoing } from '../http/exchange.js';
import { CallIds } from './call-ids.js';
import { chatShape } from './chat-shape.js';
import type { FinishedCall } from './finished-call.js';
import { ModelCalls } from './model-calls.js';
import { readChatCall } from './prompt-call.js';
import { PromptCalls } from './prompt-calls.js';

const RESOLVED: Resolved = {
  messages: [{ role: 'user', content: 'Hello Ada' }],
  model: 'gpt/m-1',
  parameters: {},
  tools: [],
  output: { format: 'text' },
  release: 'reply@3',
  digest: 'd',
  arm: 'candidate',
  rollout: 'live-7',
};
const ANSWER: Answer = {
  text: 'Hi',
  toolCalls: [],
  usage: { inputTokens: 7, outputTokens: 3 },
  finishReason: 'stop',
  servedModel: null,
};
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Makes one call of a model that answers as it is told to, and returns what a listener has heard. */
async function heardOf(
  ask: (call: ProviderCall) => Promise<Answer>,
  { departure = new Departure(), headers = {} as Record<string, string>, resolve = (): Resolved => RESOLVED } = {},
): Promise<FinishedCall> {
  const heard: FinishedCall[] = [];
  let now = 100;
  const world = {
    date: () => new Date(5000),
    now: () => {
      now += 10;
      return now;
    },
    later: () => () => undefined,
  };
  const calls = new PromptCalls({
    prompts: { resolve } as unknown as Prompts,
    models: new ModelCalls({
      models: { ask: (_, __, call) => ask(call) },
      prices: { usdOf: () => 0.5 },
      timeoutMs: 1000,
      world,
      listeners: [{ onCall: (call) => void heard.push(call), onOutcome: () => expect.fail('nobody reported') }],
    }),
    world,
    ids: new CallIds(Buffer.from('key')),
    onFault: () => undefined,
  });
  const incoming: Incoming = {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    header: (name) => headers[name] ?? null,
    body: async () => ({}),
    departure,
  };
  const outgoing: Outgoing = {
    json: () => undefined,
    text: () => undefined,
    nothing: () => undefined,
    begin: () => undefined,
    write: () => null,
    end: () => undefined,
  };
  const body = { prompt: { id: 'reply', variables: { name: 'Ada' } }, user: 'ada', stream: true };
  await calls.complete(readChatCall(body), chatShape, incoming, outgoing).catch(() => undefined);
  expect(heard).toHaveLength(1);
  return heard[0] as FinishedCall;
}

it('tells of a call that was answered', async () => {
  let sent: ProviderCall['headers'];
  const heard = await heardOf(
    async (call) => {
      sent = call.headers;
      call.onFirstToken?.();
      return ANSWER;
    },
    { headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` } },
  );
  expect(heard).toMatchObject({
    at: 5000,
    prompt: 'reply',
    release: 'reply@3',
    arm: 'candidate',
    rollout: 'live-7',
    unit: 'ada',
    model: 'gpt/m-1',
    firstTokenMs: 10,
    latencyMs: 20,
    answer: ANSWER,
    usd: 0.5,
    error: null,
    clientLeft: false,
    variables: { name: 'Ada' },
    trace: { traceId: TRACE, parentId: '00f067aa0ba902b7', flags: '01' },
  });
  // The model's service sees the gateway's span as its parent
  expect(sent?.['traceparent']).toBe(`00-${TRACE}-${heard.trace?.spanId}-01`);
});

it.each([
  '',
  'nonsense',
  `ff-${TRACE}-00f067aa0ba902b7-01`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
])('begins a trace where none can be read: %s', async (traceparent) => {
  const { trace } = await heardOf(async () => ANSWER, { headers: { traceparent } });
  expect(trace).toMatchObject({ parentId: null, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(trace?.traceId).not.toBe(TRACE);
});

it('tells of a call that failed', async () => {
  const heard = await heardOf(() => Promise.reject(new ProviderError('server', 'HTTP 500')));
  expect(heard).toMatchObject({ answer: null, usd: null, error: 'server', clientLeft: false, firstTokenMs: null });
});

it('tells of a bug as of a failed call', async () => {
  expect(await heardOf(() => Promise.reject(new TypeError('oops')))).toMatchObject({ error: 'bad-response' });
});

it('tells of a client that went away, which no arm is to blame for', async () => {
  const departure = new Departure();
  const heard = await heardOf(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        departure.leave();
      }),
    { departure },
  );
  expect(heard).toMatchObject({ answer: null, error: 'cancelled', clientLeft: true });
});

it('tells of a release that cannot take what the other arm takes: no model was asked', async () => {
  const unfilled = new LlmciError('bad-variables', { release: 'reply@3', why: 'city is not given' });
  const heard = await heardOf(() => expect.fail('a model was asked'), {
    resolve: () => {
      throw new OneArmError(unfilled, { ...RESOLVED, messages: [] });
    },
  });
  expect(heard).toMatchObject({ arm: 'candidate', rollout: 'live-7', error: 'invalid-request', answer: null });
});
