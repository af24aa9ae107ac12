import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Stopwatch } from './stopwatch.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('counts no time while it stands still, however often it was paused', () => {
  let over = false;
  const watch = new Stopwatch(100, () => {
    over = true;
  });
  vi.advanceTimersByTime(60);
  watch.pause();
  watch.pause();
  vi.advanceTimersByTime(10_000);
  watch.resume();
  vi.advanceTimersByTime(10_000);
  watch.resume();
  vi.advanceTimersByTime(39);
  expect(over).toBe(false);
  vi.advanceTimersByTime(1);
  expect(over).toBe(true);
});

it('is never over once it was stopped, or has no limit', () => {
  const onOver = vi.fn();
  const stopped = new Stopwatch(100, onOver);
  stopped.pause();
  stopped.stop();
  stopped.resume();
  new Stopwatch(null, onOver).stop();
  vi.advanceTimersByTime(10_000);
  expect(onOver).not.toHaveBeenCalled();
});
