import { isRecord, type Json } from '../../model/json.js';
import type { SourcePlace } from '../../model/problem.js';
import { isUnreadable, type Located, located, memberOf, parseLocated, textOfLocated } from '../located.js';
import { pathNamed, type Reading } from '../reading.js';

export const STORED =
  'the rows are kept at OpenAI: read them with `llmci cases`, or write them down as JSONL and paste them as `file_content`';

export type JsonRow = Readonly<Record<string, Json>>;

export interface Rows {
  readonly items: readonly JsonRow[];
  /** Where they were found. */
  readonly sources: readonly { readonly what: string; readonly place: SourcePlace; readonly note: string }[];
}

/** The rows of runs of Evals: written in them, or in a file that was saved beside the source. */
export async function importRows(reading: Reading, runs: readonly Located[]): Promise<Rows> {
  const items = new Map<string, JsonRow>();
  const sources: Rows['sources'][number][] = [];
  for (const run of runs) {
    const source = memberOf(memberOf(run, 'data_source'), 'source');
    const found = source && (await rowsIn(reading, source));
    if (!source || !found) continue;
    sources.push({ what: 'rows', place: source.place, note: found.note });
    for (const row of found.rows) {
      const item = itemOf(reading, row);
      if (item !== null) items.set(JSON.stringify(item), item);
    }
  }
  return { items: [...items.values()], sources };
}

async function rowsIn(reading: Reading, source: Located) {
  const type = typeOf(source);
  if (type === 'file_content') return { rows: memberOf(source, 'content')?.items ?? [], note: '' };
  if (type === 'file_id') return savedRows(reading, source);
  reading.findings.refuse(`rows ${type}`, source.place, STORED);
  return null;
}

async function savedRows({ findings, files }: Reading, source: Located) {
  const id = textOfLocated(memberOf(source, 'id')) ?? '';
  const path = /^[\w-]+$/.test(id) ? pathNamed(source.place.file, `${id}.jsonl`) : null;
  const read = path === null ? null : await files.read(path);
  if (path === null || read === null || 'why' in read) {
    findings.refuse(
      `rows ${id}`,
      source.place,
      `they are in a file at OpenAI: save it beside this one as ${id || 'ID'}.jsonl (\`GET /v1/files/${id || 'ID'}/content\`), and import again`,
    );
    return null;
  }
  const rows = read.text.split('\n').flatMap((line, index) => {
    const row = line.trim() === '' ? null : parseLocated(path, line);
    if (row === null) return [];
    const at = { file: path, line: index + 1, column: 1 };
    if (!isUnreadable(row)) return [located(row.data, at)];
    findings.refuse('row', at, row.why);
    return [];
  });
  return { rows, note: path };
}

function itemOf({ findings }: Reading, row: Located): JsonRow | null {
  if (memberOf(row, 'sample'))
    findings.refuse('sample', row.place, 'llmci asks the model anew; `llmci score` scores outputs that are there');
  const { data } = memberOf(row, 'item') ?? row;
  if (isRecord(data)) return data as JsonRow;
  findings.refuse('row', row.place, 'its `item` is no mapping, so that it has no variables');
  return null;
}

export function typeOf(value: Located | undefined): string {
  return textOfLocated(memberOf(value, 'type')) ?? '(none)';
}
