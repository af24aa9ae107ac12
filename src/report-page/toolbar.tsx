import type { RefObject } from 'preact';
import { FILTERS, type Filter, type PageState } from './address.js';
import type { LoadedRun } from './load.js';
import { Mark } from './mark.js';
import type { MarkName } from './marks.js';
import { seenLine } from './seen-text.js';
import type { SelectedRows } from './select-rows.js';
import type { Go } from './use-address.js';
import type { TextSearch } from './use-text-search.js';

const FILTER_WORDS: Readonly<Record<Filter, { readonly word: string; readonly mark: MarkName | null }>> = {
  all: { word: 'All', mark: null },
  broken: { word: 'Newly broken', mark: 'failed' },
  fixed: { word: 'Fixed', mark: 'passed' },
  failed: { word: 'Failed', mark: 'failed' },
  error: { word: 'No answer', mark: 'error' },
  unscored: { word: 'Score missing', mark: 'unscored' },
  flaky: { word: 'Flaky', mark: null },
  passed: { word: 'Passed', mark: 'passed' },
};

interface ToolbarProps {
  readonly run: LoadedRun;
  readonly state: PageState;
  readonly go: Go;
  readonly selected: SelectedRows;
  readonly search: TextSearch;
  readonly searchBox: RefObject<HTMLInputElement | null>;
}

/** What narrows the table of cases and puts it in order. */
export function Toolbar({ run: { data, facts }, state, go, selected, search, searchBox }: ToolbarProps) {
  const { rows, counts } = selected;
  const metrics = facts.metrics.map(({ id }) => id).filter((id) => data.scores.has(id));
  const sorts = [
    ...(facts.worstFirst ? [['plan', 'as planned']] : [['worst', 'worst first']]),
    ['case', 'case'],
    ['latency', 'latency'],
    ['cost', 'cost'],
    ...metrics.map((id) => [`metric:${id}`, id]),
  ] as const;
  const key = state.sort?.replace(/^-/, '') ?? '';
  const isNarrow = state.filter !== 'all' || state.metric !== null || state.tag !== null || state.column !== null;
  return (
    <search class="toolbar">
      <fieldset aria-label="Verdict">
        <div class="filters">
          {FILTERS.filter((filter) => filter === 'all' || counts[filter] > 0 || filter === state.filter).map(
            (filter) => {
              const { word, mark } = FILTER_WORDS[filter];
              return (
                <button
                  type="button"
                  key={filter}
                  aria-pressed={state.filter === filter}
                  onClick={() => go({ filter })}
                >
                  {mark !== null && <Mark name={mark} />}
                  {word} <span class="count">{counts[filter].toLocaleString('en')}</span>
                </button>
              );
            },
          )}
        </div>
      </fieldset>
      <div class="choices">
        <label class="search">
          <span class="sr">Search ids, inputs, outputs and reasons</span>
          <input
            ref={searchBox}
            type="search"
            placeholder="Search everything   /"
            value={state.text}
            onInput={(event) => go({ text: event.currentTarget.value })}
          />
        </label>
        <Choice
          label="Suite"
          all="all suites"
          values={data.suites}
          value={state.suite}
          onChoice={(suite) => go({ suite })}
        />
        <Choice
          label="Model"
          all="all models"
          values={data.columns.map(({ label }) => label)}
          value={state.column}
          onChoice={(column) => go({ column })}
        />
        <Choice
          label="Metric"
          all="all metrics"
          values={metrics}
          least={1}
          value={state.metric}
          onChoice={(metric) => go({ metric })}
        />
        <Choice
          label="Tag"
          all="all tags"
          values={[...data.tags].sort()}
          least={1}
          value={state.tag}
          onChoice={(tag) => go({ tag })}
        />
        <label class="choice">
          <span class="sr">Sort by</span>
          <select value={key} onChange={(event) => go({ sort: event.currentTarget.value || null })}>
            <option value="">sort: {facts.worstFirst ? 'worst first' : 'as planned'}</option>
            {sorts.map(([value, word]) => (
              <option key={value} value={value}>
                sort: {word}
              </option>
            ))}
          </select>
        </label>
        {state.sort !== null && (
          <button
            type="button"
            class="direction"
            aria-label={state.sort.startsWith('-') ? 'Descending; turn round' : 'Ascending; turn round'}
            onClick={() => go({ sort: state.sort?.startsWith('-') ? key : `-${key}` })}
          >
            {state.sort.startsWith('-') ? '↓' : '↑'}
          </button>
        )}
      </div>
      <p class="keys" aria-hidden="true">
        <kbd>j</kbd> <kbd>k</kbd> choose · <kbd>Enter</kbd> opens · <kbd>/</kbd> searches · <kbd>Esc</kbd> goes back
      </p>
      <p class="shown" role="status">
        {rows.length === data.rows.length
          ? ''
          : `${rows.length.toLocaleString('en')} of ${data.rows.length.toLocaleString('en')} cases`}
        {search.progress < 1 && ` · looking through the texts, ${Math.round(100 * search.progress)}%`}
        {(isNarrow || state.text !== '' || state.suite !== null) && (
          <button
            type="button"
            class="link"
            onClick={() => go({ filter: 'all', metric: null, tag: null, column: null, suite: null, text: '' })}
          >
            Show all
          </button>
        )}
      </p>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly values: readonly string[];
  /** With fewer values there is nothing to choose; 2 unless given. */
  readonly least?: number;
  readonly value: string | null;
  readonly onChoice: (value: string | null) => void;
}

function Choice({ label, all, values, least = 2, value, onChoice }: ChoiceProps) {
  if (values.length < least && value === null) return null;
  const options = value === null || values.includes(value) ? values : [value, ...values];
  return (
    <label class="choice">
      <span class="sr">{label}</span>
      <select
        value={value === null ? '' : `=${value}`}
        onChange={(event) => onChoice(event.currentTarget.value === '' ? null : event.currentTarget.value.slice(1))}
      >
        <option value="">{all}</option>
        {options.map((each) => (
          <option key={each} value={`=${each}`}>
            {seenLine(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
