import type { Row } from './run-data.js';

interface CaseNavProps {
  readonly row: Row;
  /** The rows of the table, in its order. */
  readonly rows: readonly Row[];
  readonly openRow: (row: Row, push: boolean) => void;
  readonly close: () => void;
}

/** The way back to the table, and on to the next case of it. */
export function CaseNav({ row, rows, openRow, close }: CaseNavProps) {
  const place = rows.indexOf(row);
  const [previous, next] = [rows[place - 1], place < 0 ? undefined : rows[place + 1]];
  return (
    <nav class="case-nav" aria-label="Cases">
      <button type="button" onClick={close}>
        ← All cases <kbd>Esc</kbd>
      </button>
      <span class="place">
        {place < 0 ? '' : `${(place + 1).toLocaleString('en')} of ${rows.length.toLocaleString('en')}`}
      </span>
      <button type="button" disabled={previous === undefined} onClick={() => previous && openRow(previous, false)}>
        Previous <kbd>k</kbd>
      </button>
      <button type="button" disabled={next === undefined} onClick={() => next && openRow(next, false)}>
        Next <kbd>j</kbd>
      </button>
    </nav>
  );
}
