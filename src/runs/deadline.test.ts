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
