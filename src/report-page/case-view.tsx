import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageState } from './address.js';
import { Answer } from './answer.js';
import { Asked } from './asked.js';
import { CaseNav } from './case-nav.js';
import type { LoadedRun } from './load.js';
import { firstText, type OpenedSample, openSamples } from './opened-sample.js';
import type { Row } from './run-data.js';
import { seenLine } from './seen-text.js';
import type { Go } from './use-address.js';

interface CaseViewProps {
  readonly run: LoadedRun;
  readonly state: PageState;
  readonly go: Go;
  readonly row: Row;
  /** The rows of the table, to go on to the next. */
  readonly rows: readonly Row[];
  readonly openRow: (row: Row, push: boolean) => void;
  readonly close: () => void;
}

/** A case: what was asked, and what every column answered, side by side. */
export function CaseView({ run, state, go, row, rows, openRow, close }: CaseViewProps) {
  const { data } = run;
  const [opened, setOpened] = useState<readonly OpenedSample[] | string | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
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
  const columns = data.columns.filter(({ index }) => row.samples.some((sample) => data.column[sample] === index));
  const against = columns.find(({ label }) => label === state.diff)?.index ?? null;
  const samples = typeof opened === 'string' ? [] : (opened ?? []);
  const content = samples.find((each) => each.content !== null)?.content;
  return (
    <article class="case">
      <CaseNav row={row} rows={rows} openRow={openRow} close={close} />
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
      {content && <Asked content={content} />}
      {columns.length > 1 && (
        <label class="choice against">
          Differences{' '}
          <select
            value={String(against ?? '')}
            onChange={(event) =>
              go({ diff: data.columns[Number(event.currentTarget.value || Number.NaN)]?.label ?? null })
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
              <Answer
                key={column.index}
                run={run}
                label={column.label}
                samples={own}
                other={other}
                since={since}
                trial={state.trial}
                showTrial={(trial) => go({ trial })}
              />
            );
          })}
      </div>
    </article>
  );
}
