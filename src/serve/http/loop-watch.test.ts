import { expect, it } from 'vitest';
import { keepTicking, LoopWatch, TICK_MS } from './loop-watch.js';

/** A watch whose ticks come so late, one after the other. */
function watchOf(...late: readonly number[]) {
  const clock = { now: 0 };
  const watch = new LoopWatch(() => clock.now);
  for (const ms of late) {
    clock.now += TICK_MS + ms;
    watch.tick();
  }
  return { watch, clock };
}

it('knows how long nobody could look at anything, this moment included, and forgets', () => {
  const { watch, clock } = watchOf(1, 4000, 2, 3000);
  expect(watch.lateWithin(10_000)).toBe(7000);
  expect(watch.lateWithin(1000)).toBe(3000);
  clock.now += TICK_MS + 500;
  expect(watch.lateWithin(10_000)).toBe(7500);
  clock.now += 20_000;
  watch.tick();
  expect(watch.lateWithin(10_000)).toBe(20_500);
  for (let tick = 0; tick < 10_000 / TICK_MS; tick++) {
    clock.now += TICK_MS;
    watch.tick();
  }
  expect(watch.lateWithin(10_000)).toBe(0);
});

it('ticks until that is taken back', () => {
  const { watch, clock } = watchOf();
  const timers: (() => void)[] = [];
  let open = 0;
  const stop = keepTicking(watch, (ms, act) => {
    open++;
    timers.push(() => {
      clock.now += ms + 250;
      open--;
      act();
    });
    return () => void open--;
  });
  for (let tick = 0; tick < 3; tick++) timers.shift()?.();
  expect(watch.lateWithin(10_000)).toBe(750);
  stop();
  expect(open).toBe(0);
});
