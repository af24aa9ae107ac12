import type { LedgerLine } from '../../model/ledger.js';
import { rolloutCountsSchema, type StepCounts, type Sums } from '../../model/live-counts.js';
import type { UsualCalls } from '../../model/usual-calls.js';
import { promptsOfLine } from '../releases/describe-line.js';
import { streamOfGates } from './live-series.js';
import { addSums, NO_SUMS } from './sums.js';

/** What calls of the prompts of an environment are like: what a forecast is made of. */
export interface Usual {
  /** Calls a second by prompt. A prompt that nobody has counted is not there. */
  readonly rates: ReadonlyMap<string, number>;
  /** What was counted of what was live, by the name of the stream. */
  readonly streams: ReadonlyMap<string, Sums>;
}

/** What a gateway has counted that was silent for longer than the others says nothing of now. */
const LATELY_MS = 60 * 60 * 1000;
/** Below this a rate is a guess. */
const LEAST_CALLS = 10;
const LEAST_MS = 5_000;

/**
 * What is usual by what gateways have counted lately, and where they have not by the last rollout of each prompt that was
 * decided by evidence: its ledger line holds the counts.
 */
export function usualOf(lines: readonly LedgerLine[], counted: readonly UsualCalls[]): Usual {
  const rates = new Map<string, number>();
  const streams = new Map<string, Sums>();
  for (const line of lines) {
    if (!('figures' in line) || line.figures === undefined) continue;
    const read = rolloutCountsSchema.safeParse(line.figures['counts']);
    if (!read.success) continue;
    const { steps } = read.data;
    for (const [stream, sums] of controlSums(steps)) streams.set(streamOfGates(stream, read.data), sums);
    const [only, ...others] = promptsOfLine(line, lines);
    const rate = rateIn(steps, Date.parse(line.at));
    // Of several prompts the line does not say which had how many calls
    if (only !== undefined && others.length === 0 && rate !== null) rates.set(only, rate);
  }
  for (const { prompt, since, until, calls, streams: lately } of together(counted)) {
    const ms = Date.parse(until) - Date.parse(since);
    if (calls >= LEAST_CALLS && ms >= LEAST_MS) rates.set(prompt, (1000 * calls) / ms);
    for (const [stream, sums] of Object.entries(lately)) if (sums.n > 1) streams.set(stream, sums);
  }
  return { rates, streams };
}

/** What several gateways have counted of a prompt at the same time, as one. */
function together(counted: readonly UsualCalls[]): readonly UsualCalls[] {
  const newest = Math.max(...counted.map(({ until }) => Date.parse(until)));
  const added = new Map<string, UsualCalls>();
  for (const one of counted) {
    if (newest - Date.parse(one.until) > LATELY_MS) continue;
    const other = added.get(one.prompt);
    added.set(one.prompt, other ? addUsual(other, one) : one);
  }
  return [...added.values()];
}

function addUsual(one: UsualCalls, other: UsualCalls): UsualCalls {
  const names = new Set([...Object.keys(one.streams), ...Object.keys(other.streams)]);
  const sums = [...names].map(
    (name) => [name, addSums(one.streams[name] ?? NO_SUMS, other.streams[name] ?? NO_SUMS)] as const,
  );
  return {
    prompt: one.prompt,
    since: Date.parse(one.since) < Date.parse(other.since) ? one.since : other.since,
    until: Date.parse(one.until) > Date.parse(other.until) ? one.until : other.until,
    calls: one.calls + other.calls,
    streams: Object.fromEntries(sums),
  };
}

function controlSums(steps: readonly StepCounts[]): ReadonlyMap<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const { streams } of steps) {
    for (const [name, { control }] of Object.entries(streams)) {
      if (control.n > 0) sums.set(name, addSums(sums.get(name) ?? NO_SUMS, control));
    }
  }
  return sums;
}

/** Calls a second of the last step: earlier ones are longer ago. */
function rateIn(steps: readonly StepCounts[], end: number): number | null {
  const last = steps.at(-1);
  if (last === undefined) return null;
  const ms = end - Date.parse(last.since);
  const calls = last.calls.control + last.calls.candidate;
  return ms >= LEAST_MS && calls >= LEAST_CALLS ? (1000 * calls) / ms : null;
}
