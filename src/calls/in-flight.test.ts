import { describe, expect, it } from 'vitest';
import { cancellation, InFlight } from './in-flight.js';

/** Ends with its signal, in an error of its own. */
function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('aborted'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

describe('what is in flight', () => {
  it('gives what comes, and errors as they are', async () => {
    const inFlight = new InFlight();
    expect(await inFlight.run(null, async () => 1)).toBe(1);
    await expect(inFlight.run(60_000, () => Promise.reject(new TypeError('broken')))).rejects.toThrow(TypeError);
  });

  it('ends at its time limit, alone', async () => {
    const inFlight = new InFlight();
    let other = 'waits';
    const late = inFlight.run(60_000, until).catch(({ kind }) => (other = kind));
    await expect(inFlight.run(1, until)).rejects.toMatchObject({
      kind: 'timeout',
      message: 'no answer within 0.001 s',
    });
    expect(other).toBe('waits');
    inFlight.cancel();
    await late;
    expect(other).toBe('cancelled');
  });

  it('is cancelled, and so is what begins later', async () => {
    const inFlight = new InFlight();
    const running = [inFlight.run(null, until), inFlight.run(60_000, until)];
    inFlight.cancel();
    for (const each of [...running, inFlight.run(null, until)]) await expect(each).rejects.toEqual(cancellation());
    expect(inFlight.cancelled).toBe(true);
  });

  it('keeps an answer that has come when it is cancelled', async () => {
    const inFlight = new InFlight();
    const answer = inFlight.run(null, async () => 'here');
    inFlight.cancel();
    expect(await answer).toBe('here');
  });
});
