import { expect, it } from 'vitest';
import { Breath } from './breath.js';

it('lets the event loop turn while work goes on that never waits for anything', async () => {
  const breath = new Breath(() => 0);
  let turns = 0;
  let done = false;
  const count = () => {
    turns++;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  const work = async () => {
    for (let sample = 0; sample < 1000; sample++) {
      const turn = breath.take();
      if (turn) await turn;
      await Promise.resolve();
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  done = true;
  // 16,000 samples; without a breath there would be one turn at most
  expect(turns).toBeGreaterThan(100);
});

it('lets it turn after every sample that takes long', async () => {
  let now = 0;
  const breath = new Breath(() => now);
  expect(breath.take()).toBeNull();
  now += 1000;
  const turn = breath.take();
  expect(turn).not.toBeNull();
  await turn;
  expect(breath.take()).toBeNull();
});
