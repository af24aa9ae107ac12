import { describe, expect, it } from 'vitest';
import { virtualWorld } from '../../test/helpers/virtual-world.js';
import { cancellation, type Ending, InFlight } from './in-flight.js';

/** Ends with its signal, in an error of its own. */
function until({ signal }: Ending): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('aborted'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

describe('what is in flight', () => {
  it('gives what comes, and errors as they are', async () => {
    const inFlight = new InFlight(virtualWorld());
    expect(await inFlight.run(null, async () => 1)).toBe(1);
    await expect(inFlight.run(60_000, () => Promise.reject(new TypeError('broken')))).rejects.toThrow(TypeError);
  });

  it('ends at its time limit, alone', async () => {
    const world = virtualWorld();
    const inFlight = new InFlight(world);
    let other = 'waits';
    const patient = inFlight.run(60_000, until).catch(({ kind }) => (other = kind));
    await expect(world.run(inFlight.run(2500, until))).rejects.toMatchObject({
      kind: 'timeout',
      message: 'no answer within 2.5 s',
    });
    expect(world.now()).toBe(2500);
    expect(other).toBe('waits');
    inFlight.cancel();
    await patient;
    expect(other).toBe('cancelled');
  });

  it('ends without those that do not look at their signal', async () => {
    const world = virtualWorld();
    const inFlight = new InFlight(world);
    const deaf = () => new Promise<never>(() => undefined);
    await expect(world.run(inFlight.run(2500, deaf))).rejects.toMatchObject({ kind: 'timeout' });
    const running = inFlight.run(null, deaf);
    inFlight.cancel();
    for (const each of [running, inFlight.run(null, deaf)]) await expect(each).rejects.toEqual(cancellation());
  });

  it('leaves no time limit behind', async () => {
    const world = virtualWorld();
    const inFlight = new InFlight(world);
    await inFlight.run(60_000, async () => 1);
    await expect(world.run(new Promise(() => undefined))).rejects.toThrow('nothing is left that could wake up');
    expect(world.now()).toBe(0);
  });

  it('is cancelled, and so is what begins later', async () => {
    const inFlight = new InFlight(virtualWorld());
    const running = [inFlight.run(null, until), inFlight.run(60_000, until)];
    inFlight.cancel();
    for (const each of [...running, inFlight.run(null, until)]) await expect(each).rejects.toEqual(cancellation());
    expect(inFlight.cancelled).toBe(true);
  });

  it('keeps an answer that has come when it is cancelled', async () => {
    const inFlight = new InFlight(virtualWorld());
    const answer = inFlight.run(null, async () => 'here');
    inFlight.cancel();
    expect(await answer).toBe('here');
  });
});
