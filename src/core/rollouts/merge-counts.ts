import type { CopyCounts, RolloutCounts, StepCounts, StreamCounts } from '../../model/live-counts.js';
import { addMissing, addSums, NO_SUMS } from './sums.js';

export const NO_COUNTS: StreamCounts = { control: NO_SUMS, candidate: NO_SUMS, paired: NO_SUMS };
export const NO_COPIES: CopyCounts = { answered: 0, failed: 0, dropped: 0, usd: 0 };

export function addCopies(one: CopyCounts, other: CopyCounts): CopyCounts {
  return {
    answered: one.answered + other.answered,
    failed: one.failed + other.failed,
    dropped: one.dropped + other.dropped,
    usd: one.usd + other.usd,
    ...((one.unpriced ?? other.unpriced) !== undefined && {
      unpriced: (one.unpriced ?? 0) + (other.unpriced ?? 0),
    }),
  };
}

/**
 * What several gateways have counted of rollouts, added up by step and stream. Where they score by different series of a metric,
 * that of the last of them is the one that counts now.
 */
export function mergeCounts(parts: readonly RolloutCounts[]): readonly RolloutCounts[] {
  const merged = new Map<string, RolloutCounts>();
  for (const part of parts) {
    const before = merged.get(part.rollout);
    merged.set(part.rollout, before ? addCounts(before, part) : part);
  }
  return [...merged.values()];
}

function addCounts(one: RolloutCounts, other: RolloutCounts): RolloutCounts {
  const known = new Map(other.steps.map((step) => [step.since, step]));
  const steps = [
    ...one.steps.map((step) => addSteps(step, known.get(step.since))),
    ...other.steps.filter(({ since }) => !one.steps.some((step) => step.since === since)),
  ];
  const series = { ...one.series, ...other.series };
  const copies = one.copies && other.copies ? addCopies(one.copies, other.copies) : (one.copies ?? other.copies);
  return {
    rollout: one.rollout,
    steps: steps.sort((a, b) => Date.parse(a.since) - Date.parse(b.since)),
    ...(Object.keys(series).length > 0 && { series }),
    ...(copies && { copies }),
  };
}

function addSteps(one: StepCounts, other: StepCounts | undefined): StepCounts {
  if (!other) return one;
  const names = new Set([...Object.keys(one.streams), ...Object.keys(other.streams)]);
  const streams = [...names].map((name) => {
    const [a, b] = [one.streams[name] ?? NO_COUNTS, other.streams[name] ?? NO_COUNTS];
    const missing = addMissing(a.missing, b.missing);
    const sums = {
      control: addSums(a.control, b.control),
      candidate: addSums(a.candidate, b.candidate),
      paired: addSums(a.paired, b.paired),
      ...(missing && { missing }),
    };
    return [name, sums] as const;
  });
  const calls = {
    control: one.calls.control + other.calls.control,
    candidate: one.calls.candidate + other.calls.candidate,
  };
  return { ...one, calls, streams: Object.fromEntries(streams) };
}
