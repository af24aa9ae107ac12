import type { StepCounts } from '../../model/live-counts.js';

/**
 * Values that are missing from the arms alike say nothing of either. Shares that differ by more than this make a selection of
 * those that are there: a judge that fails on long answers only has left out the worst of one arm.
 */
const ALIKE = 0.01;

/** The shares of the calls, from 0 to 1, that should have had a value and have none. */
export interface Lacking {
  readonly control: number;
  readonly candidate: number;
}

/**
 * What values of a stream are missing of, where that is not alike in both arms: then it must not pass. Null where it is alike.
 * Each step is compared with its own control, so that a bad hour of a judge weighs on both; a step without one with the
 * control of the others, and with nothing missing where there is none at all.
 */
export function lackingOf(stream: string, steps: readonly StepCounts[]): Lacking | null {
  const strata = steps.flatMap(({ streams }) => {
    const counts = Object.hasOwn(streams, stream) ? streams[stream] : undefined;
    if (counts === undefined) return [];
    const { missing = NONE } = counts;
    const arm = (name: keyof Lacking) => ({ missing: missing[name], all: counts[name].n + missing[name] });
    return [{ control: arm('control'), candidate: arm('candidate') }];
  });
  const [control, candidate] = [
    shareOf(strata.map(({ control }) => control)),
    shareOf(strata.map((own) => own.candidate)),
  ];
  if (candidate === null) return null;
  let [difference, all] = [0, 0];
  for (const own of strata) {
    difference += own.candidate.missing - own.candidate.all * (shareOf([own.control]) ?? control ?? 0);
    all += own.candidate.all;
  }
  return Math.abs(difference / all) > ALIKE ? { control: control ?? 0, candidate } : null;
}

const NONE = { control: 0, candidate: 0 };

function shareOf(counts: readonly { readonly missing: number; readonly all: number }[]): number | null {
  const all = counts.reduce((sum, own) => sum + own.all, 0);
  return all === 0 ? null : counts.reduce((sum, { missing }) => sum + missing, 0) / all;
}
