import { describe, expect, it } from 'vitest';
import { Backlog } from './backlog.js';

/** Work that ends when it is told to. */
function work() {
  let end: (() => void) | null = null;
  const promise = new Promise<void>((resolve) => {
    end = () => resolve();
  });
  return { promise, end: () => end?.() };
}

describe('Backlog', () => {
  it('makes the next piece wait when too many are pending', async () => {
    const backlog = new Backlog(2);
    const [first, second] = [work(), work()];
    await backlog.add(first.promise);
    let added = false;
    const adding = backlog.add(second.promise).then(() => {
      added = true;
    });
    await new Promise(setImmediate);
    expect(added).toBe(false);
    first.end();
    await adding;
    second.end();
    await backlog.drain();
  });

  it('waits for everything at the end', async () => {
    const backlog = new Backlog(10);
    const late = work();
    let ended = false;
    await backlog.add(
      late.promise.then(() => {
        ended = true;
      }),
    );
    setImmediate(late.end);
    await backlog.drain();
    expect(ended).toBe(true);
  });

  it.each([1, 10])('forgets no failure, with room for %i', async (limit) => {
    const backlog = new Backlog(limit);
    const failing = async () => {
      await backlog.add(Promise.reject(new Error('no disk')));
      await backlog.drain();
    };
    await expect(failing()).rejects.toThrow('no disk');
  });
});
