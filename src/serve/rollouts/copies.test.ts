import { expect, it } from 'vitest';
import { callOf } from '../../../test/helpers/finished-call.js';
import type { Rollout } from '../../core/releases/state.js';
import type { RolloutPlan } from '../../model/environment.js';
import type { Resolved } from '../../runtime/prompts.js';
import type { FinishedCall } from '../calls/finished-call.js';
import type { AskedCall } from '../calls/model-calls.js';
import { Copies } from './copies.js';
import { Counters } from './counters.js';

const SINCE = '2030-01-01T00:00:00.000Z';
const rollout = (plan: Partial<RolloutPlan> = {}, over: Partial<Rollout> = {}): Rollout => ({
  ...{ line: 2, weight: 0, weightSince: SINCE, since: SINCE, paused: false, by: { name: 'ada', via: 'git' } },
  releases: [{ prompt: 'reply', number: 2, digest: 'd', hash: 'h', replaces: 'c', risk: 'low' }],
  plan: { strategy: 'shadow', ...plan } as Rollout['plan'],
  ...over,
});

/** Copies of `dev-2`, each of which costs `usd` and ends when it is told to. */
function open(followed: Rollout, usd: number | null = 0, model = 'gpt/m') {
  const counters = new Counters();
  const asked: AskedCall[] = [];
  const told: string[] = [];
  const ends: (() => void)[] = [];
  let id = 0;
  const copies = new Copies({
    prompts: {
      candidate: () =>
        ({ rollout: 'dev-2', arm: 'candidate', release: 'reply@2', model }) as Partial<Resolved> as Resolved,
    },
    models: {
      ask: async (copy) => {
        asked.push(copy);
        await new Promise<void>((end) => void ends.push(end));
        const { answer } = callOf();
        counters.onCall(callOf({ ...copy, arm: 'candidate', rollout: 'dev-2', answer, usd, release: 'reply@2' }));
        return answer as never;
      },
      failBefore: () => undefined,
    },
    counters,
    isApp: (model) => model.startsWith('app/'),
    ids: { next: () => `copy-${id++}` },
    world: {
      date: () => new Date(Date.parse(SINCE)),
      later: (_, act) => {
        queueMicrotask(act);
        return () => undefined;
      },
    },
    say: (line) => void told.push(line),
    onFault: (error) => {
      throw error;
    },
  });
  counters.follow('dev', [followed]);
  copies.follow('dev', [followed]);
  const call = async (over: Partial<FinishedCall> = {}) => {
    copies.onCall(callOf({ prompt: 'reply', rollout: 'dev-2', at: Date.parse(SINCE), ...over }));
    await new Promise((done) => setImmediate(done));
  };
  const end = async () => {
    for (const done of ends.splice(0)) done();
    await new Promise((done) => setImmediate(done));
  };
  return { asked, told, call, end, counts: () => counters.of('dev-2').copies };
}

it('asks the candidate what the control was asked, for the same unit', async () => {
  const { asked, call } = open(rollout());
  await call({ id: 'c-1', unit: 'ada', variables: { name: 'Ada' } });
  await call({ id: 'c-2', unit: null });
  expect(asked).toMatchObject([
    { id: 'copy-0', prompt: 'reply', unit: 'ada', variables: { name: 'Ada' }, copyOf: { id: 'c-1' } },
    { unit: 'c-2', copyOf: { id: 'c-2' } },
  ]);
});

it('copies no call of the candidate, of who left, and of those who are in no arm', async () => {
  const { asked, call } = open(rollout());
  await call({ arm: 'candidate' });
  await call({ clientLeft: true, answer: null, error: 'cancelled' });
  await call({ rollout: null });
  await call({ rollout: 'dev-9' });
  expect(asked).toEqual([]);
});

it.each([
  ['a canary', rollout({ strategy: 'canary' }, { weight: 0.5 })],
  ['a paused one', rollout({}, { paused: true })],
  ['blue-green after the switch', rollout({ strategy: 'blue-green' }, { weight: 1 })],
])('makes none for %s', async (_, followed) => {
  const { asked, call } = open(followed);
  await call();
  expect(asked).toEqual([]);
});

it('makes no more than fit, counts the others, and goes on when there is room', async () => {
  const { asked, call, end, counts } = open(rollout());
  for (let n = 0; n < 70; n++) await call({ id: `c-${n}` });
  expect(asked).toHaveLength(64);
  expect(counts()).toMatchObject({ dropped: 6 });
  await end();
  await call();
  expect(asked).toHaveLength(65);
  expect(counts()).toMatchObject({ answered: 64, dropped: 6 });
});

it.each([
  ['it is spent', 0.5, 'have cost the $1 that its plan allows; no more are made', { answered: 2, usd: 1, dropped: 2 }],
  ['nobody knows a price', null, 'is not known', { answered: 1, usd: 0, unpriced: 1, dropped: 3 }],
])('keeps to what it may cost: %s', async (_, usd, why, counted) => {
  const { told, call, end, counts } = open(rollout({ copies: { usd: 1 } }), usd);
  for (let n = 0; n < 4; n++) {
    await call({ id: `c-${n}` });
    await end();
  }
  expect(counts()).toMatchObject(counted);
  expect(told).toEqual([expect.stringContaining(why)]);
});

it('asks an app of the user nothing twice, unless the plan says that it does nothing besides', async () => {
  const { asked, told, call, counts } = open(rollout({ copies: { usd: 1 } }), 0, 'app/reply');
  await call();
  await call();
  expect([asked.length, counts()?.dropped]).toEqual([0, 2]);
  expect(told).toEqual([expect.stringContaining('reply@2 is answered by an app of your own')]);
  const allowed = open(rollout({ copies: { sideEffects: 'none' } }), 0, 'app/reply');
  await allowed.call();
  expect(allowed.asked).toHaveLength(1);
});
