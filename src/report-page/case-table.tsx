import { useEffect, useRef } from 'preact/hooks';
import { nameOutcome } from '../core/text/confirmation-words.js';
import { addressOf, type PageState } from './address.js';
import { Cell } from './cell.js';
import type { LoadedRun } from './load.js';
import { Mark } from './mark.js';
import type { Row, RunColumn, RunData } from './run-data.js';
import { seenLine } from './seen-text.js';
import { isFlaky, wasFlaky } from './select-rows.js';
import { useIsPrinted, useMedia } from './use-media.js';
import { useVisibleRows } from './use-visible-rows.js';

const ROW_HEIGHT = 44;
const NARROW_ROW_HEIGHT = 64;
/** What columns share in a window of usual width, in pixels; with many of them the page scrolls sideways. */
const ROOM_FOR_CELLS = 560;
const WIDEST_CELL = 260;
const NARROWEST_CELL = 84;
/** Printed rows; paper is no place for a hundred thousand. */
const PRINTED = 500;

interface CaseTableProps {
  readonly run: LoadedRun;
  readonly state: PageState;
  readonly rows: readonly Row[];
  /** Whether more rows may be found. */
  readonly isSearching: boolean;
  /** The row that the keys are at. */
  readonly cursor: number | null;
  readonly setCursor: (row: number) => void;
  readonly openRow: (row: Row, push: boolean) => void;
  readonly addressOfRow: (row: Row) => Partial<PageState>;
}

/** The cases, one line each, of which only those in the window are made. */
export function CaseTable({
  run: { data, facts },
  state,
  rows,
  isSearching,
  cursor,
  setCursor,
  openRow,
  addressOfRow,
}: CaseTableProps) {
  const list = useRef<HTMLOListElement>(null);
  const height = useMedia('(max-width: 700px)') ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const isPrinted = useIsPrinted();
  const visible = useVisibleRows(list, rows.length, height);
  const [first, last] = isPrinted ? [0, Math.min(rows.length, PRINTED)] : visible;
  const columns = data.columns.filter(({ label }) => state.column === null || label === state.column);
  const cell = Math.min(WIDEST_CELL, Math.max(NARROWEST_CELL, Math.round(ROOM_FOR_CELLS / columns.length)));
  const units = new Map(facts.metrics.map((metric) => [metric.id, metric]));
  useEffect(() => {
    const place = rows.findIndex(({ index }) => index === cursor);
    if (place < 0) return;
    const top = (list.current?.getBoundingClientRect().top ?? 0) + place * height;
    // What is under the bars at the top is not seen
    if (top < 170) scrollBy(0, top - 170);
    else if (top + height > innerHeight - 8) scrollBy(0, top + height - innerHeight + 8);
    requestAnimationFrame(() => {
      // Somebody types already
      if (document.activeElement?.matches('input, select')) return;
      list.current?.querySelector<HTMLElement>('[data-cursor]')?.focus({ preventScroll: true });
    });
  }, [cursor]);
  if (rows.length === 0)
    return <p class="nothing">{isSearching ? 'Looking through the texts…' : 'No case is like this.'}</p>;
  return (
    <section
      class="cases"
      aria-label="Cases"
      data-many={columns.length > 3 ? '' : undefined}
      style={{ '--columns': columns.length, '--cell': `${cell}px` }}
    >
      <div class="row heads" aria-hidden="true">
        <span />
        <span>Case</span>
        {columns.map(({ index, label }) => (
          <span key={index} title={seenLine(label)}>
            {seenLine(label)}
          </span>
        ))}
      </div>
      <ol class="list" ref={list} style={isPrinted ? {} : { height: `${rows.length * height}px` }}>
        {rows.slice(first, last).map((row, n) => (
          <li
            class="item"
            key={row.index}
            aria-setsize={rows.length}
            aria-posinset={first + n + 1}
            style={{ top: `${(first + n) * height}px`, height: `${height}px` }}
          >
            <a
              class="row"
              href={addressOf({ ...state, ...addressOfRow(row) })}
              data-cursor={row.index === cursor ? '' : undefined}
              onFocus={() => setCursor(row.index)}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
                event.preventDefault();
                openRow(row, true);
              }}
            >
              <RowCells data={data} row={row} columns={columns} units={units} isOneOfMany={data.suites.length > 1} />
            </a>
          </li>
        ))}
      </ol>
      {isPrinted && rows.length > last && (
        <p>{(rows.length - last).toLocaleString('en')} more cases are not printed.</p>
      )}
    </section>
  );
}

/** What a reader has to know of a case before its figures: whether it is newly broken, and whether by chance. */
function Badges({ data, row }: { readonly data: RunData; readonly row: Row }) {
  const broken = (data.since.get(row.index) ?? []).filter(({ kind }) => kind === 'broken');
  const outcomes = new Set(
    broken.flatMap(({ change }) => (change.confirmation ? nameOutcome(change.confirmation) : [])),
  );
  return (
    <>
      {broken.length > 0 && <span class="badge">newly broken</span>}
      {[...outcomes].map((outcome) => (
        <span key={outcome} class="badge mild">
          {outcome}
        </span>
      ))}
      {isFlaky(data, row.samples) ? (
        <span class="badge mild">flaky</span>
      ) : (
        wasFlaky(data, row) && <span class="badge mild">flaky before</span>
      )}
    </>
  );
}

interface RowCellsProps {
  readonly data: RunData;
  readonly row: Row;
  readonly columns: readonly RunColumn[];
  readonly units: ReadonlyMap<string, LoadedRun['facts']['metrics'][number]>;
  readonly isOneOfMany: boolean;
}

function RowCells({ data, row, columns, units, isOneOfMany }: RowCellsProps) {
  const outcomes = new Set(row.samples.map((sample) => data.outcome(sample)));
  const worst = (['failed', 'error', 'unscored', 'passed', 'not-applicable'] as const).find((name) =>
    outcomes.has(name),
  );
  return (
    <>
      <Mark name={worst ?? 'error'} label={worst ?? 'error'} />
      <span class="name">
        <b>{seenLine(row.case)}</b>
        <Badges data={data} row={row} />
        {isOneOfMany && <span class="suite">{seenLine(row.suite)}</span>}
        <span class="preview">{seenLine(row.preview)}</span>
      </span>
      {columns.map((column) => (
        <Cell key={column.index} data={data} row={row} column={column} units={units} />
      ))}
    </>
  );
}
