import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { lookAgain } from './look-again.js';

it('begins no look while one is under way, and none after it was taken back', async () => {
  let begun = 0;
  let end: () => void = () => undefined;
  const stop = lookAgain(1, () => {
    begun++;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  expect(begun).toBe(1);
  await sleep(30);
  expect(begun).toBe(1);
  end();
  await expect.poll(() => begun).toBe(2);
  stop();
  end();
  await sleep(30);
  expect(begun).toBe(2);
});
