import { atTop, type SourcePlace } from '../../model/problem.js';
import { importCsv } from '../csv.js';
import { isUnreadable, type Located, located, memberOf, parseLocated, textOfLocated } from '../located.js';
import { pathNamed, type Reading, readNamed, readNamedData } from '../reading.js';
import { isAssertionType } from './assertions.js';
import { testOfRow } from './expected-cells.js';

/** The tests of a promptfoo file, those in files of their own too, each as the mapping that promptfoo sees. */
export async function readTests(reading: Reading, written: Located | undefined): Promise<readonly Located[]> {
  if (!written || written.data === null) return [];
  const named = textOfLocated(written);
  if (named !== undefined) return readTestFile(reading, named, written.place);
  if (memberOf(written, 'path'))
    return readTestFile(reading, textOfLocated(memberOf(written, 'path')) ?? '', written.place);
  const tests: Located[] = [];
  for (const item of written.items) {
    const file =
      textOfLocated(item) ??
      (memberOf(item, 'path') && !memberOf(item, 'vars') ? textOfLocated(memberOf(item, 'path')) : undefined);
    if (file === undefined) tests.push(item);
    else tests.push(...(await readTestFile(reading, file, item.place)));
  }
  return tests;
}

async function readTestFile(reading: Reading, written: string, place: SourcePlace): Promise<readonly Located[]> {
  const { findings, files } = reading;
  const what = `tests ${written}`;
  if (/^https?:|^huggingface:/.test(written)) {
    findings.refuse(what, place, 'nothing is fetched by an import: save it as CSV or JSONL and name that file');
    return [];
  }
  if (/\.([cm]?[jt]s|py)(:|$)/.test(written)) {
    findings.refuse(
      what,
      place,
      'code makes these tests, and is never run by an import: write what it makes to a JSONL file',
    );
    return [];
  }
  const pattern = pathNamed(place.file, written);
  if (pattern !== null && /[*?[{]/.test(written)) {
    const paths = await files.find(pattern);
    if (paths.length === 0) findings.refuse(what, place, 'no file fits it');
    const up = '../'.repeat(place.file.split('/').length - 1);
    return (await Promise.all(paths.map((path) => readTestFile(reading, `${up}${path}`, place)))).flat();
  }
  if (/\.(csv|tsv)$/i.test(written)) return readRows(reading, what, written, place);
  if (/\.(jsonl|ndjson)$/i.test(written)) return readLines(reading, what, written, place);
  if (/\.(ya?ml|json)$/i.test(written)) {
    const data = await readNamedData(reading, what, written, place);
    return data === null ? [] : data.items.length > 0 ? readTests(reading, data) : [data];
  }
  findings.refuse(what, place, 'llmci reads no such file of tests: save it as CSV, JSONL, JSON or YAML');
  return [];
}

async function readRows(
  reading: Reading,
  what: string,
  written: string,
  place: SourcePlace,
): Promise<readonly Located[]> {
  const file = await readNamed(reading, what, written, place);
  if (file === null) return [];
  const rows = importCsv(file.text, /\.tsv$/i.test(written) ? '\t' : ',');
  if ('why' in rows) {
    reading.findings.refuse(what, atTop(file.path), rows.why);
    return [];
  }
  return rows.map(({ cells, line }) => testOfRow(cells, { file: file.path, line, column: 1 }, isAssertionType));
}

async function readLines(
  reading: Reading,
  what: string,
  written: string,
  place: SourcePlace,
): Promise<readonly Located[]> {
  const file = await readNamed(reading, what, written, place);
  if (file === null) return [];
  return file.text.split('\n').flatMap((text, index) => {
    if (text.trim() === '') return [];
    const at = { file: file.path, line: index + 1, column: 1 };
    const row = parseLocated(file.path, text);
    if (!isUnreadable(row)) return [located(row.data, at)];
    reading.findings.refuse(what, at, row.why);
    return [];
  });
}
