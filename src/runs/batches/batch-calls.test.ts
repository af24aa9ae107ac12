import { describe, expect, it } from 'vitest';
import { virtualWorld } from '../../../test/helpers/virtual-world.js';
import { Lane } from '../../calls/lane.js';
import { RunHealth } from '../../calls/run-health.js';
import { Stop } from '../../calls/stop.js';
import type { Batches, BatchStatus } from '../../providers/contract/batches.js';
import type { Provider } from '../../providers/contract/provider.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import { BatchCalls } from './batch-calls.js';

const pack = { mark: 'm', group: '', items: [{ id: 'a', group: '', text: '{}' }] };
const at = new Date(0);
const network = () => new ProviderError('network', 'the connection failed');
const running: BatchStatus = { done: 0, ended: null };
const missing = new ProviderError('bad-response', 'no result');
const ended: BatchStatus = { done: 1, ended: { missing } };

function open(overrides: Partial<Batches>) {
  const world = virtualWorld();
  const stop = new Stop();
  const unused = () => {
    throw new Error('not expected');
  };
  const batches: Batches = {
    maxRequests: 10,
    maxBytes: 1000,
    marked: true,
    prepare: unused,
    submit: unused,
    find: unused,
    status: unused,
    results: unused,
    ...overrides,
  };
  const provider: Provider = { complete: unused, batches };
  const limits = {
    ...{ concurrency: 1, requestsPerMinute: null, tokensPerMinute: null, retries: 0 },
    ...{ timeoutMs: 1000, free: false },
  };
  const lane = new Lane({ limits, health: new RunHealth(limits), connect: async () => provider, world });
  stop.onCancel(() => lane.cancel());
  return { world, stop, calls: new BatchCalls(lane, world, stop) };
}

/** A function that does one thing after the other; the last one repeats. */
function inTurn<T>(...steps: readonly (() => T)[]) {
  const asked = { times: 0 };
  return { asked, next: async () => (steps[Math.min(asked.times++, steps.length - 1)] ?? steps[0])?.() as T };
}

const fail = (error: ProviderError) => () => {
  throw error;
};

describe('handing a batch in', () => {
  it('does it once when all is well', async () => {
    const { asked, next } = inTurn(() => 'batch_1');
    const { world, calls } = open({ submit: next });
    expect(await world.run(calls.handIn(pack, at))).toEqual({ ids: ['batch_1'], certain: true, failure: null });
    expect(asked.times).toBe(1);
  });

  it('looks for it first when it may have arrived', async () => {
    const submit = inTurn(fail(network()), () => 'batch_2');
    const { world, calls } = open({ submit: submit.next, find: async () => ['batch_1'] });
    expect(await world.run(calls.handIn(pack, at))).toEqual({ ids: ['batch_1'], certain: true, failure: null });
    expect(submit.asked.times).toBe(1);
  });

  it('is not certain of what it finds where batches carry no mark', async () => {
    const submit = inTurn(fail(new ProviderError('server', 'HTTP 500', { status: 500 })), () => 'batch_2');
    const { world, calls } = open({ marked: false, submit: submit.next, find: async () => ['batch_1', 'batch_x'] });
    expect(await world.run(calls.handIn(pack, at))).toMatchObject({ ids: ['batch_1', 'batch_x'], certain: false });
  });

  it('does it again when it is not there', async () => {
    const submit = inTurn(fail(network()), () => 'batch_2');
    const { world, calls } = open({ submit: submit.next, find: async () => [] });
    expect(await world.run(calls.handIn(pack, at))).toMatchObject({ ids: ['batch_2'], certain: true });
  });

  it('does it again after a refusal for load without looking, and waits as the service asks', async () => {
    const busy = new ProviderError('rate-limit', 'HTTP 429', { status: 429, retryAfterMs: 7000 });
    const submit = inTurn(fail(busy), () => 'batch_2');
    const { world, calls } = open({ submit: submit.next });
    expect(await world.run(calls.handIn(pack, at))).toMatchObject({ ids: ['batch_2'] });
    expect(world.now()).toBe(7000);
  });

  it('gives up at once what was refused for good: the service does not have it', async () => {
    const refusal = new ProviderError('invalid-request', 'HTTP 400', { status: 400 });
    const submit = inTurn(fail(refusal));
    const { world, calls } = open({ submit: submit.next });
    expect(await world.run(calls.handIn(pack, at))).toMatchObject({ failure: { status: 400 }, unsure: false });
    expect(submit.asked.times).toBe(1);
  });

  it('says that it is not sure when nothing is ever answered', async () => {
    const submit = inTurn(fail(network()));
    const { world, calls } = open({ submit: submit.next, find: async () => [] });
    expect(await world.run(calls.handIn(pack, at))).toMatchObject({ failure: { kind: 'network' }, unsure: true });
    expect(submit.asked.times).toBe(5);
  });

  it('does not hand it in again when it cannot look', async () => {
    const submit = inTurn(fail(network()));
    const { world, calls } = open({ submit: submit.next, find: inTurn(fail(network())).next as Batches['find'] });
    expect(await world.run(calls.handIn(pack, at))).toMatchObject({ failure: { kind: 'network' }, unsure: true });
    expect(submit.asked.times).toBe(1);
  });
});

