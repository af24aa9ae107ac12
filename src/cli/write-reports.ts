import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import type { RunReader } from '../model/run-record.js';
import { isReporterName, reporters } from '../reporters/index.js';
import type { ReportSink } from '../reporters/reporter.js';
import { cannotWrite, makeFolder } from '../store/atomic.js';
import { type Terminal, usesColor } from './terminal.js';

/** A report to write; without a file it goes to standard output. */
export interface ReportTarget {
  readonly name: keyof typeof reporters;
  readonly file: string | null;
}

/**
 * Reads the values of `--reporter NAME[=FILE]`, where the file `-` is standard output; `json` adds what `--json` asks
 * for. Throws `unknown-reporter`, or `bad-flag` when two reports would go to standard output.
 */
export function parseReporters(
  values: readonly string[],
  { command, json = false }: { readonly command: 'eval' | 'merge' | 'report'; readonly json?: boolean },
): readonly ReportTarget[] {
  const targets = values.map((value): ReportTarget => {
    const [, name = '', file = null] = /^([^=]*)(?:=(.*))?$/.exec(value) ?? [];
    if (!isReporterName(name)) {
      const known = Object.keys(reporters);
      throw new LlmciError('unknown-reporter', { name, guess: didYouMean(name, known), known: known.join(', ') });
    }
    if (file === '') throw new LlmciError('bad-flag', { flag: '--reporter', why: `no file behind ${value}`, command });
    return { name, file: file === '-' ? null : (file ?? reporters[name].defaultFile) };
  });
  const all: readonly ReportTarget[] = json ? [...targets, { name: 'json', file: null }] : targets;
  const onStandardOutput = all.filter((target) => target.file === null).map((target) => target.name);
  if (onStandardOutput.length > 1) {
    const why = `${onStandardOutput.join(' and ')} cannot both go to standard output; name a file, like ${onStandardOutput[0]}=FILE`;
    throw new LlmciError('bad-flag', { flag: '--reporter', why, command });
  }
  return all;
}

/**
 * Writes every report. One that fails does not keep the others from being written, and is told at the end: the list of
 * what went wrong is returned.
 */
export async function writeReports(
  run: RunReader,
  targets: readonly ReportTarget[],
  terminal: Terminal,
  folder: string,
): Promise<readonly Error[]> {
  const failures: Error[] = [];
  for (const { name, file } of targets) {
    try {
      const reporter = await reporters[name].load();
      if (file === null) await reporter.report(run, streamSink(terminal));
      else await reportToFile(resolve(folder, file), (sink) => reporter.report(run, sink));
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return failures;
}

/** Standard output as a sink that holds a reporter back while the reader is slow, and lets it end when he has left. */
export function streamSink({ stdout, env }: Terminal): ReportSink {
  return {
    write: async (text) => {
      if (stdout.destroyed || stdout.write(text)) return;
      // A pipe closed early (`llmci … | head`) is an error event here, and no error
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
    },
    color: usesColor(stdout, env),
    columns: stdout.columns ?? 100,
  };
}

/** Runs a report whose text goes to a file; folders are made. Throws `cannot-write`. */
export async function reportToFile(path: string, report: (sink: ReportSink) => Promise<void>): Promise<void> {
  try {
    await makeFolder(dirname(path));
    const stream = createWriteStream(path);
    await once(stream, 'open');
    const write = async (text: string) => {
      if (!stream.write(text)) await once(stream, 'drain');
    };
    await report({ write, color: false, columns: 120 });
    stream.end();
    await once(stream, 'close');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code ? cannotWrite(path, error) : error;
  }
}
