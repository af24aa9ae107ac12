import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPostgres, type Postgres, startPostgres } from '../../../test/helpers/postgres.js';
import type { Tally } from '../../model/tally.js';
import type { Exchanged, SharedGateways } from './shared-gateways.js';
import { openStateDatabase } from './state-database.js';
import type { StateStore } from './state-store.js';

let database: Postgres;
const opened: StateStore[] = [];
beforeAll(async () => {
  if (hasPostgres) database = await startPostgres();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await database?.clear();
});

/** A gateway with a connection of its own. */
async function join(name: string) {
  const store = await openStateDatabase(database.url);
  opened.push(store);
  const { gateways } = store;
  if (gateways === null) throw new Error('a database has tables for gateways');
  return { gateways, store, tell: (calls: number) => tell(gateways, name, calls) };
}

function tell(gateways: SharedGateways, name: string, calls: number): Promise<Exchanged> {
  return gateways.exchange('dev', { gateway: name, name: `the gateway ${name}` }, tallyOf(calls), new Set(['dev-1']));
}

function tallyOf(calls: number): Tally {
  const step = { weight: 0.5, since: '2030-01-01T00:00:00.000Z', calls: { control: calls, candidate: 0 }, streams: {} };
  return { counts: [{ rollout: 'dev-1', steps: [step] }], withheld: [] };
}

const callsIn = ({ others }: Exchanged) => others.map(({ counts }) => counts[0]?.steps[0]?.calls.control);

describe.skipIf(!hasPostgres)('gateways that share a database', () => {
  it('hear of each other, and one leads', async () => {
    const [a, b] = [await join('a'), await join('b')];
    expect(await a.tell(1)).toEqual({ leader: null, others: [] });
    const second = await b.tell(2);
    expect([second.leader, callsIn(second)]).toEqual(['the gateway a', [1]]);
    expect(await a.tell(3)).toMatchObject({ leader: null });
    expect(callsIn(await b.tell(5))).toEqual([3]);
    expect(await a.gateways.tallies('dev')).toHaveLength(2);
    expect(await a.gateways.tallies('prod')).toEqual([]);
  });

  it('follow one that is gone, and keep what it has counted', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await a.tell(1);
    await b.tell(2);
    await a.store.close();
    const led = await b.tell(3);
    expect([led.leader, callsIn(led)]).toEqual([null, [1]]);
  });

  it('follow one that says nothing any more', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await a.tell(1);
    await expect.poll(async () => (await b.tell(2)).leader, { timeout: 8000, interval: 200 }).toBe(null);
    // It has lost its connection, and follows now
    await expect.poll(() => a.tell(1).catch(() => null), { timeout: 8000 }).toMatchObject({ leader: 'the gateway b' });
  });

  it('lead each environment for itself', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await a.tell(1);
    const who = { gateway: 'b', name: 'the gateway b' };
    expect(await b.gateways.exchange('prod', who, tallyOf(1), new Set())).toEqual({ leader: null, others: [] });
  });

  it('forget those that ended a day ago, unless their counts still decide', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await b.tell(7);
    await b.store.close();
    await database.run("update llmci_tallies set at = now() - interval '2 days'");
    await a.tell(1);
    expect(await a.gateways.tallies('dev')).toHaveLength(2);
    const c = await join('c');
    await a.store.close();
    await c.gateways.exchange('dev', { gateway: 'c', name: 'c' }, tallyOf(0), new Set(['dev-9']));
    expect(await c.gateways.tallies('dev')).toHaveLength(2);
  });

  it('claim what is reported once, all of it or nothing', async () => {
    const [a, b] = [await join('a'), await join('b')];
    const until = Date.now() + 1000;
    expect(await a.gateways.claim('dev', ['x 1'], until)).toBe(true);
    expect(await b.gateways.claim('dev', ['x 1'], until)).toBe(false);
    expect(await b.gateways.claim('dev', ['x 2', 'x 1'], until)).toBe(false);
    expect(await b.gateways.claim('dev', ['x 2'], until)).toBe(true);
    expect(await b.gateways.claim('prod', ['x 1'], until)).toBe(true);
    const both = await Promise.all([a.gateways.claim('dev', ['y'], until), b.gateways.claim('dev', ['y'], until)]);
    expect(both.sort()).toEqual([false, true]);
  });

  it('know calls by the key of the first', async () => {
    const [a, b] = [await join('a'), await join('b')];
    expect(await a.gateways.callKey('dev', Buffer.from('first'))).toEqual(Buffer.from('first'));
    expect(await b.gateways.callKey('dev', Buffer.from('second'))).toEqual(Buffer.from('first'));
  });
});
