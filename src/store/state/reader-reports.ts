import { readdir, readFile, rm } from 'node:fs/promises';
import { sha256 } from '../../core/text/canonical.js';
import { writeJson } from '../../core/text/write-json.js';
import { type ReaderReport, readerReportSchema } from '../../model/reader-report.js';
import { writeAtomic } from '../files/atomic.js';
import { ownPlace } from '../files/places.js';

/** Where who serves an environment says what it has seen. It is no part of the state: what is missing there changes nothing. */
export interface ReaderReports {
  /** Puts a report in the place of the reader's last. */
  report(environment: string, report: ReaderReport): Promise<void>;
  /** A reader that ends takes its report along. */
  leave(environment: string, reader: string): Promise<void>;
  /** The last report of each reader. */
  readers(environment: string): Promise<readonly ReaderReport[]>;
}

/** Those in a folder beside the state, which git leaves out: one file a reader, written by it alone. */
export function openReaderFolder(folder: string): ReaderReports {
  const place = (environment: string, reader: string) =>
    ownPlace(folder, environment, `${sha256(reader).slice(0, 32)}.json`);
  return {
    report: async (environment, report) => {
      await writeAtomic(() => ownPlace(folder, '.gitignore'), '*\n');
      await writeAtomic(() => place(environment, report.reader), `${writeJson(report)}\n`);
    },
    leave: (environment, reader) => rm(place(environment, reader), { force: true }),
    readers: async (environment) => {
      const below = ownPlace(folder, environment);
      const names = await readdir(below).catch(() => []);
      const texts = names
        .filter((name) => name.endsWith('.json'))
        .map((name) => readFile(ownPlace(below, name), 'utf8'));
      return (await Promise.all(texts.map(parseReport))).filter((report) => report !== null);
    },
  };
}

/** Null for what is no report, or is gone again. */
async function parseReport(text: Promise<string>): Promise<ReaderReport | null> {
  try {
    return readerReportSchema.parse(JSON.parse(await text));
  } catch {
    return null;
  }
}
