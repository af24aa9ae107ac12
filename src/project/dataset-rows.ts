import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { count } from '../core/format.js';
import { parseJsonText } from '../core/json-text.js';
import type { Problem } from '../model/problem.js';
import { PathError, type RootPath } from './files.js';
import { type Path, parseYaml, type Source } from './yaml-source.js';

/** One row of a dataset, with the place where it stands. */
export interface Row {
  readonly data: unknown;
  readonly source: Source;
  readonly path: Path;
}

const FORMATS = ['.jsonl', '.csv', '.json', '.yaml', '.yml'];

/**
 * The rows of a dataset's text, in the format that its name says. Every row that does not parse is a problem with its
 * place. Throws PathError when the name says no format.
 */
export function readRows(file: RootPath, text: string, problems: Problem[]): readonly Row[] {
  if (file.endsWith('.jsonl')) return readJsonLines(file, text, problems);
  if (file.endsWith('.csv')) return readCsv(file, text, problems);
  if (!FORMATS.some((ending) => file.endsWith(ending))) {
    throw new PathError(`${file} is no dataset: its name must end in ${FORMATS.join(', ')}`);
  }
  return readList(file, text, problems);
}

/** A source whose parts all stand at one place. */
function atPlace(file: RootPath, line: number, column = 1): Source {
  const position = { line, column };
  return { file, at: () => position, within: () => position };
}

function readJsonLines(file: RootPath, text: string, problems: Problem[]): Row[] {
  let rows = 0;
  return text.split(/\r?\n/).flatMap((line, index): Row[] => {
    if (line.trim() === '') return [];
    rows++;
    const parsed = parseJsonText(line);
    if (parsed.fault === null) return [{ data: parsed.data, source: atPlace(file, index + 1), path: [] }];
    const { offset, message } = parsed.fault;
    problems.push({
      file,
      line: index + 1,
      column: offset + 1,
      message: `row ${rows} is not usable JSON: ${message}`,
    });
    return [];
  });
}

/** JSON and YAML: a list of rows. JSON is YAML, and read as such for the places of its parts. */
function readList(file: RootPath, text: string, problems: Problem[]): Row[] {
  const { source, data, problems: faults } = parseYaml(file, text);
  problems.push(...faults);
  if (faults.length > 0 || text.trim() === '') return [];
  const strict = file.endsWith('.json') ? parseJsonText(text) : null;
  if (strict?.fault) {
    // What YAML accepts and JSON does not, such as a value that is left out
    const before = text.slice(0, strict.fault.offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    problems.push({ file, line: before.length, column, message: `not JSON: ${strict.fault.message}` });
    return [];
  }
  if (data === null) return [];
  if (!Array.isArray(data)) {
    problems.push({ file, line: 1, column: 1, message: 'a dataset is a list of rows' });
    return [];
  }
  return data.map((row, index) => ({ data: row as unknown, source, path: [index] }));
}

function readCsv(file: RootPath, text: string, problems: Problem[]): Row[] {
  const records: { readonly cells: readonly string[]; readonly line: number }[] = [];
  let line = 1;
  try {
    parseCsv(text, {
      bom: true,
      skip_empty_lines: true,
      // Checked below, where all rows can be told at once and in our words
      relax_column_count: true,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        records.push({ cells, line });
        line = lines + 1;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push({ file, line, column: 1, message: `row ${records.length} does not parse: ${explainCsv(error)}` });
    return [];
  }
  const [heading, ...rows] = records;
  if (!heading) return [];
  if (!checkHeading(file, heading.cells, problems)) return [];
  return rows.flatMap(({ cells, line: start }, index): Row[] => {
    if (cells.length === heading.cells.length) {
      const data = Object.fromEntries(heading.cells.map((name, column) => [name, cells[column]]));
      return [{ data, source: atPlace(file, start), path: [] }];
    }
    const message = `row ${index + 1} has ${count(cells.length, 'column')}, but the heading has ${heading.cells.length}`;
    problems.push({ file, line: start, column: 1, message });
    return [];
  });
}

function explainCsv(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote in it is never closed';
    case 'INVALID_OPENING_QUOTE':
      return 'a quote within a value; put the whole value in quotes and write each quote in it twice';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'something stands behind the quote that closes a value; write a quote in a value twice';
    default:
      return error.message;
  }
}

function checkHeading(file: RootPath, names: readonly string[], problems: Problem[]): boolean {
  const before = problems.length;
  for (const [index, name] of names.entries()) {
    const at = (message: string) => problems.push({ file, line: 1, column: 1, message });
    if (name === '') at(`column ${index + 1} has no name in the heading`);
    else if (name === '__proto__') at('a column may not be called __proto__');
    else if (names.indexOf(name) < index) at(`two columns are called ${name}`);
  }
  return problems.length === before;
}
