import { fitColumns, layOutRow, type TableColumn, tableWidth, wrap } from './layout.js';

/** A table as lines: those above the rows, and those of each row. */
export interface Table {
  /** Empty where each row has its titles with it. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of a table in lines of at most `width` columns. Where they are too wide for that, nothing is left out: each row
 * becomes lines of its own, the first cell and below it the others that are not empty, each behind its title.
 */
export function layOutTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): Table {
  const widths = fitColumns(columns, rows, width);
  if (tableWidth(widths) > width) return { head: [], rows: rows.map((cells) => inLines(columns, cells, width)) };
  const write = (cells: readonly string[]) => layOutRow(cells, columns, widths).join('  ').trimEnd();
  return { head: [write(columns.map(({ title }) => title))], rows: rows.map((cells) => [write(cells)]) };
}

function inLines(columns: readonly TableColumn[], [first = '', ...cells]: readonly string[], width: number): string[] {
  const told = cells.flatMap((cell, index) => (cell === '' ? [] : [`${columns[index + 1]?.title ?? ''} ${cell}`]));
  const below = wrap(told.join(', '), Math.max(1, width - 2)).map((line) => `  ${line}`);
  return [...wrap(first, width), ...(told.length === 0 ? [] : below)];
}
