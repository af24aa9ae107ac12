import { expect, it } from 'vitest';
import { virtualWorld } from '../../test/helpers/virtual-world.js';
import { Stop } from '../calls/stop.js';
import { setDeadline } from './deadline.js';

const never = new AbortController().signal;

it('ends a run when its time is up', async () => {
  const world = virtualWorld();
  const stop = new Stop();
  setDeadline(stop, 3_600_000, world);
  await world.run(world.sleep(3_599_999, never));
  expect(stop.reason).toBeNull();
  await world.run(world.sleep(1, never));
  expect(stop).toMatchObject({ reason: 'max-time', cancelled: true });
});

it('ends nothing once it is lifted', async () => {
  const world = virtualWorld();
  const stop = new Stop();
  setDeadline(stop, 1000, world)();
  await world.run(world.sleep(2000, never));
  expect(stop.reason).toBeNull();
});

it('is none when nobody set one', async () => {
  const world = virtualWorld();
  const stop = new Stop();
  setDeadline(stop, null, world)();
  await expect(world.run(new Promise(() => undefined))).rejects.toThrow('nothing is left');
  expect(stop.reason).toBeNull();
});

it('is seen by whoever asks for the reason, when no timer could fire', () => {
  const world = virtualWorld();
  let now = 0;
  const stop = new Stop();
  let cancelled = 0;
  stop.onCancel(() => cancelled++);
  const lift = setDeadline(stop, 3000, { ...world, now: () => now });
  now = 2999;
  expect(stop.reason).toBeNull();
  now = 38_000;
  expect(stop.reason).toBe('max-time');
  expect([stop.cancelled, cancelled]).toEqual([true, 1]);
  lift();
  expect(stop.reason).toBe('max-time');
});

it('is missed by a run that was busy to its end, and not by one that was in time', () => {
  const world = virtualWorld();
  let now = 0;
  const [late, early] = [new Stop(), new Stop()];
  const lifts = [late, early].map((stop) => setDeadline(stop, 3000, { ...world, now: () => now }));
  now = 2000;
  lifts[1]?.();
  now = 4000;
  lifts[0]?.();
  expect([late.reason, early.reason]).toEqual(['max-time', null]);
});
