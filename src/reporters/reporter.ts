import type { Result, RunSummary } from '../model/run-record.js';

/** A finished run, readable as often as needed. Results come in the order of the plan, one at a time. */
export interface RunReader {
  readonly summary: RunSummary;
  results(): AsyncIterable<Result> | Iterable<Result>;
}

/** Where a reporter writes. */
export interface ReportSink {
  /** Reporters await what it returns before they write on, so that a slow file holds a fast reporter back. */
  write(text: string): void | Promise<void>;
  /** Whether colours may be used. */
  readonly color: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

export interface Reporter {
  /** The name users write after `--reporter`. */
  readonly name: string;
  /** Writes the report of a run: a pure function of the record. */
  report(run: RunReader, sink: ReportSink): Promise<void>;
}
