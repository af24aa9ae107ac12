import { Chalk } from 'chalk';
import { count, formatMilliseconds, formatNumber, formatUsd } from '../core/text/format.js';
import { printable } from '../core/text/printable.js';
import { cutToWidth } from './layout/layout.js';

/** Where progress is shown: standard error, or something like it. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ProgressOptions {
  readonly color: boolean;
  /** Samples planned. */
  readonly total: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Nothing is shown at all. */
  readonly quiet: boolean;
}

/** Where a run stands. `finished` counts samples with an output or an error; `failed` those that miss a pass mark. */
export interface ProgressState {
  readonly finished: number;
  readonly errors: number;
  readonly failed: number;
  /** Spent so far; null when a price is unknown. */
  readonly usd: number | null;
  readonly inFlight: number;
  /** Requests in batches that the services are done with, and all of them. */
  readonly batched?: { readonly done: number; readonly total: number };
  /** When the plan has grown, as with adaptive trials. */
  readonly total?: number;
}

export interface Progress {
  update(state: ProgressState): void;
  /** A message between the updates, on a line of its own. */
  log(line: string): void;
  /** Takes the progress line away; in a CI log, writes where the run ended if it had written anything. */
  done(): void;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;
const RATE_WINDOW_MS = 15_000;
const BAR_WIDTH = 20;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * The progress of a run: one line redrawn at most ten times a second on a terminal, a plain line every ten seconds at
 * most elsewhere. It writes when it is told something and keeps no timer, so there is nothing to stop.
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions): Progress {
  if (options.quiet) return { update: ignore, log: ignore, done: ignore };
  const measureRate = createRate(options.now());
  const line = (state: ProgressState) => describeProgress(state, options, measureRate(state.finished, options.now()));
  return stream.isTTY ? createLiveLine(stream, options, line) : createPlainLines(stream, options, line);
}

type DescribeState = (state: ProgressState) => ProgressParts;

function createLiveLine(
  stream: ProgressStream,
  { color, now, total }: ProgressOptions,
  describe: DescribeState,
): Progress {
  const paint = new Chalk({ level: color ? 1 : 0 });
  let drawnAt = Number.NEGATIVE_INFINITY;
  let current = '';
  return {
    update(state) {
      const isLast = state.finished >= (state.total ?? total);
      if (now() - drawnAt < REDRAW_MS && !isLast) return;
      drawnAt = now();
      const { share, facts } = describe(state);
      const filled = Math.round(share * BAR_WIDTH);
      // One column less than the terminal has: a full line would scroll at some
      const room = Math.max(10, (stream.columns ?? 80) - 1 - BAR_WIDTH - 1);
      const bar = paint.green('█'.repeat(filled)) + paint.dim('░'.repeat(BAR_WIDTH - filled));
      current = `${bar} ${cutToWidth(facts, room)}`;
      stream.write(`${CLEAR_LINE}${current}`);
    },
    log(text) {
      stream.write(`${current === '' ? '' : CLEAR_LINE}${printable(text)}\n${current}`);
    },
    done() {
      if (current !== '') stream.write(CLEAR_LINE);
      current = '';
    },
  };
}

function createPlainLines(stream: ProgressStream, { now }: ProgressOptions, describe: DescribeState): Progress {
  let writtenAt = now();
  let isWritten = false;
  let unwritten: ProgressState | null = null;
  const write = (state: ProgressState) => {
    stream.write(`llmci: ${describe(state).facts}\n`);
    writtenAt = now();
    isWritten = true;
    unwritten = null;
  };
  return {
    update(state) {
      unwritten = state;
      if (now() - writtenAt >= PLAIN_LINE_MS) write(state);
    },
    log(text) {
      stream.write(`${printable(text)}\n`);
    },
    done() {
      if (isWritten && unwritten !== null) write(unwritten);
    },
  };
}

interface ProgressParts {
  /** Finished share of the plan, 0 to 1. */
  readonly share: number;
  readonly facts: string;
}

function describeProgress(state: ProgressState, options: ProgressOptions, perSecond: number | null): ProgressParts {
  const total = Math.max(state.total ?? options.total, state.finished);
  const share = total === 0 ? 1 : state.finished / total;
  const left = total - state.finished;
  const facts = [
    `${Math.floor(share * 100)}%`,
    `${formatNumber(state.finished)}/${formatNumber(total)}`,
    state.failed > 0 ? `${formatNumber(state.failed)} failed` : '',
    state.errors > 0 ? count(state.errors, 'error') : '',
    perSecond === null ? '' : `${perSecond >= 9.95 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`,
    state.usd === null || state.usd === 0 ? '' : formatUsd(state.usd),
    perSecond === null || perSecond === 0 || left === 0 ? '' : `${describeTimeLeft((left / perSecond) * 1000)} left`,
    state.inFlight > 0 ? `${state.inFlight} in flight` : '',
    state.batched && left > 0
      ? `batch: ${formatNumber(state.batched.done)}/${formatNumber(state.batched.total)} done`
      : '',
  ];
  return { share, facts: facts.filter(Boolean).join('  ') };
}

/** Whole seconds: tenths would flicker and be wrong. */
function describeTimeLeft(ms: number): string {
  return formatMilliseconds(Math.max(1000, Math.round(ms / 1000) * 1000));
}

/** Samples a second over the last seconds, so that a burst from the cache at the start is soon forgotten. */
function createRate(startedAt: number): (finished: number, at: number) => number | null {
  const points = [{ at: startedAt, finished: 0 }];
  return (finished, at) => {
    const last = points.at(-1);
    if (last !== undefined && at - last.at >= 1000) points.push({ at, finished });
    while (points.length > 2 && at - (points[1]?.at ?? at) > RATE_WINDOW_MS) points.shift();
    const first = points[0];
    if (first === undefined || at - first.at < 1000) return null;
    return ((finished - first.finished) / (at - first.at)) * 1000;
  };
}

function ignore(): void {
  // quiet
}
