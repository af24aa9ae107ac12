import stringWidth from 'fast-string-width';

/** Made for the first text that needs it: to make one takes 20 ms. */
let graphemes: Intl.Segmenter | null = null;

const PLAIN = /^[ -~]*$/;

/** Terminal columns that a text takes; colour codes take none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** The text, or its start and `…`, in at most `width` columns. */
export function cutToWidth(text: string, width: number): string {
  const start = takeWidth(text, width);
  return start.length === text.length ? text : `${takeWidth(text, width - 1)}…`;
}

/** The text with spaces up to `width` columns, after it or before it. */
export function padToWidth(text: string, width: number, align: 'start' | 'end' = 'start'): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'start' ? text + spaces : spaces + text;
}

/**
 * The text in lines of at most `width` columns, broken at spaces where there are any; at most `maxLines`, the last of
 * which ends in `…` when something was cut. Empty lines at the end are dropped.
 */
export function wrap(text: string, width: number, maxLines = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  for (const paragraph of text.replaceAll('\t', '  ').trimEnd().split('\n')) {
    for (const line of wrapParagraph(paragraph, width)) {
      if (lines.length === maxLines) {
        const last = lines.pop() ?? '';
        return [...lines, widthOf(last) < width ? `${last}…` : `${takeWidth(last, width - 1)}…`];
      }
      lines.push(line);
    }
  }
  return lines;
}

/** Each line in as many as the terminal takes, those that follow two further in; a pipe, which has no `width`, takes any. */
export function wrapLines(text: string, width = Number.POSITIVE_INFINITY): string {
  const broken = text.split('\n').flatMap((line) => {
    if (widthOf(line) <= width) return [line];
    const indent = ' '.repeat(line.length - line.trimStart().length);
    const [first = '', ...others] = wrap(line.trimStart(), width - indent.length - 2);
    return [`${indent}${first}`, ...others.map((other) => `${indent}  ${other}`)];
  });
  return broken.join('\n');
}

/** The columns that are left to the text of a row, however wide what stands before it is. */
const LEAST_ROOM = 20;

/** A row of a list: what stands before the text, and below one another the lines of the text. */
export function wrapRow(before: string, text: string, width = Number.POSITIVE_INFINITY): string {
  const indent = ' '.repeat(widthOf(before));
  const lines = wrap(text, Math.max(LEAST_ROOM, width - indent.length));
  return lines.map((line, index) => `${index === 0 ? before : indent}${line}`).join('\n');
}

function* wrapParagraph(paragraph: string, width: number): Generator<string> {
  let rest = paragraph.trimEnd();
  for (;;) {
    const start = takeWidth(rest, width);
    if (start.length === rest.length) break;
    const space = rest[start.length] === ' ' ? start.length : start.lastIndexOf(' ');
    // A break far to the left would leave ragged lines where a text has few spaces, as URLs and Japanese do
    const length = space > start.length * 0.6 ? space : start.length;
    yield rest.slice(0, length).trimEnd();
    rest = rest.slice(length).trimStart();
  }
  yield rest;
}

/** The longest start of a text in at most `width` columns, whole graphemes; at least one, so that loops end. */
function takeWidth(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(1, width));
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let columns = 0;
  let length = 0;
  for (const { segment } of graphemes.segment(text)) {
    columns += widthOf(segment);
    if (columns > width && length > 0) break;
    length += segment.length;
  }
  return text.slice(0, length);
}

/** One column of a table. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'start' | 'end';
  /** The width to which the column may be cut when the table is too wide; without it, it is not cut. */
  readonly minWidth?: number;
}

/** The width of each column, so that the table fits into `width` where that is possible. */
export function fitColumns(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  let excess = Math.max(0, tableWidth(natural) - width);
  return natural.map((columnWidth, index) => {
    const minWidth = columns[index]?.minWidth ?? columnWidth;
    const fitted = Math.max(Math.min(columnWidth, minWidth), columnWidth - excess);
    excess -= columnWidth - fitted;
    return fitted;
  });
}

/** The width of a table with two spaces between its columns. */
export function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1));
}

/** The cells of a row, padded or cut to the widths of their columns. */
export function layOutRow(
  cells: readonly string[],
  columns: readonly TableColumn[],
  widths: readonly number[],
): string[] {
  return columns.map(({ align }, index) => {
    const width = widths[index] ?? 0;
    return padToWidth(cutToWidth(cells[index] ?? '', width), width, align);
  });
}
