import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type VirtualWorld, virtualWorld } from '../../test/helpers/virtual-world.js';
import type { ModelRequest } from '../model/request.js';
import type { ProviderLimits } from '../providers/contract/entry.js';
import type { Provider, ProviderCall } from '../providers/contract/provider.js';
import { ProviderError } from '../providers/contract/provider-error.js';
import { Lane, type LaneLimits } from './lane.js';
import { RunHealth } from './run-health.js';

// A real lane before a provider that stands in this process, in a world whose time passes at once.

const never = new AbortController().signal;
setMaxListeners(0, never);
const limits: LaneLimits = {
  concurrency: 16,
  requestsPerMinute: null,
  tokensPerMinute: null,
  retries: 4,
  timeoutMs: 60_000,
  free: false,
};
const request: ModelRequest = {
  model: 'm',
  parameters: { maxTokens: 10 },
  messages: [{ role: 'user', content: 'x' }],
  tools: [],
  output: { format: 'text' },
  vars: {},
};
const answer = {
  text: 'y',
  toolCalls: [],
  usage: { inputTokens: 1, outputTokens: 1 },
  finishReason: 'stop' as const,
  servedModel: null,
};

interface Seen {
  readonly at: number;
  readonly model: string | null;
}

/** A lane, and what its provider saw. `serve` says what becomes of a call. */
function open(
  serve: (call: number, world: VirtualWorld, options: ProviderCall) => Promise<void>,
  change: Partial<ProviderLimits> = {},
) {
  const world = virtualWorld();
  const seen: Seen[] = [];
  let inFlight = 0;
  let most = 0;
  const provider: Provider = {
    complete: async ({ model }, options) => {
      const call = seen.push({ at: world.now(), model }) - 1;
      most = Math.max(most, ++inFlight);
      try {
        await serve(call, world, options);
        if (options.signal.aborted) throw options.signal.reason;
        return answer;
      } finally {
        inFlight--;
      }
    },
  };
  const own = { ...limits, ...change };
  const lane = new Lane({ limits: own, health: new RunHealth(own), connect: async () => provider, world });
  return { world, lane, seen, most: () => most };
}

/** Makes so many calls as a run does: as many workers as the lane takes. Returns what became of each. */
async function work(lane: Lane, calls: number, asked = request): Promise<(ProviderError | null)[]> {
  const outcomes: (ProviderError | null)[] = [];
  let next = 0;
  const worker = async () => {
    while (next < calls) {
      const index = next++;
      outcomes[index] = await lane.call(asked).then(
        () => null,
        (error: ProviderError) => error,
      );
    }
  };
  await Promise.all(Array.from({ length: lane.concurrency }, worker));
  return outcomes;
}

const refused = (retryAfterMs: number | null = null) =>
  new ProviderError('rate-limit', 'too many', { status: 429, retryAfterMs });

describe('a healthy service', () => {
  it('gets as many calls at once as the user allows, within a moment', async () => {
    const { lane, world, most } = open((_, { sleep }) => sleep(50, never), { concurrency: 100 });
    const outcomes = await world.run(work(lane, 1000));
    expect(outcomes.every((error) => error === null)).toBe(true);
    expect(most()).toBe(100);
    // Without that moment it would be 500
    expect(world.now()).toBeLessThan(700);
  });
});

describe('what the service asks for', () => {
  it('is waited for by the whole lane', async () => {
    const { lane, world, seen } = open(
      async (call, { sleep }) => {
        await sleep(10, never);
        if (call === 0) throw refused(5000);
      },
      { concurrency: 4 },
    );
    const outcomes = await world.run(work(lane, 20));
    expect(outcomes.filter((error) => error !== null)).toEqual([]);
    // The first four are on their way already
    expect(seen.slice(0, 4).map(({ at }) => at)).toEqual([0, 2, 4, 6]);
    expect(seen.slice(4).every(({ at }) => at >= 5000)).toBe(true);
    expect(seen).toHaveLength(21);
  });

  it('is too much beyond a minute, and the message says so', async () => {
    const { lane, world, seen } = open(() => Promise.reject(refused(9_999_000)), { concurrency: 1 });
    const [error] = await world.run(work(lane, 1));
    expect(error).toMatchObject({ kind: 'rate-limit', status: 429 });
    expect(error?.message).toBe('it asks to wait 9,999 s, and llmci waits 60 s at most: too many');
    expect(seen).toHaveLength(1);
    expect(world.now()).toBe(0);
  });
});

