import { parseJsonText } from '../../core/text/json-text.js';
import { placeInText } from '../../core/text/text-place.js';
import { atTop } from '../../model/problem.js';
import type { Delimiter } from '../../model/suite.js';
import { PathError } from '../../store/files/read-file.js';
import type { RootPath } from '../source/files.js';
import { parseYaml, sourceAt } from '../source/yaml-source.js';
import { readCsv } from './csv-rows.js';
import type { DatasetRow, Report } from './dataset-row.js';

/** How a dataset is written, by the ending of its name. */
const FORMATS = {
  '.jsonl': 'lines',
  '.ndjson': 'lines',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.json': 'list',
  '.yaml': 'list',
  '.yml': 'list',
} as const;

/** Whether a file is a spreadsheet's, where a cell that is left empty is no answer: other formats can leave the key out. */
export function hasCells(file: RootPath): boolean {
  return formatOf(file) === 'csv';
}

function formatOf(file: RootPath): (typeof FORMATS)[keyof typeof FORMATS] | null {
  const ending = /\.[^.]*$/.exec(file)?.[0].toLowerCase() ?? '';
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending as keyof typeof FORMATS] : null;
}

/**
 * The rows of a dataset, one at a time, from its text in pieces. Its name says the format: JSONL and CSV are read as they
 * come, JSON and YAML whole. `delimiter` is what stands between the cells of CSV; null to find it out. Every row that does
 * not parse is a problem with its place. Throws PathError when the name says no format.
 */
export function readRows(
  file: RootPath,
  text: AsyncIterable<string>,
  delimiter: Delimiter | null,
  report: Report,
): AsyncIterable<DatasetRow> {
  switch (formatOf(file)) {
    case 'lines':
      return readJsonLines(file, text, report);
    case 'csv':
      return readCsv(file, text, delimiter, report);
    case 'list':
      return readList(file, text, report);
    default:
      throw new PathError(`${file} is no dataset: its name must end in ${Object.keys(FORMATS).join(', ')}`);
  }
}

async function* readJsonLines(file: RootPath, text: AsyncIterable<string>, report: Report): AsyncGenerator<DatasetRow> {
  let row = 0;
  let line = 0;
  for await (const written of linesOf(text)) {
    line++;
    if (written.trim() === '') continue;
    row++;
    const parsed = parseJsonText(written, { keep: 'texts' });
    if (parsed.fault === null) yield { data: parsed.data, source: sourceAt({ file, line, column: 1 }), path: [] };
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
    yield* lines;
  }
  yield rest;
}

/** JSON and YAML: a list of rows. JSON is YAML, and read as such for the places of its parts. */
async function* readList(file: RootPath, pieces: AsyncIterable<string>, report: Report): AsyncGenerator<DatasetRow> {
  let text = '';
  for await (const piece of pieces) text += piece;
  const { source, data, problems: faults } = parseYaml(file, text, { asWritten: [[]] });
  for (const fault of faults) report(fault);
  if (faults.length > 0 || text.trim() === '') return;
  const strict = /\.json$/i.test(file) ? parseJsonText(text) : null;
  if (strict?.fault) {
    // What YAML accepts and JSON does not, such as a value that is left out
    report({ file, ...placeInText(text, strict.fault.offset), message: `not JSON: ${strict.fault.message}` });
    return;
  }
  if (data === null) return;
  if (!Array.isArray(data)) return report({ ...atTop(file), message: 'a dataset is a list of rows' });
  for (const [index, row] of data.entries()) yield { data: row as unknown, source, path: [index] };
}
