import type { RunReader } from '../model/run-record.js';
import type { ReportSink } from './layout/sink.js';

export interface Reporter {
  /** The name users write after `--reporter`. */
  readonly name: string;
  /** Writes the report of a run: a pure function of the record. */
  report(run: RunReader, sink: ReportSink): Promise<void>;
  /** Reads a report back from its file. Returns what its reader should know of it; throws when it is not whole. */
  check?(path: string): Promise<readonly string[]>;
}
