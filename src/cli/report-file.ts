import { once } from 'node:events';
import { statSync, write as writeTo } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LlmciError } from '../core/text/errors.js';
import { findRoot } from '../project/source/files.js';
import type { ReportSink } from '../reporters/layout/sink.js';
import { cannotWrite, requireWritable, writeWhole } from '../store/files/atomic.js';
import { isInside, placeNamed, repositoryAround } from '../store/files/places.js';
import { isSystemError } from '../store/files/read-file.js';
import { isReportOrEmpty } from './own-report.js';
import { type Terminal, usesColor } from './terminal.js';

/** Where a report goes that does not simply go to standard output. */
export interface ReportPlace {
  /** Asked before it is written and after: a link may have been put there meanwhile. Throws `bad-link`. */
  readonly find: () => string;
  /** A file of the disk, which is replaced as a whole; not a pipe, a device or an open file of the process. */
  readonly isFile: boolean;
  /** Whether it is in the repository, where what stands there may be anybody's work. */
  readonly isInRepository: boolean;
  /** The number of the open file of the process that it is; null for any other place. */
  readonly descriptor: number | null;
}

/** The place of a report by the path that a person gave, from a folder. Throws `bad-link`. */
export function reportPlace(folder: string, named: string): ReportPlace {
  const path = resolve(folder, named);
  const descriptor = openFileOf(path);
  if (descriptor !== null) return { find: () => path, isFile: false, isInRepository: false, descriptor };
  const root = findRoot(folder);
  const find = () => placeNamed(root, path);
  const stats = statsOf(find());
  const isInRepository = isInside(repositoryAround(root) ?? root, find());
  return { find, isFile: stats === null || stats.isFile() || stats.isDirectory(), isInRepository, descriptor };
}

/** Whether what is written to both would be mixed, or hold one of them alone. Nothing is, where a device takes all. */
export function isSamePlace(a: ReportPlace, b: ReportPlace): boolean {
  if (a.descriptor !== null || b.descriptor !== null) return a.descriptor === b.descriptor;
  return a.isFile && isSameFile(a.find(), b.find());
}

/** Whether two paths are one file, by whatever names. */
export function isSameFile(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [statsOf(a), statsOf(b)];
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** Throws where no report could be put: as `requireReplaceable`, and `cannot-write`. What is no file of the disk says so when it is opened. */
export async function requireRoom(place: ReportPlace): Promise<void> {
  await requireReplaceable(place);
  if (place.isFile) await requireWritable(place.find);
}

/**
 * Throws `bad-flag` where a report would take the place of something else: of a YAML file, for prompts, suites and
 * configurations are, and in the repository of whatever is no report.
 */
async function requireReplaceable({ find, isFile, isInRepository }: ReportPlace): Promise<void> {
  const path = find();
  if (!isFile || !statsOf(path)?.isFile()) return;
  const refuse = (why: string) => new LlmciError('bad-flag', { flag: path, why, command: 'report' });
  if (/\.ya?ml$/i.test(path)) throw refuse('it is a YAML file, which is not replaced; name another file');
  if (isInRepository && !(await isReportOrEmpty(path)))
    throw refuse('it is no report, and so is not replaced; name another file, or delete it');
}

/** Runs a report whose text goes to a file, which appears when it is whole; folders are made. Throws as `requireRoom`. */
export async function reportToFile(
  place: ReportPlace,
  terminal: Terminal,
  report: (sink: ReportSink) => Promise<void>,
): Promise<void> {
  await requireReplaceable(place);
  const { find, isFile, descriptor } = place;
  const sinkOf = (write: ReportSink['write']): ReportSink => ({ write, color: false, columns: 120 });
  if (isFile) return writeWhole(find, (write) => report(sinkOf(write)));
  const path = find();
  try {
    if (descriptor === 1 || descriptor === 2) {
      await report(sinkOf(streamSink(terminal, descriptor === 1 ? terminal.stdout : terminal.stderr).write));
    } else if (descriptor !== null) {
      await report(sinkOf((text) => writeAll(descriptor, Buffer.from(text))));
    } else {
      const device = await open(path, 'w');
      try {
        await report(sinkOf((text) => device.appendFile(text)));
      } finally {
        await device.close();
      }
    }
  } catch (error) {
    throw isSystemError(error) ? cannotWrite(path, error) : error;
  }
}

/** Standard output as a sink that holds a reporter back while the reader is slow, and lets it end when he has left. */
export function streamSink(terminal: Terminal, stream: Terminal['stdout' | 'stderr'] = terminal.stdout): ReportSink {
  return {
    write: async (text) => {
      if (stream.destroyed || stream.write(text)) return;
      // A pipe closed early (`llmci … | head`) is an error event here, and no error
      const over = new AbortController();
      const { signal } = over;
      await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(() => undefined);
      // Of both, one may come only when the process ends
      over.abort();
    },
    color: usesColor(stream, terminal.env),
    columns: stream.columns ?? 100,
  };
}

/** The number of an open file of this process that a path names; null for any other path. */
function openFileOf(path: string): number | null {
  const standard = ['/dev/stdin', '/dev/stdout', '/dev/stderr'].indexOf(path);
  if (standard >= 0) return standard;
  const number = /^(?:\/dev\/fd|\/proc\/self\/fd)\/(\d{1,9})$/.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

const WAIT_MS = 10;

/** Writes to an open file: to open its name again would begin it anew, and cannot be done for a socket. */
async function writeAll(descriptor: number, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += (await promisify(writeTo)(descriptor, bytes, written)).bytesWritten;
    } catch (error) {
      // Its reader is slower than we are
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await sleep(WAIT_MS);
    }
  }
}

function statsOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return null; // not there yet; whatever else it is, writing to it says so
  }
}
