import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import type { z } from 'zod';
import { didYouMean } from '../core/suggest.js';
import type { caseSchemaFor } from '../model/case.js';
import type { Json } from '../model/json.js';
import type { Problem } from '../model/problem.js';
import type { DatasetReference } from '../model/suite.js';
import { PathError, type RootPath, readText } from './files.js';
import { type Path, parseYaml, type Source } from './yaml-source.js';
import { problemsOf } from './zod-problems.js';

export type WrittenCase = z.output<ReturnType<typeof caseSchemaFor>>;

/** A case with the place where it stands, for messages about it. */
export interface PlacedCase {
  readonly written: WrittenCase;
  readonly id: string;
  readonly source: Source;
  readonly path: Path;
}

type Mapping = Exclude<DatasetReference, string>;

interface Row {
  readonly data: unknown;
  readonly source: Source;
  readonly path: Path;
}

const FORMATS = ['.jsonl', '.csv', '.json', '.yaml', '.yml'];

/**
 * Reads a dataset's rows as cases. A row is either in the form of a case (it has `vars`) or flat: then the columns id,
 * expected and tags are these and all others are variables. A mapping says otherwise. Every row that does not fit is a
 * problem with its place.
 */
export async function loadDataset(
  root: string,
  path: RootPath,
  mapping: Mapping | null,
  caseSchema: ReturnType<typeof caseSchemaFor>,
  problems: Problem[],
): Promise<readonly PlacedCase[]> {
  const before = problems.length;
  const rows = readRows(path, await readText(root, path), problems);
  if (rows.length === 0 && problems.length === before) {
    problems.push({
      file: path,
      line: 1,
      column: 1,
      message: 'the dataset is empty: a run without cases judges nothing',
    });
  }
  return rows.flatMap(({ data, source, path: place }, index): PlacedCase[] => {
    const shaped = mapping ? mapRow(data, mapping) : shapeRow(data);
    if ('problem' in shaped) {
      problems.push({ file: source.file, ...source.at(place), message: `row ${index + 1}: ${shaped.problem}` });
      return [];
    }
    const checked = caseSchema.safeParse(shaped.row);
    if (!checked.success) {
      const within: Source = { ...source, at: (inner, part) => source.at([...place, ...inner], part) };
      const found = problemsOf(checked.error.issues, caseSchema, shaped.row, within);
      problems.push(...found.map((problem) => ({ ...problem, message: `row ${index + 1}: ${problem.message}` })));
      return [];
    }
    return [{ written: checked.data, id: checked.data.id ?? `row-${index + 1}`, source, path: place }];
  });
}

function readRows(file: RootPath, text: string, problems: Problem[]): Row[] {
  if (file.endsWith('.jsonl')) return readJsonLines(file, text, problems);
  if (file.endsWith('.csv')) return readCsv(file, text, problems);
  if (!FORMATS.some((ending) => file.endsWith(ending))) {
    throw new PathError(`${file} is no dataset: its name must end in ${FORMATS.join(', ')}`);
  }
  const { source, data, problems: faults } = parseYaml(file, text);
  problems.push(...faults);
  if (faults.length > 0 || data === null) return [];
  if (!Array.isArray(data)) {
    problems.push({ file, line: 1, column: 1, message: 'a dataset is a list of rows' });
    return [];
  }
  return data.map((row, index) => ({ data: row as unknown, source, path: [index] }));
}

/** A source whose parts all stand at the beginning of one line. */
function atLine(file: RootPath, line: number): Source {
  const position = { line, column: 1 };
  return { file, at: () => position, within: () => position };
}

function readJsonLines(file: RootPath, text: string, problems: Problem[]): Row[] {
  return text.split(/\r?\n/).flatMap((line, index): Row[] => {
    if (line.trim() === '') return [];
    try {
      return [
        {
          data: JSON.parse(index === 0 ? line.replace(/^\uFEFF/, '') : line),
          source: atLine(file, index + 1),
          path: [],
        },
      ];
    } catch (error) {
      problems.push({
        file,
        line: index + 1,
        column: 1,
        message: `row ${index + 1} is not JSON: ${(error as Error).message}`,
      });
      return [];
    }
  });
}

function readCsv(file: RootPath, text: string, problems: Problem[]): Row[] {
  try {
    const rows = parseCsv(text, { columns: true, info: true, bom: true, skip_empty_lines: true }) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    let line = 2;
    return rows.map(({ record, info }) => {
      const source = atLine(file, line);
      line = info.lines + 1;
      return { data: record, source, path: [] };
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    problems.push({ file, line, column: 1, message: `CSV: ${error.message}` });
    return [];
  }
}

type Shaped = { readonly row: Record<string, unknown> } | { readonly problem: string };

function shapeRow(data: unknown): Shaped {
  if (!isRecord(data)) return { problem: 'a row is a mapping of columns to values' };
  if (isRecord(data['vars'])) return { row: data };
  const { id, expected, tags, ...vars } = data;
  return { row: omitUndefined({ id: idText(id), expected, tags: tagList(tags), vars }) };
}

function mapRow(data: unknown, mapping: Mapping): Shaped {
  if (!isRecord(data)) return { problem: 'a row is a mapping of columns to values' };
  const absent: string[] = [];
  const column = (name: string): unknown => {
    const value = lookUp(data, name);
    if (value === undefined) absent.push(`no column ${name}${didYouMean(name, Object.keys(data))}`);
    return value;
  };
  const { id, vars, expected, tags } = mapping;
  const used = new Set([id, tags, expected].flat().filter((name) => typeof name === 'string'));
  const rest = Object.entries(data).filter(([name]) => !used.has(name));
  let answer: unknown;
  if (typeof expected === 'string') answer = column(expected);
  else if (Array.isArray(expected))
    answer = expected.map(column).filter((value) => value !== '' && value !== undefined);
  else if (expected) {
    const text = column(expected.json);
    try {
      answer = typeof text === 'string' ? JSON.parse(text) : text;
    } catch (error) {
      return { problem: `column ${expected.json} is not JSON: ${(error as Error).message}` };
    }
  }
  const row = omitUndefined({
    id: id === undefined ? undefined : idText(column(id)),
    expected: answer,
    tags: tags === undefined ? undefined : [tags].flat().flatMap((name) => tagList(column(name)) ?? []),
    vars: vars
      ? Object.fromEntries(Object.entries(vars).map(([name, from]) => [name, column(from)]))
      : Object.fromEntries(rest),
  });
  return absent.length > 0 ? { problem: absent.join('; ') } : { row };
}

/** A column by its name, or else by a dotted path (`answer.text`). */
function lookUp(row: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  return name
    .split('.')
    .reduce<unknown>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), row);
}

/** Tags of a row: a list, or one text with commas or semicolons between them. */
function tagList(value: unknown): Json | undefined {
  if (typeof value !== 'string') return value as Json | undefined;
  return value
    .split(/[,;]/)
    .map((tag) => tag.trim())
    .filter(Boolean);
}

function idText(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  return value === '' ? undefined : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function omitUndefined(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
