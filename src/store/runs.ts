import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LlmciError } from '../core/errors.js';
import { type Result, type RunSummary, resultSchema, runRecordSchema, runSummarySchema } from '../model/run-record.js';
import type { RunReader } from '../reporters/reporter.js';
import { cannotWrite, makeFolder, writeAtomic } from './atomic.js';
import { Journal } from './journal.js';

const SUMMARY = 'run.json';
const RESULTS = 'results.jsonl';

/** The folder of a run that is under way. */
export interface RunFolder {
  readonly id: string;
  readonly folder: string;
  readonly journal: Journal;
}

/** A name for a run that sorts by its start and is unlikely to be taken: `20260301-142530-x7k2`. */
export function newRunId(now: Date, random: () => number): string {
  const time = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${Math.floor(random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}

/** Makes the folder of a new run. Throws `cannot-write`. */
export async function startRun(out: string, id: string): Promise<RunFolder> {
  const folder = join(out, 'runs', id);
  try {
    await makeFolder(join(out, 'runs'));
    await mkdir(folder);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  return { id, folder, journal: new Journal(join(folder, RESULTS)) };
}

/** Writes the summary of a run, which makes it readable. */
export async function finishRun(run: RunFolder, summary: RunSummary): Promise<RunReader> {
  run.journal.close();
  await writeAtomic(join(run.folder, SUMMARY), `${JSON.stringify(summary, null, 2)}\n`);
  return { summary, results: () => readResults(run.folder) };
}

/**
 * Opens a finished run by its id, its folder, `latest`, or the file of a run record. Throws `unknown-run` or
 * `unreadable-run`.
 */
export async function openRun(out: string, name: string): Promise<RunReader> {
  const folder = await findRun(out, name);
  if (statSync(folder).isFile()) return openRecord(folder);
  const unreadable = (why: string) => new LlmciError('unreadable-run', { run: basename(folder), why });
  let data: unknown;
  try {
    data = JSON.parse(await readFile(join(folder, SUMMARY), 'utf8'));
  } catch (error) {
    throw unreadable(existsSync(join(folder, SUMMARY)) ? (error as Error).message : 'it was not finished');
  }
  const parsed = runSummarySchema.safeParse(data);
  if (!parsed.success)
    throw unreadable(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return { summary: parsed.data, results: () => readResults(folder) };
}

/** Reads a run record as the reporter `json` writes it. */
async function openRecord(path: string): Promise<RunReader> {
  const unreadable = (why: string) => new LlmciError('unreadable-run', { run: path, why });
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  const parsed = runRecordSchema.safeParse(data);
  if (!parsed.success)
    throw unreadable(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  const { results, ...summary } = parsed.data;
  return {
    summary,
    results: async function* () {
      yield* results;
    },
  };
}

async function findRun(out: string, name: string): Promise<string> {
  const runs = join(out, 'runs');
  const unknown = () => new LlmciError('unknown-run', { run: name, folder: runs });
  if (name !== 'latest') {
    const folder = /^[\w-]+$/.test(name) ? join(runs, name) : name;
    if (!existsSync(folder)) throw unknown();
    return folder;
  }
  const names = existsSync(runs) ? (await readdir(runs)).sort() : [];
  const newest = names.findLast((candidate) => existsSync(join(runs, candidate, SUMMARY)));
  if (newest === undefined) throw unknown();
  return join(runs, newest);
}

/**
 * The results of a run in the order of its plan, one at a time. The file has them in the order they came; what is held
 * in memory is where each line starts.
 */
async function* readResults(folder: string): AsyncGenerator<Result> {
  const path = join(folder, RESULTS);
  const lines: { index: number; start: number; length: number }[] = [];
  let start = 0;
  for await (const line of linesOf(path)) {
    const index = /^\{"index":(\d+),/.exec(line.subarray(0, 40).toString('latin1'))?.[1];
    if (index !== undefined) lines.push({ index: Number(index), start, length: line.length });
    start += line.length + 1;
  }
  // Of two results of one sample the later counts; a stable sort keeps them in the order they came
  lines.sort((a, b) => a.index - b.index);
  const file = await open(path);
  try {
    for (const [place, line] of lines.entries()) {
      if (lines[place + 1]?.index === line.index) continue;
      const bytes = Buffer.alloc(line.length);
      await file.read(bytes, 0, line.length, line.start);
      const { result } = JSON.parse(bytes.toString('utf8')) as { result: unknown };
      yield resultSchema.parse(result);
    }
  } finally {
    await file.close();
  }
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes as Buffer<ArrayBuffer>;
  }
}
