import { CsvError, parse } from 'csv-parse/sync';

/** A row of a CSV file by the names of its heading, and the line that it begins in. */
export interface CsvRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly line: number;
}

/** Reads CSV, the first row as its heading; or says why it cannot. */
export function importCsv(text: string, delimiter = ','): readonly CsvRow[] | { readonly why: string } {
  let line = 1;
  const rows: { cells: string[]; line: number }[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        rows.push({ cells, line });
        line = 1 + lines;
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) return { why: `it is no CSV: ${error.message}` };
    throw error;
  }
  const names = (rows[0]?.cells ?? []).map((name) => name.trim());
  return rows.slice(1).map(({ cells, line: start }) => ({
    line: start,
    cells: Object.fromEntries(
      names.flatMap((name, index) => (name === '' || name === '__proto__' ? [] : [[name, cells[index] ?? '']])),
    ),
  }));
}
