import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SCORE } from '../../core/scores/composites.js';
import { nameOfSample } from '../../core/scores/sample-name.js';
import { rangeMissed } from '../../core/scores/unit-range.js';
import { LlmciError } from '../../core/text/errors.js';
import { firstFault } from '../../core/text/explain-issues.js';
import { valuesBut } from '../../core/text/json-value.js';
import { readJson } from '../../core/text/read-json.js';
import { findRepeatedKey } from '../../core/text/repeated-key.js';
import type { RunReader, RunSummary } from '../../model/run-record.js';
import { type Result, runRecordSchema, runSummarySchema, SCHEMA_VERSION } from '../../model/run-record.js';
import { newerVersion } from '../files/newer-version.js';
import { ownPlace, placeNamed, repositoryAround } from '../files/places.js';
import { holderOf } from '../files/run-lock.js';
import { DATA_OF_RESULT, Results } from './results.js';

export const SUMMARY = 'run.json';
export const RESULTS = 'results.jsonl';
export const MANIFEST = 'plan.json';

const DATA_OF_SUMMARY = [['suites', '*', 'prompts', '*', 'content', 'defaults']];
const DATA_OF_RECORD = [...DATA_OF_SUMMARY, ...DATA_OF_RESULT.map((path) => ['results', '*', ...path])];

/**
 * What names a run, as it is understood everywhere: a path is made whole from the folder in which somebody wrote it. Ids,
 * `latest`, `git:REF` and baseline files, whose paths are from the root, stay as they are.
 */
export function wholeName(folder: string, name: string): string {
  const isPath = !/^[\w-]+$|^git:|\.baseline\.json$/.test(name);
  return isPath ? resolve(folder, name) : name;
}

/**
 * Opens a finished run by its id, its folder, `latest`, or the file of a run record. Throws `unknown-run` or
 * `unreadable-run`.
 */
export async function readRun(out: string, name: string): Promise<RunReader> {
  const folder = await findRun(out, name);
  if (statSync(folder).isFile()) return openRecord(folder);
  const unreadable = (why: string) => new LlmciError('unreadable-run', { run: basename(folder), why });
  let data: unknown;
  try {
    data = valuesBut(DATA_OF_SUMMARY, readJson(await readFile(ownPlace(folder, SUMMARY), 'utf8')));
  } catch (error) {
    if (error instanceof LlmciError) throw error;
    if (existsSync(join(folder, SUMMARY))) throw unreadable((error as Error).message);
    if ((await holderOf(folder)) !== null) throw unreadable('it is still under way');
    const isPlanned = existsSync(join(folder, MANIFEST));
    throw unreadable(
      `it was cut short${isPlanned ? ` (to go on with it: ${resumeCommand(folder)})` : ', and its plan is gone: start anew'}`,
    );
  }
  const parsed = runSummarySchema.safeParse(data);
  if (!parsed.success)
    throw unreadable(
      newerVersion(data, 'schemaVersion', SCHEMA_VERSION) ?? firstFault(parsed.error, runSummarySchema, data),
    );
  if (!existsSync(ownPlace(folder, RESULTS))) throw unreadable(`its ${RESULTS} is gone`);
  const summary = parsed.data;
  const faultOf = scoreFaults(summary);
  return {
    summary,
    results: async function* () {
      for await (const result of readResults(folder)) {
        const fault = faultOf(result);
        if (fault !== null) throw unreadable(fault);
        yield result;
      }
    },
    beside: (runId) => readBeside(folder, runId),
  };
}

/** Why a score of a result was never measured by its metric: it is off the range of the unit; null when each may have been. */
function scoreFaults({ suites }: RunSummary): (result: Result) => string | null {
  const metricsOf = new Map(suites.map(({ id, metrics }) => [id, metrics]));
  return ({ suite, case: id, scores, score }) => {
    for (const { id: metric, value } of [...scores, { id: SCORE, value: score }]) {
      const unit = metricsOf.get(suite)?.[metric]?.unit;
      const range = value === null || unit === undefined ? null : rangeMissed(value, unit);
      if (range !== null) return `case ${id}: ${value} cannot be a score of ${metric}: ${range}`;
    }
    return null;
  };
}

function resumeCommand(folder: string): string {
  return `llmci eval --resume ${basename(folder)}`;
}

/** Reads a run record as the reporter `json` writes it. */
async function openRecord(path: string): Promise<RunReader> {
  const unreadable = (why: string) => new LlmciError('unreadable-run', { run: path, why });
  let data: unknown;
  try {
    const text = await readFile(path, 'utf8');
    data = valuesBut(DATA_OF_RECORD, readJson(text));
    const repeated = findRepeatedKey(text);
    if (repeated) throw new SyntaxError(`duplicate key ${repeated.key}, at character ${repeated.second + 1}`);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  const parsed = runRecordSchema.safeParse(data);
  if (!parsed.success)
    throw unreadable(
      newerVersion(data, 'schemaVersion', SCHEMA_VERSION) ?? firstFault(parsed.error, runRecordSchema, data),
    );
  const { results, ...summary } = parsed.data;
  const twice = findTwice(results);
  if (twice) throw unreadable(`results ${twice[0]} and ${twice[1]} are of one sample`);
  const fault = results.map(scoreFaults(summary)).find((each) => each !== null);
  if (fault) throw unreadable(fault);
  return {
    summary,
    results: async function* () {
      yield* results;
    },
  };
}

/** The numbers, from 1, of two results of one sample; null when each sample has one. */
function findTwice(results: readonly Result[]): readonly [first: number, second: number] | null {
  const seen = new Map<string, number>();
  for (const [index, result] of results.entries()) {
    const sample = nameOfSample(result);
    const first = seen.get(sample);
    if (first !== undefined) return [first, index + 1];
    seen.set(sample, index + 1);
  }
  return null;
}

/** Where a run is: the folder that an id or `latest` names, or the path itself. Throws `unknown-run` or `no-runs`. */
async function findRun(out: string, name: string): Promise<string> {
  const runs = ownPlace(out, 'runs');
  const unknown = () => new LlmciError('unknown-run', { run: name, folder: runs });
  if (name !== 'latest') {
    const folder = /^[\w-]+$/.test(name) ? ownPlace(runs, name) : placeOfRecord(resolve(name));
    if (!existsSync(folder)) throw unknown();
    return folder;
  }
  const names = (await readdir(runs).catch(() => [])).sort();
  const newest = names.findLast((candidate) => existsSync(join(runs, candidate, SUMMARY)));
  if (newest === undefined) throw new LlmciError('no-runs', { folder: runs });
  return ownPlace(runs, newest);
}

/** A run that a person has named by its path, unless a link in a repository leads out of it. Throws `bad-link`. */
function placeOfRecord(path: string): string {
  const repository = repositoryAround(dirname(path));
  return repository === null ? path : placeNamed(repository, path);
}

/** The results of a run that is kept in the same folder as another; null when there is none, or it has no such name. */
export function readBeside(folder: string, runId: string): AsyncGenerator<Result> | null {
  // A committed baseline names it, which anybody may have written
  if (!/^[\w-]+$/.test(runId)) return null;
  const other = ownPlace(dirname(folder), runId);
  return existsSync(join(other, RESULTS)) ? readResults(other) : null;
}

/** The results of a run in the order of its plan, one at a time. The file has them in the order they came. */
export async function* readResults(folder: string): AsyncGenerator<Result> {
  const results = await Results.open([ownPlace(folder, RESULTS)]);
  try {
    yield* results.inOrder();
  } finally {
    await results.close();
  }
}