describe('what the service says is left', () => {
  const perMinute = 60;
  /** Refuses what is above so many calls in each minute, and tells so in advance. */
  const announcing = (tell: (left: number, resetMs: number) => Headers) => {
    let used = 0;
    let minute = 0;
    let rejected = 0;
    const lane = open(
      async (_, { now, sleep, random }, { onHeaders }) => {
        await sleep(20 * random(), never);
        if (Math.floor(now() / 60_000) > minute) {
          minute = Math.floor(now() / 60_000);
          used = 0;
        }
        const isRefused = used >= perMinute;
        if (isRefused) rejected++;
        else used++;
        const headers = tell(perMinute - used, (minute + 1) * 60_000 - now());
        await sleep(isRefused ? 0 : 300 * random(), never);
        onHeaders?.(headers);
        if (isRefused) throw refused();
      },
      { concurrency: 16 },
    );
    return { ...lane, rejected: () => rejected };
  };

  it.each([
    [
      'OpenAI',
      (left: number, resetMs: number) =>
        new Headers({
          'x-ratelimit-limit-requests': String(perMinute),
          'x-ratelimit-remaining-requests': String(left),
          'x-ratelimit-reset-requests': `${Math.ceil(resetMs)}ms`,
        }),
    ],
    [
      'Anthropic',
      (left: number, resetMs: number) =>
        new Headers({
          date: new Date(0).toUTCString(),
          'anthropic-ratelimit-requests-limit': String(perMinute),
          'anthropic-ratelimit-requests-remaining': String(left),
          'anthropic-ratelimit-requests-reset': new Date(Math.ceil(resetMs)).toISOString(),
        }),
    ],
  ])('is kept to before it is exceeded: %s', async (_, tell) => {
    const { lane, world, rejected } = announcing(tell);
    const outcomes = await world.run(work(lane, 200));
    expect(outcomes.filter((error) => error !== null)).toEqual([]);
    expect(rejected()).toBe(0);
    expect(world.now()).toBeLessThan(4 * 60_000);
  });

  it('holds for the model that it was said of', async () => {
    const { lane, world, seen } = open(async (_, { sleep }, { onHeaders }) => {
      await sleep(10, never);
      onHeaders?.(new Headers({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '30s' }));
    });
    await world.run(lane.call(request));
    const other = lane.call({ ...request, model: 'other' });
    await world.run(other);
    await world.run(lane.call(request));
    expect(seen).toEqual([
      { at: 0, model: 'm' },
      { at: 10, model: 'other' },
      { at: 30_010, model: 'm' },
    ]);
  });
});

describe('a model that has to wait', () => {
  it('leaves the others alone, and starves nobody, under the pace and concurrency of all', async () => {
    const { lane, world, seen } = open(
      async (call, { sleep }, { onHeaders }) => {
        await sleep(10, never);
        if (seen[call]?.model === 'm')
          onHeaders?.(new Headers({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '30s' }));
      },
      { concurrency: 2, requestsPerMinute: 6000 },
    );
    await world.run(lane.call(request));
    const models = ['m', 'm', 'a', 'b', 'a', 'm', 'b'];
    await world.run(Promise.all(models.map((model) => lane.call({ ...request, model }))));
    expect(seen.map(({ model }) => model)).toEqual(['m', 'a', 'b', 'a', 'b', 'm', 'm', 'm']);
    expect(seen.map(({ at }) => Math.floor(at / 30_000))).toEqual([0, 0, 0, 0, 0, 1, 1, 2]);
  });
});