describe('following a batch', () => {
  it('looks after a second, then less and less often, once a minute at last', async () => {
    const times: number[] = [];
    const { world, calls } = open({
      status: async () => {
        times.push(world.now());
        return times.length < 20 ? running : ended;
      },
    });
    expect(await world.run(calls.follow('b', () => undefined))).toBe(missing);
    const waits = times.map((time, index) => time - (times[index - 1] ?? 0));
    expect(waits.slice(0, 3)).toEqual([1000, 1500, 2250]);
    expect(waits.slice(-5)).toEqual([60_000, 60_000, 60_000, 60_000, 60_000]);
  });

  it('bears nine failed looks in a row, and gives up at the tenth', async () => {
    const nine = Array.from({ length: 9 }, () => fail(network()));
    const bears = inTurn<BatchStatus>(
      ...nine,
      () => running,
      ...nine,
      () => ended,
    );
    const first = open({ status: bears.next });
    expect(await first.world.run(first.calls.follow('b', () => undefined))).toBe(missing);
    const down = inTurn<BatchStatus>(fail(network()));
    const second = open({ status: down.next });
    await expect(second.world.run(second.calls.follow('b', () => undefined))).rejects.toMatchObject({
      kind: 'network',
    });
    expect(down.asked.times).toBe(10);
  });

  it('ends at once when the run is interrupted, and not when it has failed fast', async () => {
    const interrupted = open({ status: async () => running });
    const waiting = interrupted.calls.follow('b', () => interrupted.stop.request('interrupted'));
    expect(await interrupted.world.run(waiting)).toBeNull();
    expect(interrupted.world.now()).toBe(1000);

    const looks = inTurn(
      () => running,
      () => running,
      () => ended,
    );
    const failed = open({ status: looks.next });
    expect(await failed.world.run(failed.calls.follow('b', () => failed.stop.request('fail-fast')))).toBe(missing);
    const cancelled = open({ status: async () => running });
    const cut = cancelled.calls.follow('b', () => {
      cancelled.stop.request('fail-fast');
      cancelled.stop.cancel();
    });
    expect(await cancelled.world.run(cut)).toBeNull();
  });
});

describe('reading results', () => {
  it('begins again when the connection breaks', async () => {
    let reads = 0;
    const { world, calls } = open({
      results: async function* () {
        reads++;
        yield { id: 'a', result: missing };
        if (reads === 1) throw network();
        yield { id: 'b', result: missing };
      },
    });
    const seen: string[] = [];
    const take = async (results: AsyncIterable<{ readonly id: string }>) => {
      for await (const { id } of results) seen.push(id);
    };
    await world.run(calls.read('b', take));
    expect(seen).toEqual(['a', 'a', 'b']);
  });
});
