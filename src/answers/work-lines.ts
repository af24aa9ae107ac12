import type { Sample } from '../core/scores/plan.js';
import type { ModelRequest } from '../model/request.js';
import type { Outcome } from './answers.js';
import { Backlog } from './backlog.js';

/** What became of a sample, and the request that was made for it. */
export interface Answered {
  readonly sample: Sample;
  readonly request: ModelRequest;
  readonly outcome: Outcome;
}

/** A line of work: outcomes as they come. The next is worked for when the last was taken. */
export interface WorkLine {
  readonly outcomes: AsyncIterable<Answered>;
  /** Called once all of them are settled. */
  readonly onSettled?: () => void;
}

/**
 * Settles the outcomes of a line as they come, so many at once at most: scores of some are made while others are waited
 * for. Rejects with what settling one rejected with.
 */
export async function settleLine(
  { outcomes, onSettled }: WorkLine,
  settle: (answered: Answered) => Promise<void>,
  atOnce: number,
): Promise<void> {
  const pending = new Backlog(atOnce);
  for await (const answered of outcomes) {
    const settling = settle(answered);
    await kept(settling);
    await pending.add(settling);
  }
  await pending.drain();
  onSettled?.();
}

/**
 * Resolves when an outcome is kept: scored and in the journal, or within a few turns of the event loop in it unscored. The
 * next call starts then: else a kill could cost an answer more than there are calls in flight.
 */
function kept(settling: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const callOff = afterTurns(TURNS_TO_SCORE, resolve);
    const end = () => {
      callOff();
      resolve();
    };
    settling.then(end, end);
  });
}

/**
 * So many turns of the event loop an outcome has to be scored before it is kept without scores. Answers that come together
 * take more than one for no other reason than each other, and to keep all of them twice would take as long as to score them.
 */
export const TURNS_TO_SCORE = 4;

/** Runs something after so many turns of the event loop, one at least. Returns what calls that off. */
export function afterTurns(turns: number, run: () => void): () => void {
  let left = turns;
  const wait = (): NodeJS.Immediate =>
    setImmediate(() => {
      if (--left > 0) waiting = wait();
      else run();
    });
  let waiting = wait();
  return () => clearImmediate(waiting);
}

/** What a function hands over piece by piece, as an iterable. `put` resolves when the next piece is asked for. */
export async function* handedOver<T>(
  make: (put: (piece: T) => Promise<void>) => Promise<void>,
): AsyncGenerator<T, void, undefined> {
  const pieces: { readonly piece: T; readonly taken: () => void }[] = [];
  let end: { readonly error: unknown } | 'well' | null = null;
  let isLeft = false;
  let wake = (): void => undefined;
  const put = (piece: T) =>
    new Promise<void>((taken) => {
      // Whoever took the pieces may have gone: it has failed, and says so itself
      if (isLeft) return taken();
      pieces.push({ piece, taken });
      wake();
    });
  make(put)
    .then(
      () => {
        end = 'well';
      },
      (error: unknown) => {
        end = { error };
      },
    )
    .finally(() => wake());
  try {
    for (;;) {
      const [next] = pieces;
      if (next) {
        yield next.piece;
        pieces.shift();
        next.taken();
      } else if (end === null) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (end === 'well') return;
      else throw (end as { readonly error: unknown }).error;
    }
  } finally {
    isLeft = true;
    for (const { taken } of pieces) taken();
  }
}
