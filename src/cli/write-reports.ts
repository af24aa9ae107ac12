import { LlmciError } from '../core/text/errors.js';
import { didYouMean } from '../core/text/suggest.js';
import { asError } from '../core/text/thrown.js';
import type { RunReader } from '../model/run-record.js';
import { isReporterName, joinsConsole, reporters } from '../reporters/index.js';
import type { Reporter } from '../reporters/reporter.js';
import { isSamePlace, type ReportPlace, reportPlace, reportToFile, streamSink } from './report-file.js';
import type { Terminal } from './terminal.js';

/** A report to write; without a file it goes to standard output. */
export interface ReportTarget {
  readonly name: keyof typeof reporters;
  readonly file: ReportPlace | null;
}

/**
 * Reads the values of `--reporter NAME[=FILE]`, where the file `-` is standard output; `json` adds what `--json` asks
 * for. Files are named from `folder`. Throws `unknown-reporter`, `bad-link`, or `bad-flag` when two reports would go to
 * one place: it would hold the one that was written last, or both of them mixed.
 */
export function parseReporters(
  values: readonly string[],
  {
    command,
    folder,
    json = false,
  }: { readonly command: 'eval' | 'merge' | 'rescore' | 'report'; readonly folder: string; readonly json?: boolean },
): readonly ReportTarget[] {
  const targets: ReportTarget[] = [];
  for (const value of values) {
    const [, name = '', file = null] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
    if (!isReporterName(name)) {
      const known = Object.keys(reporters);
      throw new LlmciError('unknown-reporter', { name, guess: didYouMean(name, known), known: known.join(', ') });
    }
    if (file === '') throw new LlmciError('bad-flag', { flag: '--reporter', why: `no file behind ${value}`, command });
    const named = file === '-' ? null : (file ?? reporters[name].defaultFile);
    const place = named === null ? null : reportPlace(folder, named);
    if (place !== null) requireOneWriter(targets, place, command);
    targets.push({ name, file: place });
  }
  const all: readonly ReportTarget[] = json ? [...targets, { name: 'json', file: null }] : targets;
  const onStandardOutput = all.filter(({ file }) => file === null || file.descriptor === 1).map(({ name }) => name);
  const others = onStandardOutput.filter((name) => name !== 'console');
  const isLog = others.length === 1 && others.every(joinsConsole) && onStandardOutput.length === 2;
  if (onStandardOutput.length > 1 && !isLog) {
    const why = `${onStandardOutput.join(' and ')} cannot both go to standard output; name a file, like ${onStandardOutput[0]}=FILE`;
    throw new LlmciError('bad-flag', { flag: '--reporter', why, command });
  }
  return all;
}

/** Throws `bad-flag` when one of the reports goes to a place already. */
export function requireOneWriter(
  targets: readonly ReportTarget[],
  place: ReportPlace,
  command: 'eval' | 'merge' | 'rescore' | 'report',
): void {
  const taken = targets.find(({ file }) => file !== null && isSamePlace(file, place));
  if (!taken) return;
  const why = `${place.find()} is where ${taken.name} goes: a file has one writer, name another`;
  throw new LlmciError('bad-flag', { flag: '--reporter', why, command });
}

/**
 * Writes every report. One that fails does not keep the others from being written, and is told at the end: the list of
 * what went wrong is returned.
 */
export async function writeReports(
  run: RunReader,
  targets: readonly ReportTarget[],
  terminal: Terminal,
): Promise<readonly Error[]> {
  const failures: Error[] = [];
  for (const { name, file } of targets) {
    try {
      const reporter: Reporter = await reporters[name].load();
      if (file === null) await reporter.report(run, streamSink(terminal));
      else await reportToFile(file, terminal, (sink) => reporter.report(run, sink));
      if (!file?.isFile || !reporter.check) continue;
      for (const warning of await reporter.check(file.find())) terminal.stderr.write(`warning: ${warning}\n`);
    } catch (error) {
      failures.push(asError(error));
    }
  }
  return failures;
}
