import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../core/text/format.js';
import { Answer } from './answer.js';
import { Field } from './field.js';
import type { LoadedRun } from './load.js';
import { Messages } from './messages.js';
import { firstText, type OpenedSample, openSamples } from './opened-sample.js';
import type { Row } from './run-data.js';
import { seenLine } from './seen-text.js';

interface CaseViewProps {
  readonly run: LoadedRun;
  readonly row: Row;
  /** The rows of the table, to go on to the next. */
  readonly rows: readonly Row[];
  readonly openRow: (row: Row, push: boolean) => void;
  readonly close: () => void;
}

/** A case: what was asked, and what every column answered, side by side. */
export function CaseView({ run, row, rows, openRow, close }: CaseViewProps) {
  const { data } = run;
  const [opened, setOpened] = useState<readonly OpenedSample[] | string | null>(null);
  const [against, setAgainst] = useState<number | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    let isOver = false;
    openSamples(data, row).then(
      (samples) => isOver || setOpened(samples),
      (error: unknown) => isOver || setOpened(`The texts of this case cannot be shown: ${String(error)}`),
    );
    title.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
    return () => {
      isOver = true;
    };
  }, [data, row]);
  const place = rows.indexOf(row);
  const [previous, next] = [rows[place - 1], place < 0 ? undefined : rows[place + 1]];
  const columns = data.columns.filter(({ index }) => row.samples.some((sample) => data.column[sample] === index));
  const samples = typeof opened === 'string' ? [] : (opened ?? []);
  const content = samples.find((each) => each.content !== null)?.content;
  return (
    <article class="case">
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
      <h2 ref={title} tabIndex={-1}>
        {seenLine(row.case)}
      </h2>
      <p class="tags">
        {data.suites.length > 1 && <span class="suite">{seenLine(row.suite)}</span>}
        {row.tags.map((tag) => (
          <span class="tag" key={tag}>
            {seenLine(tag)}
          </span>
        ))}
      </p>
      {typeof opened === 'string' && <p class="warning">{opened}</p>}
      {opened !== null && content === undefined && typeof opened !== 'string' && (
        <p class="warning">The texts of this case were left out of the file, since it passes. Its scores are below.</p>
      )}
      {content && (
        <section class="asked" aria-label="Input">
          {Object.entries(content.vars).map(([name, value]) => (
            <Field key={name} label={name} value={value} />
          ))}
          {content.messages && (
            <details class="field">
              <summary>Messages as sent, {count(content.messages.length, 'message')}</summary>
              <Messages messages={content.messages} />
            </details>
          )}
          {content.expected !== undefined && <Field label="expected" value={content.expected} />}
        </section>
      )}
      {columns.length > 1 && (
        <label class="choice against">
          Differences{' '}
          <select
            value={against === null ? '' : String(against)}
            onChange={(event) =>
              setAgainst(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))
            }
          >
            <option value="">are not marked</option>
            {columns.map(({ index, label }) => (
              <option key={index} value={String(index)}>
                from {seenLine(label)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="answers">
        {opened === null && <p class="quiet">Unpacking…</p>}
        {opened !== null &&
          columns.map((column) => {
            const own = samples.filter(({ sample }) => data.column[sample] === column.index);
            const since = data.since.get(row.index)?.find((each) => each.column === column.index) ?? null;
            const other = against === null || against === column.index ? null : firstText(data, samples, against);
            return (
              <Answer key={column.index} run={run} label={column.label} samples={own} other={other} since={since} />
            );
          })}
      </div>
    </article>
  );
}
