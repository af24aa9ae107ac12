import type { CsvError } from 'csv-parse';
import { count } from '../../core/text/format.js';
import { UNMERGED } from '../../core/text/json-text.js';
import { isBlank } from '../../model/blank.js';
import { DELIMITERS, type Delimiter } from '../../model/suite.js';
import type { RootPath } from '../source/files.js';
import { sourceAt } from '../source/yaml-source.js';
import type { DatasetRow, Report } from './dataset-row.js';

interface CsvText {
  readonly file: RootPath;
  readonly text: AsyncIterable<string>;
  readonly delimiter: string;
  /** The line at which the text begins. */
  readonly line: number;
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * The rows of a CSV file as its text comes; the first is the heading. What stands between cells is what the suite says, a
 * line `sep=;` above the heading (Excel reads it so), a tab in a `.tsv` file, or what the heading has most of. A row that
 * does not parse is a problem, and the last.
 */
export async function* readCsv(
  file: RootPath,
  pieces: AsyncIterable<string>,
  named: Delimiter | null,
  report: Report,
): AsyncGenerator<DatasetRow> {
  const { beginning, rest } = await readBeginning(pieces);
  const separator = SEPARATOR.exec(beginning);
  const skipped = separator?.[0] ?? '';
  const delimiter = named ?? separator?.groups?.['sign'] ?? (/\.tsv$/i.test(file) ? '\t' : findDelimiter(beginning));
  const text = joinPieces(beginning.slice(skipped.length), rest);
  const source: CsvText = { file, text, delimiter, line: skipped.split('\n').length };
  let heading: readonly string[] | null = null;
  let width = 0;
  let row = 0;
  for await (const record of csvRecords(source, report)) {
    const { cells } = record;
    const place = { file, line: record.line, column: 1 };
    if (cells[0]?.startsWith('<<<<<<< ')) return report({ ...place, message: UNMERGED });
    if (heading === null) {
      width = cells.length;
      // A blank behind a comma belongs to nobody's name, and a delimiter at the end of the line begins no column
      heading = cells.map((name) => name.replace(AROUND_NAME, ''));
      while (heading.length > 1 && heading.at(-1) === '') heading = heading.slice(0, -1);
      if (!checkHeading(heading, (message) => report({ ...place, message }))) return;
      continue;
    }
    row++;
    // Spreadsheets write rows that somebody has emptied; a row of nothing asks nothing
    if (cells.every(isBlank)) continue;
    if (cells.length === width && cells.slice(heading.length).every(isBlank)) {
      const data = Object.fromEntries(heading.map((name, column) => [name, cells[column]]));
      yield { data, source: sourceAt(place), path: [] };
    } else {
      const names = heading.length;
      const extra = cells.findIndex((cell, column) => column >= names && !isBlank(cell));
      const message =
        cells.length === width
          ? `row ${row} has a value in column ${extra + 1}, which has no name in the heading`
          : `row ${row} has ${count(cells.length, 'column')}, but the heading has ${width}`;
      report({ ...place, message });
    }
  }
}

/** The records of a CSV file, the heading first, as its text comes. One that does not parse is a problem, and the last. */
async function* csvRecords(
  { file, text, delimiter, line: first }: CsvText,
  report: Report,
): AsyncGenerator<CsvRecord, void, undefined> {
  const csv = await import('csv-parse');
  let records: CsvRecord[] = [];
  let line = first;
  let found = 0;
  const parser = csv.parse({
    bom: true,
    delimiter,
    skip_empty_lines: true,
    // Checked by the reader, where all rows can be told and in our words
    relax_column_count: true,
    on_record: (cells: string[], { lines }: { lines: number }) => {
      records.push({ cells, line });
      found++;
      line = first + lines;
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

function checkHeading(names: readonly string[], report: (message: string) => void): boolean {
  const faults = names.flatMap((name, index) => {
    if (isBlank(name)) return [`column ${index + 1} has no name in the heading`];
    if (name.includes('\0')) return ['there are zero bytes in the heading: it may be UTF-16; save it as UTF-8'];
    if (name === '__proto__') return ['a column may not be called __proto__'];
    return names.indexOf(name) < index ? [`two columns are called ${name}`] : [];
  });
  for (const fault of faults) report(fault);
  return faults.length === 0;
}

/** Blanks, and marks that nobody sees. Within a name a run of them is looked at from its beginning only. */
const AROUND_NAME =
  /^[\s\u200b-\u200d\u2060\ufeff]+|(?<![\s\u200b-\u200d\u2060\ufeff])[\s\u200b-\u200d\u2060\ufeff]+$/g;

/** What Excel and others write above the heading. */
const SEPARATOR = /^\ufeff?"?sep=(?<sign>[^\r\n])"?\r?(?:\n|$)/i;

interface Beginning {
  /** The text up to a whole line at least. */
  readonly beginning: string;
  readonly rest: AsyncIterator<string>;
}

/** Reads until there is a line with something in it, and one behind it. */
async function readBeginning(pieces: AsyncIterable<string>): Promise<Beginning> {
  const rest = pieces[Symbol.asyncIterator]();
  let beginning = '';
  while (beginning.trimStart().split('\n').length <= 2) {
    const { value, done } = await rest.next();
    if (done) break;
    beginning += value;
  }
  return { beginning, rest };
}

async function* joinPieces(beginning: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    yield beginning;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    // The file is closed when its reader stops early
    await rest.return?.();
  }
}

/** The sign that the heading has most of outside of quotes; a comma when there is none. */
function findDelimiter(text: string): string {
  const heading =
    text
      .trimStart()
      .replace(/"(?:[^"]|"")*"/g, '')
      .split('\n')[0] ?? '';
  const counts = DELIMITERS.map((sign) => [sign, heading.split(sign).length] as const);
  return counts.reduce((best, other) => (other[1] > best[1] ? other : best))[0];
}
