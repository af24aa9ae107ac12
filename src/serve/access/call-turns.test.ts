import { expect, it } from 'vitest';
import { BEGUN_IN_A_ROUND, CallTurns } from './call-turns.js';

/** Turns whose rounds and clock go as they are told to. */
function makeTurns() {
  const clock = { now: 0 };
  const rounds: (() => void)[] = [];
  const turns = new CallTurns({ now: () => clock.now, inNextRound: (act) => void rounds.push(act) });
  const begun: number[] = [];
  /** Calls that come in at once, by their number. */
  const come = (from: number, count: number) => {
    for (let call = from; call < from + count; call++) {
      const turn = turns.take();
      if (turn === null) begun.push(call);
      else void turn.then(() => begun.push(call));
    }
  };
  const round = async () => {
    const act = rounds.shift();
    act?.();
    await Promise.resolve();
    return act !== undefined;
  };
  return { clock, turns, begun, come, round };
}

it('begins so many calls in a round, and the others in their order', async () => {
  const { begun, come, round } = makeTurns();
  come(0, 40);
  expect(begun).toHaveLength(BEGUN_IN_A_ROUND);
  await round();
  expect(begun).toHaveLength(2 * BEGUN_IN_A_ROUND);
  // One that comes now does not overtake those that wait
  come(40, 1);
  await round();
  expect(begun).toEqual(Array.from({ length: 41 }, (_, call) => call));
  await round();
  expect(await round()).toBe(false);
  come(41, 1);
  expect(begun.at(-1)).toBe(41);
});

it('refuses calls while those before them wait for too long, and takes them again after that', async () => {
  const { clock, turns, come, round } = makeTurns();
  come(0, 3 * BEGUN_IN_A_ROUND);
  clock.now = 1000;
  come(100, 1);
  clock.now = 1001;
  expect(() => turns.take()).toThrow(expect.objectContaining({ status: 429, code: 'overloaded', retryAfterMs: 1000 }));
  await round();
  expect(() => turns.take()).toThrow('try again');
  await round();
  come(101, 1);
});