describe('a service that does not heal', () => {
  const down = new ProviderError('server', 'HTTP 500', { status: 500 });

  it('is given up after so many calls in a row', async () => {
    const { lane, world, seen } = open(() => Promise.reject(down), { concurrency: 2, retries: 1 });
    const outcomes = await world.run(work(lane, 100));
    expect(outcomes.filter((error) => error?.kind === 'server')).toHaveLength(100);
    expect(outcomes.at(-1)?.message).toBe(
      'given up for this run, after 10 calls in a row had failed; the last: HTTP 500',
    );
    expect(seen.length).toBeLessThanOrEqual(22);
  });

  it('is not given up while it answers now and then', async () => {
    const { lane, world } = open((call) => (call % 9 === 0 ? Promise.resolve() : Promise.reject(down)), {
      concurrency: 1,
      retries: 0,
    });
    const outcomes = await world.run(work(lane, 100));
    expect(outcomes.filter((error) => error === null)).toHaveLength(12);
  });

  it('does not get a multiple of its traffic', async () => {
    // Every other call fails at each of its tries
    const { lane, world, seen } = open((call) => (call % 3 === 0 ? Promise.resolve() : Promise.reject(down)), {
      concurrency: 2,
      retries: 4,
    });
    const outcomes = await world.run(work(lane, 1000));
    const failed = outcomes.filter((error) => error !== null);
    expect(seen.length).toBeLessThanOrEqual(1000 * 1.2 + 20);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.at(-1)?.message).toBe('not tried again, since too many calls of this run needed that: HTTP 500');
  });
});

describe('faults that no further try heals', () => {
  it('stop the whole lane at once, and those who wait are told', async () => {
    const fault = new ProviderError('auth', 'HTTP 401', { status: 401 });
    const { lane, world, seen } = open(() => Promise.reject(fault), { concurrency: 1, requestsPerMinute: 10 });
    const outcomes = await world.run(Promise.all([work(lane, 5), work(lane, 5)]));
    expect(outcomes.flat().filter((error) => error?.kind === 'auth')).toHaveLength(10);
    expect(seen).toHaveLength(1);
    expect(world.now()).toBe(0);
  });

  it('stop one model only when it is unknown', async () => {
    const { lane, world, seen } = open((call) =>
      call === 0 ? Promise.reject(new ProviderError('unknown-model', 'HTTP 404')) : Promise.resolve(),
    );
    const error = await world.run(lane.call(request).catch((reason: unknown) => reason));
    expect(error).toMatchObject({ kind: 'unknown-model' });
    await expect(world.run(lane.call(request))).rejects.toMatchObject({ kind: 'unknown-model' });
    await world.run(lane.call({ ...request, model: 'other' }));
    expect(seen).toHaveLength(2);
  });
});

describe('cancelling', () => {
  it.each([
    ['in flight', (_: number, { sleep }: VirtualWorld, { signal }: ProviderCall) => sleep(1e6, signal), {}],
    ['waiting to be tried again', () => Promise.reject(new ProviderError('network', 'reset')), { retries: 20 }],
    ['resting', () => Promise.reject(refused(50_000)), { retries: 20 }],
    ['waiting for the pace', () => Promise.resolve(), { requestsPerMinute: 1 }],
  ])('reaches calls that are %s', async (_, serve, change) => {
    const { lane, world } = open(serve, { concurrency: 3, ...change });
    const calls = Promise.all(Array.from({ length: 6 }, () => lane.call(request).catch((error: unknown) => error)));
    const later = world.sleep(1, never).then(() => lane.cancel());
    const outcomes = await world.run(Promise.all([calls, later]).then(([all]) => all));
    const ended = outcomes.filter((outcome) => outcome instanceof ProviderError);
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.every(({ kind }) => kind === 'cancelled')).toBe(true);
    expect(world.now()).toBe(1);
    await expect(lane.call(request)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
