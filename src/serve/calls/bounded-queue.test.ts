import { expect, it } from 'vitest';
import { BoundedQueue } from './bounded-queue.js';

function open(most: number, mostSize: number) {
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  const queue = new BoundedQueue<string>({
    ...{ most, mostSize, atOnce: 1 },
    sizeOf: (item) => item.length,
    work: (item) => {
      begun.push(item);
      return new Promise<void>((end) => void ends.push(end));
    },
  });
  return { queue, begun, end: () => ends.shift()?.() };
}

it('takes what fits, in its order, and refuses the rest at once', async () => {
  const { queue, begun, end } = open(2, 10);
  expect(['a', 'b', 'c', 'd'].map((item) => queue.add(item))).toEqual([true, true, true, false]);
  expect(begun).toEqual(['a']);
  end();
  await expect.poll(() => begun).toEqual(['a', 'b']);
  expect(queue.add('d')).toBe(true);
  expect(queue.add('e')).toBe(false);
});

it('is bounded by what its items take together, too', async () => {
  const { queue, begun, end } = open(100, 10);
  expect(['a', '1234567', '12345', '123', '1'].map((item) => queue.add(item))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  end();
  await expect.poll(() => begun).toEqual(['a', '1234567']);
  expect(queue.add('12345')).toBe(true);
});

it('forgets what waits when it ends, and waits for what is being done', async () => {
  const { queue, begun, end } = open(10, 100);
  for (const item of ['a', 'b', 'c']) queue.add(item);
  const ended = queue.end();
  end();
  await ended;
  expect(begun).toEqual(['a']);
});
