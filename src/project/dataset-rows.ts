import type { CsvError } from 'csv-parse';
import { count } from '../core/text/format.js';
import { parseJsonText } from '../core/text/json-text.js';
import type { Problem } from '../model/problem.js';
import { PathError } from '../store/read-file.js';
import type { RootPath } from './files.js';
import { type Path, parseYaml, type Source } from './yaml-source.js';

/** One row of a dataset, with the place where it stands. */
export interface Row {
  readonly data: unknown;
  readonly source: Source;
  readonly path: Path;
}

const FORMATS = ['.jsonl', '.csv', '.json', '.yaml', '.yml'];

/** Takes a problem of a dataset. */
export type Report = (problem: Problem) => void;

/**
 * The rows of a dataset, one at a time, from its text in pieces. Its name says the format: JSONL and CSV are read as they
 * come, JSON and YAML whole. Every row that does not parse is a problem with its place. Throws PathError when the name
 * says no format.
 */
export function readRows(file: RootPath, text: AsyncIterable<string>, report: Report): AsyncIterable<Row> {
  if (file.endsWith('.jsonl')) return readJsonLines(file, text, report);
  if (file.endsWith('.csv')) return readCsv(file, text, report);
  if (!FORMATS.some((ending) => file.endsWith(ending))) {
    throw new PathError(`${file} is no dataset: its name must end in ${FORMATS.join(', ')}`);
  }
  return readList(file, text, report);
}

/** A source whose parts all stand at one place. */
function atPlace(file: RootPath, line: number, column = 1): Source {
  const position = { line, column };
  return { file, at: () => position, within: () => position };
}

async function* readJsonLines(file: RootPath, text: AsyncIterable<string>, report: Report): AsyncGenerator<Row> {
  let row = 0;
  let line = 0;
  for await (const written of linesOf(text)) {
    line++;
    if (written.trim() === '') continue;
    row++;
    const parsed = parseJsonText(written, { keep: 'texts' });
    if (parsed.fault === null) yield { data: parsed.data, source: atPlace(file, line), path: [] };
    else {
      const { offset, message } = parsed.fault;
      report({ file, line, column: offset + 1, message: `row ${row} is not usable JSON: ${message}` });
    }
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of text) {
    rest += piece;
    // Only a piece with an end of line is worth cutting up: a line may be many pieces long
    if (!piece.includes('\n')) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  yield rest;
}

/** JSON and YAML: a list of rows. JSON is YAML, and read as such for the places of its parts. */
async function* readList(file: RootPath, pieces: AsyncIterable<string>, report: Report): AsyncGenerator<Row> {
  let text = '';
  for await (const piece of pieces) text += piece;
  const { source, data, problems: faults } = parseYaml(file, text, [[]]);
  for (const fault of faults) report(fault);
  if (faults.length > 0 || text.trim() === '') return;
  const strict = file.endsWith('.json') ? parseJsonText(text) : null;
  if (strict?.fault) {
    // What YAML accepts and JSON does not, such as a value that is left out
    const before = text.slice(0, strict.fault.offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    report({ file, line: before.length, column, message: `not JSON: ${strict.fault.message}` });
    return;
  }
  if (data === null) return;
  if (!Array.isArray(data)) return report({ file, line: 1, column: 1, message: 'a dataset is a list of rows' });
  for (const [index, row] of data.entries()) yield { data: row as unknown, source, path: [index] };
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

async function* readCsv(file: RootPath, text: AsyncIterable<string>, report: Report): AsyncGenerator<Row> {
  let heading: readonly string[] | null = null;
  let row = 0;
  for await (const record of csvRecords(file, text, report)) {
    const { cells, line } = record;
    if (heading === null) {
      if (!checkHeading(file, cells, report)) return;
      heading = cells;
      continue;
    }
    row++;
    if (cells.length === heading.length) {
      const data = Object.fromEntries(heading.map((name, column) => [name, cells[column]]));
      yield { data, source: atPlace(file, line), path: [] };
    } else {
      const message = `row ${row} has ${count(cells.length, 'column')}, but the heading has ${heading.length}`;
      report({ file, line, column: 1, message });
    }
  }
}

/** The records of a CSV file, the heading first, as its text comes. One that does not parse is a problem, and the last. */
async function* csvRecords(
  file: RootPath,
  text: AsyncIterable<string>,
  report: Report,
): AsyncGenerator<CsvRecord, void, undefined> {
  const csv = await import('csv-parse');
  let records: CsvRecord[] = [];
  let line = 1;
  let found = 0;
  const parser = csv.parse({
    bom: true,
    skip_empty_lines: true,
    // Checked by the reader, where all rows can be told and in our words
    relax_column_count: true,
    on_record: (cells: string[], { lines }: { lines: number }) => {
      records.push({ cells, line });
      found++;
      line = lines + 1;
    },
  });
  parser.resume().on('error', () => {
    // Each piece that is written tells of its own error
  });
  const parsePiece = (piece: string | null) =>
    new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (piece === null) parser.end(done);
      else parser.write(piece, done);
    });
  const take = () => {
    const taken = records;
    records = [];
    return taken;
  };
  try {
    for await (const piece of text) {
      if (piece === '') continue;
      await parsePiece(piece);
      yield* take();
    }
    await parsePiece(null);
    yield* take();
  } catch (error) {
    if (!(error instanceof csv.CsvError)) throw error;
    yield* take();
    report({ file, line, column: 1, message: `row ${found} does not parse: ${explainCsv(error)}` });
  }
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

function checkHeading(file: RootPath, names: readonly string[], report: Report): boolean {
  let complete = true;
  for (const [index, name] of names.entries()) {
    const at = (message: string) => {
      complete = false;
      report({ file, line: 1, column: 1, message });
    };
    if (name === '') at(`column ${index + 1} has no name in the heading`);
    else if (name === '__proto__') at('a column may not be called __proto__');
    else if (names.indexOf(name) < index) at(`two columns are called ${name}`);
  }
  return complete;
}
