import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handedOver, settleLine, TURNS_TO_SCORE } from './work-lines.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('what is handed over', () => {
  it('comes whole and in order, and no piece is made before the last was taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.array(fc.nat(3)), async (makes, takes) => {
        let made = 0;
        const seen: number[] = [];
        const pieces = handedOver<number>(async (put) => {
          for (const [index, turns] of makes.entries()) {
            for (let wait = 0; wait < turns; wait++) await turn();
            made++;
            await put(index);
          }
        });
        for await (const piece of pieces) {
          seen.push(piece);
          for (let wait = 0; wait < (takes[piece] ?? 0); wait++) await turn();
          expect(made).toBe(piece + 1);
        }
        expect(seen).toEqual([...makes.keys()]);
      }),
      { numRuns: 30 },
    );
  });

  it('ends with the error of whoever makes it, behind what was there before', async () => {
    const seen: number[] = [];
    const take = async () => {
      for await (const piece of handedOver<number>(async (put) => {
        await put(1);
        throw new Error('no more');
      }))
        seen.push(piece);
    };
    await expect(take()).rejects.toThrow('no more');
    expect(seen).toEqual([1]);
  });

  it('lets whoever makes it end when nobody takes it any more', async () => {
    let ended = false;
    for await (const _ of handedOver<number>(async (put) => {
      await put(1);
      await put(2);
      ended = true;
    }))
      break;
    await turn();
    expect(ended).toBe(true);
  });
});

describe('a line', () => {
  it('settles so many at once, tells when all are settled, and passes a failure on', async () => {
    const open = new Set<number>();
    let most = 0;
    let settled = false;
    const line = (count: number) => ({
      outcomes: (async function* () {
        for (let index = 0; index < count; index++) yield { sample: { index } } as never;
      })(),
      onSettled: () => {
        expect(open.size).toBe(0);
        settled = true;
      },
    });
    const settle = async ({ sample: { index } }: { readonly sample: { readonly index: number } }) => {
      open.add(index);
      most = Math.max(most, open.size);
      // Longer than a line waits for one
      for (let turns = 0; turns < 5 * TURNS_TO_SCORE; turns++) await turn();
      open.delete(index);
      if (index === 50) throw new Error('the disk is full');
    };
    await settleLine(line(20), settle, 4);
    expect([most, settled]).toEqual([4, true]);
    settled = false;
    await expect(settleLine(line(100), settle, 4)).rejects.toThrow('the disk is full');
    expect(settled).toBe(false);
  });
});
