import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { virtualWorld } from '../../test/helpers/virtual-world.js';
import { Turns } from './turns.js';

// Calls of several models in a world whose time passes at once, under a limit for all and limits of each model.

const never = new AbortController().signal;

interface Call {
  readonly model: string;
  readonly came: number;
  readonly serial: number;
}

const situation = fc.record({
  atOnce: fc.integer({ min: 1, max: 4 }),
  /** Each model lets no call start while it is closed: from a time on, for a while. */
  closed: fc.array(fc.record({ from: fc.nat(60), ms: fc.nat(200) }), { minLength: 4, maxLength: 4 }),
  calls: fc.array(fc.record({ model: fc.nat(3), after: fc.nat(12), takes: fc.integer({ min: 1, max: 30 }) }), {
    minLength: 1,
    maxLength: 60,
  }),
});

/** Runs the calls, and says whenever somebody started what else might have, by the rules. */
async function run({ atOnce, closed, calls }: typeof situation extends fc.Arbitrary<infer T> ? T : never) {
  const world = virtualWorld();
  const waiting = new Set<Call>();
  const started: Call[] = [];
  const faults: string[] = [];
  let inFlight = 0;
  const waitOf = ({ model }: Call) => {
    if (inFlight >= atOnce) return Number.POSITIVE_INFINITY;
    const { from, ms } = closed[Number(model)] ?? { from: 0, ms: 0 };
    return world.now() >= from && world.now() < from + ms ? from + ms - world.now() : 0;
  };
  const turns = new Turns<Call>(world, {
    queueOf: ({ model }) => model,
    admit: (call) => {
      const wait = waitOf(call);
      if (wait > 0) return wait;
      for (const other of waiting)
        if (other.serial < call.serial && waitOf(other) === 0)
          faults.push(`${call.serial} before ${other.serial} at ${world.now()}`);
      inFlight++;
      waiting.delete(call);
      started.push(call);
      return 0;
    },
  });
  const requireNobodyLeft = async () => {
    // All that happens at this time has happened then
    await world.sleep(0, never);
    for (const call of waiting) if (waitOf(call) === 0) faults.push(`${call.serial} was left at ${world.now()}`);
  };
  const make = async (call: Call, takes: number) => {
    waiting.add(call);
    const turn = turns.take(call);
    await Promise.all([turn, requireNobodyLeft()]);
    await world.sleep(takes, never);
    inFlight--;
    turns.look();
    await requireNobodyLeft();
  };
  const all = async () => {
    const made: Promise<void>[] = [];
    for (const [serial, { model, after, takes }] of calls.entries()) {
      await world.sleep(after, never);
      made.push(make({ model: String(model), came: world.now(), serial }, takes));
    }
    await Promise.all(made);
  };
  await world.run(all());
  return { started, faults };
}

describe('turns', () => {
  it('who has waited longest goes first, of those whose model lets them; nobody is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const { started, faults } = await run(given);
        expect(faults).toEqual([]);
        expect(started.length).toBe(given.calls.length);
        for (const model of ['0', '1', '2', '3']) {
          const serials = started.filter((call) => call.model === model).map(({ serial }) => serial);
          expect(serials).toEqual(serials.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a call that has to wait holds back those of its own model only', async () => {
    const calls = ['0', '0', '1', '2', '1'].map((model) => ({ model: Number(model), after: 0, takes: 1 }));
    const open = { from: 0, ms: 0 };
    const { started } = await run({ atOnce: 1, closed: [{ from: 0, ms: 100 }, open, open, open], calls });
    expect(started.map(({ serial }) => serial)).toEqual([2, 3, 4, 0, 1]);
  });
});
