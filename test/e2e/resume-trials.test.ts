import { beforeAll, expect, it, vi } from 'vitest';
import type { RunRecord } from '../../src/model/run-record.js';
import { makeServedProject, type ServedProject } from '../helpers/served-project.js';

// Runs with `trials: { min, max }` that are cut short and go on: what further trials are for is decided anew, and alike.

const CASES = 8;
const TRIALS = 5;

/** In each case: which of its trials get a wrong answer. */
const WRONG: Readonly<Record<string, readonly number[]>> = { q0: [1], q1: [2], q2: [2], q3: [1], q6: [1], easy: [] };

interface Adaptive extends ServedProject {
  /** What of the next calls is answered, and how; and which got an answer, as `question/trial`. */
  readonly state: { answers: number; fails: (text: string) => boolean };
  readonly answered: string[];
}

/**
 * A project with one call at a time, so that the n-th answer to a question is that of its n-th trial. Of two gates one
 * is decided after the first trials, the other one needs more.
 */
async function makeAdaptive(): Promise<Adaptive> {
  const answered: string[] = [];
  const state: Adaptive['state'] = { answers: Number.POSITIVE_INFINITY, fails: () => false };
  const served = await makeServedProject(
    {
      respond: ({ lastUserText: text }) => {
        if (answered.length >= state.answers) return { kind: 'hang' };
        if (state.fails(text)) return { kind: 'status', status: 400 };
        const trial = answered.filter((call) => call.startsWith(`${text}/`)).length + 1;
        answered.push(`${text}/${trial}`);
        return { kind: 'text', text: WRONG[text]?.includes(trial) ? 'no' : 'ok' };
      },
    },
    {
      provider: { concurrency: 1 },
      thresholds: {
        gates: [
          { metric: 'pass', min: 0.5, decide: 'proof', where: { tags: ['hard'] } },
          { metric: 'pass', min: 0.6, where: { tags: ['easy'] } },
        ],
      },
      suite: {
        trials: { min: 1, max: TRIALS },
        cases: [
          ...Array.from({ length: CASES }, (_, n) => ({ id: `q${n}`, vars: { ticket: `q${n}` }, tags: ['hard'] })),
          { id: 'easy', vars: { ticket: 'easy' }, tags: ['easy'] },
        ],
      },
    },
  );
  return { ...served, state, answered };
}

const judged = ({ results, gates, samples, verdict, exitCode, usage }: RunRecord) => ({
  results: results.map(({ case: id, trial, passed }) => [id, trial, passed]),
  ...{ gates, samples, verdict, exitCode, live: usage.calls.live },
});

const NO_CACHE = ['eval', '--no-cache'];

/** What nothing has cut short: its record, the calls that were answered, and how many there were. */
let whole: { readonly record: RunRecord; readonly answered: readonly string[]; readonly calls: number };
beforeAll(async () => {
  const served = await makeAdaptive();
  const { record } = await served.record(NO_CACHE);
  whole = { record, answered: served.answered, calls: served.server.stats().calls };
  await served.server.close();
  await served.project.remove();
});

it.concurrent.each([
  ['SIGKILL', 'in the first round', CASES - 2],
  ['SIGKILL', 'in the second', CASES + 4],
  ['SIGKILL', 'between the two', CASES + 1],
  ['SIGINT', 'in the second round', CASES + 4],
  ['SIGINT', 'in the third', 2 * CASES + 4],
] as const)(
  '%s %s: the same verdict of the same samples as without it, and no call twice',
  async (signal, _, answers) => {
    const { record: expected } = whole;
    // The case of the gate that was decided has one trial, the others have some, and not all that there may be
    expect(expected.samples.planned).toBe(3 * CASES + 1);
    expect(expected.verdict).toBe('pass');

    const cut = await makeAdaptive();
    cut.state.answers = answers;
    const run = cut.start(NO_CACHE);
    await vi.waitFor(() => expect(cut.server.stats().calls).toBe(answers + 1), { timeout: 30_000 });
    run.kill(signal);
    await run.result;
    cut.state.answers = Number.POSITIVE_INFINITY;
    const { record } = await cut.record(['eval', '--resume']);
    expect(judged(record)).toEqual(judged(expected));
    expect(cut.answered).toEqual(whole.answered);
    // The one that hung at the stop
    expect(cut.server.stats().calls).toBe(whole.calls + 1);
  },
);

it.concurrent.each([1, 2, 3])(
  'errors in round %i: once they are gone, the same verdict of the same samples, and no answered call twice',
  async (round) => {
    const { record: expected } = whole;

    const broken = await makeAdaptive();
    let failed = 0;
    broken.state.fails = (text) => {
      const fails = text === 'q4' && broken.answered.filter((call) => call.startsWith('q4/')).length === round - 1;
      if (fails) failed++;
      return fails;
    };
    const first = await broken.record(NO_CACHE);
    expect(first.record.verdict).not.toBe('pass');
    broken.state.fails = () => false;
    const { record } = await broken.record(['eval', '--resume']);
    expect(judged(record)).toEqual(judged(expected));
    expect(broken.answered.toSorted()).toEqual(whole.answered.toSorted());
    expect(broken.server.stats().calls).toBe(whole.calls + failed);
  },
);
