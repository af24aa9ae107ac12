import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { makeTokenBucket } from '../../test/helpers/model-server/token-bucket.js';
import { virtualWorld } from '../../test/helpers/virtual-world.js';
import type { ModelRequest } from '../model/request.js';
import type { Provider } from '../providers/contract/provider.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import { Lane } from './lane.js';
import { RunHealth } from './run-health.js';

// Whole traffic before a service that says nothing of its limit but 429, in a world whose time passes at once.

const never = new AbortController().signal;
setMaxListeners(0, never);

const request: ModelRequest = {
  model: 'm',
  parameters: { maxTokens: 10 },
  messages: [],
  tools: [],
  output: { format: 'text' },
  vars: {},
};

/** Whether a call may pass, at a time in ms and at the limit of that time, in calls a second. */
type Limiter = (now: number, perSecond: number) => boolean;

const limiters = {
  bucket: (burst: number): Limiter => {
    const buckets = new Map<number, ReturnType<typeof makeTokenBucket>>();
    return (now, perSecond) => {
      const bucket = buckets.get(perSecond) ?? makeTokenBucket({ requestsPerSecond: perSecond, burst });
      buckets.set(perSecond, bucket);
      return bucket(now) === 0;
    };
  },
  /** So many in each second of the clock. */
  fixed: (): Limiter => {
    let second = -1;
    let passed = 0;
    return (now, perSecond) => {
      const current = Math.floor((now + 370) / 1000);
      if (current !== second) passed = 0;
      second = current;
      return passed++ < perSecond;
    };
  },
  /** So many in any second. */
  sliding: (): Limiter => {
    const passed: number[] = [];
    return (now, perSecond) => {
      while ((passed[0] ?? now) <= now - 1000) passed.shift();
      return passed.length < perSecond && passed.push(now) > 0;
    };
  },
};

interface Traffic {
  readonly limiter: Limiter;
  /** Calls a second. */
  readonly limitAt: (now: number) => number;
  readonly latency: number;
  readonly concurrency: number;
  readonly calls: number;
  readonly seed: number;
}

/** Makes the calls of a run, and returns the share that was refused, how long all took, and when each was answered, in ms. */
async function simulate({ limiter, limitAt, latency, concurrency, calls, seed }: Traffic) {
  const world = virtualWorld(`traffic ${seed}`);
  const { now, sleep, random } = world;
  let refused = 0;
  const answers: number[] = [];
  const complete: Provider['complete'] = async () => {
    await sleep(2 + 2 * random(), never);
    if (!limiter(now(), limitAt(now()))) {
      refused++;
      await sleep(1, never);
      throw new ProviderError('rate-limit', 'too many', { status: 429, retryAfterMs: null });
    }
    await sleep(latency * (0.5 + random()), never);
    answers.push(now());
    return {
      text: 'ok',
      toolCalls: [],
      usage: { inputTokens: 1, outputTokens: 1 },
      finishReason: 'stop',
      servedModel: null,
    };
  };
  const limits = {
    concurrency,
    requestsPerMinute: null,
    tokensPerMinute: null,
    retries: 4,
    timeoutMs: 60_000,
    free: false,
  };
  const lane = new Lane({ limits, health: new RunHealth(limits), connect: async () => ({ complete }), world });
  let started = 0;
  const worker = async () => {
    while (started++ < calls) await lane.call(request);
  };
  await world.run(Promise.all(Array.from({ length: concurrency }, worker)));
  return { share: refused / (calls + refused), took: now(), answers };
}

const seeds = [1, 2, 3];

describe('a limit that nobody announces', () => {
  it.each([
    { perSecond: 50, burst: 50, latency: 50, concurrency: 16, calls: 1500 },
    { perSecond: 50, burst: 50, latency: 50, concurrency: 100, calls: 1500 },
    { perSecond: 50, burst: 50, latency: 1000, concurrency: 100, calls: 1500 },
    { perSecond: 50, burst: 10, latency: 50, concurrency: 16, calls: 1500 },
    { perSecond: 50, burst: 500, latency: 200, concurrency: 50, calls: 3000 },
    { perSecond: 5, burst: 5, latency: 400, concurrency: 16, calls: 500 },
    { perSecond: 1, burst: 60, latency: 1000, concurrency: 16, calls: 600 },
    { perSecond: 300, burst: 300, latency: 100, concurrency: 100, calls: 6000 },
  ])('is found, when a bucket fills: %j', async ({ perSecond, burst, ...traffic }) => {
    for (const seed of seeds) {
      const limiter = limiters.bucket(burst);
      const { share, took } = await simulate({ ...traffic, seed, limiter, limitAt: () => perSecond });
      const best = ((traffic.calls - burst) / perSecond) * 1000;
      expect(best / (took - traffic.latency)).toBeGreaterThan(0.9);
      // The way down from a burst of a whole minute takes some refusals more
      expect(share).toBeLessThan(burst > 50 * perSecond ? 0.06 : 0.05);
    }
  });

  it.each([
    { by: 'fixed', perSecond: 50, latency: 50, concurrency: 16, calls: 1500 },
    { by: 'fixed', perSecond: 50, latency: 50, concurrency: 100, calls: 1500 },
    { by: 'fixed', perSecond: 200, latency: 100, concurrency: 100, calls: 6000 },
    { by: 'sliding', perSecond: 50, latency: 50, concurrency: 16, calls: 1500 },
    { by: 'sliding', perSecond: 50, latency: 50, concurrency: 100, calls: 1500 },
    { by: 'sliding', perSecond: 50, latency: 1000, concurrency: 100, calls: 1500 },
  ] as const)('is found, when calls are counted by the second: %j', async ({ by, perSecond, ...traffic }) => {
    for (const seed of seeds) {
      const { share, took } = await simulate({ ...traffic, seed, limiter: limiters[by](), limitAt: () => perSecond });
      const best = (traffic.calls / perSecond - 1) * 1000;
      expect(best / (took - traffic.latency)).toBeGreaterThan(0.8);
      expect(share).toBeLessThan(0.04);
    }
  });

  it.each([
    { by: 'bucket', from: 50, to: 20 },
    { by: 'bucket', from: 50, to: 150 },
    { by: 'fixed', from: 50, to: 20 },
    { by: 'fixed', from: 50, to: 150 },
    { by: 'sliding', from: 50, to: 20 },
    { by: 'sliding', from: 50, to: 150 },
  ] as const)('is followed when it changes: %j', async ({ by, from, to }) => {
    const limitAt = (now: number) => (now < 10_000 ? from : to);
    const calls = 10 * from + 25 * to;
    const traffic = { latency: 50, concurrency: 100, calls, seed: 1 };
    const { answers } = await simulate({ ...traffic, limiter: limiters[by](50), limitAt });
    const late = answers.filter((at) => at > 20_000 && at <= 25_000).length / 5;
    expect(late).toBeGreaterThan(0.8 * to);
    expect(late).toBeLessThanOrEqual(1.1 * to);
  });
});
