import { writeJson } from '../../core/text/write-json.js';
import type { ColumnChanges } from '../../model/case-changes.js';
import type { Result, RunReader } from '../../model/run-record.js';
import type { EarlierAnswer } from '../../report-page/data.js';
import type { ReportSink } from '../layout/sink.js';
import { packTemplate } from './html-data.js';

const CHUNK_ANSWERS = 64;
const CHUNK_CHARACTERS = 1 << 18;

/**
 * Writes what the baselines' runs answered to the cases that changed since, as far as those runs are kept, and a list of
 * where each answer stands. Of cases that neither broke nor were fixed, both runs tell the same.
 */
export async function writeEarlier(run: RunReader, write: ReportSink['write']): Promise<void> {
  const list: EarlierAnswer[] = [];
  let chunk: string[] = [];
  let [chunks, size] = [0, 0];
  const endChunk = async () => {
    if (chunk.length > 0) await write(await packTemplate(`before-${chunks++}`, `[${chunk.join(',\n')}]`));
    chunk = [];
    size = 0;
  };
  const changes = run.summary.changes ?? [];
  for (const runId of new Set(changes.map(({ baseline }) => baseline.runId))) {
    const wanted = columnsByCase(changes.filter(({ baseline }) => baseline.runId === runId));
    for await (const result of run.beside?.(runId) ?? []) {
      if (result.output === null) continue;
      const json = writeJson(result.output);
      for (const { suite, prompt, model } of wanted.get(keyOf(result, result.model, result.case)) ?? []) {
        list.push({ suite, prompt, model, case: result.case, trial: result.trial, chunk: chunks, place: chunk.length });
        chunk.push(json);
        size += json.length;
      }
      if (chunk.length >= CHUNK_ANSWERS || size >= CHUNK_CHARACTERS) await endChunk();
    }
  }
  await endChunk();
  await write(await packTemplate('earlier', writeJson(list)));
}

/** The columns that changed on a case, by what the case is in the baseline's run. */
function columnsByCase(columns: readonly ColumnChanges[]): ReadonlyMap<string, readonly ColumnChanges[]> {
  const named = columns.flatMap((column) =>
    [column.broken, column.failing, column.fixed].flatMap(({ first }) =>
      first.map((change) => ({ column, key: keyOf(column, column.baseline.model, change.case) })),
    ),
  );
  const byCase = new Map<string, ColumnChanges[]>();
  for (const { column, key } of named) byCase.set(key, [...(byCase.get(key) ?? []), column]);
  return byCase;
}

function keyOf({ suite, prompt }: Pick<Result, 'suite' | 'prompt'>, model: string, id: string): string {
  return JSON.stringify([suite, prompt, model, id]);
}
