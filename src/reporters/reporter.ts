import type { RunReader } from '../model/run-record.js';

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
  /** Reads a report back from its file. Returns what its reader should know of it; throws when it is not whole. */
  check?(path: string): Promise<readonly string[]>;
}
