import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type PageState, VIEWS } from './address.js';
import { CaseTable } from './case-table.js';
import { CaseView } from './case-view.js';
import type { LoadedRun } from './load.js';
import { MetricsView } from './metrics-view.js';
import type { Row } from './run-data.js';
import { seenLine } from './seen-text.js';
import { selectRows } from './select-rows.js';
import { Toolbar } from './toolbar.js';
import { useAddress } from './use-address.js';
import { useKeys } from './use-keys.js';
import { useTextSearch } from './use-text-search.js';

const title = document.title;

/** What follows the gates: the cases, one of them, or the metrics. */
export function App({ run }: { readonly run: LoadedRun }) {
  const { data, facts, end } = run;
  const [state, go] = useAddress();
  const search = useTextSearch(data, state.text);
  const [cursor, setCursor] = useState<number | null>(null);
  const { filter, metric, tag, column, suite, text, sort } = state;
  // The open case is no part of what is selected
  const selected = useMemo(
    () => selectRows(data, state, facts.worstFirst, search.found),
    [filter, metric, tag, column, suite, text, sort, search.found],
  );
  const open = state.case === null ? null : data.findRow(state.in, state.case);
  const addressOfRow = (row: Row): Partial<PageState> => ({
    view: 'cases',
    case: row.case,
    in: data.suites.length > 1 ? row.suite : null,
    trial: null,
  });
  const openRow = (row: Row, push: boolean) => {
    setCursor(row.index);
    go(addressOfRow(row), push);
  };
  const close = () => go({ case: null, in: null, trial: null });
  const searchBox = useRef<HTMLInputElement>(null);
  const isSearchAsked = useRef(false);
  const move = (step: number) => {
    const rows = selected.rows;
    if (rows.length === 0) return;
    const at = rows.findIndex(({ index }) => index === (open?.index ?? cursor));
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    setCursor(next.index);
    if (state.case !== null) openRow(next, false);
  };
  useKeys({
    move,
    open: () => {
      const row = data.rows[cursor ?? -1];
      if (row && state.case === null) openRow(row, true);
    },
    close: () => {
      if (state.case !== null) close();
      else if (state.text !== '') go({ text: '' });
    },
    search: () => {
      isSearchAsked.current = true;
      go({ view: 'cases', case: null, in: null, trial: null });
    },
  });
  useLayoutEffect(() => {
    if (isSearchAsked.current) searchBox.current?.focus();
    isSearchAsked.current = false;
  });
  useLayoutEffect(() => {
    document.body.dataset['view'] = state.case === null ? state.view : 'case';
    if (open) setCursor(open.index);
    document.title = open === null ? title : `${seenLine(open.case)} - ${title}`;
  }, [state.case, state.view, open]);
  if (state.case !== null) {
    if (open === null) {
      return (
        <p class="nothing">
          This run has no case “{state.case}”.{' '}
          <button type="button" onClick={close}>
            Show all cases
          </button>
        </p>
      );
    }
    return (
      <CaseView
        key={open.index}
        run={run}
        state={state}
        go={go}
        row={open}
        rows={selected.rows}
        openRow={openRow}
        close={close}
      />
    );
  }
  return (
    <>
      <nav class="tabs" aria-label="Views">
        {VIEWS.map((view) => (
          <button
            type="button"
            key={view}
            aria-current={state.view === view ? 'page' : undefined}
            onClick={() => go({ view }, true)}
          >
            {view === 'cases' ? `Cases ${data.rows.length.toLocaleString('en')}` : 'Metrics, latency, cost'}
          </button>
        ))}
      </nav>
      {end.leftOut > 0 && (
        <p class="warning">
          The texts of {end.leftOut.toLocaleString('en')} passing samples are left out, so that this file stays one that
          browsers open. Their scores are here; <code>llmci show</code> and the JSON report have the texts.
        </p>
      )}
      {state.view === 'metrics' ? (
        <MetricsView run={run} />
      ) : (
        <>
          <Toolbar run={run} state={state} go={go} selected={selected} search={search} searchBox={searchBox} />
          <CaseTable
            run={run}
            state={state}
            rows={selected.rows}
            isSearching={search.progress < 1}
            cursor={cursor}
            setCursor={setCursor}
            openRow={openRow}
            addressOfRow={addressOfRow}
          />
        </>
      )}
    </>
  );
}
