/** Which cases are shown. */
export const FILTERS = ['all', 'broken', 'fixed', 'failed', 'error', 'unscored', 'flaky', 'passed'] as const;
export type Filter = (typeof FILTERS)[number];

export const VIEWS = ['cases', 'metrics'] as const;
export type PageView = (typeof VIEWS)[number];

/** All that a link to the page says: `#case=refund-window&filter=failed`. */
export interface PageState {
  readonly view: PageView;
  /** The case that is open; null for none. */
  readonly case: string | null;
  /** The suite of that case, where several have one of its name. */
  readonly in: string | null;
  readonly suite: string | null;
  readonly filter: Filter;
  readonly metric: string | null;
  readonly tag: string | null;
  /** The label of a column. */
  readonly column: string | null;
  readonly text: string;
  /** A key to sort by, with `-` before it for the other way round; null for the order that the run opens with. */
  readonly sort: string | null;
  /** The number of the trial that is shown of a case; null for the first that does not pass. */
  readonly trial: string | null;
  /** The label of the column that differences are marked from. */
  readonly diff: string | null;
}

/** What is null when the address does not say it, by its name there. */
const NAMES = {
  case: 'case',
  in: 'in',
  suite: 'suite',
  metric: 'metric',
  tag: 'tag',
  column: 'model',
  sort: 'sort',
  trial: 'trial',
  diff: 'diff',
} as const;
const KEYS = Object.keys(NAMES) as (keyof typeof NAMES)[];

/** Reads the part of an address behind `#`. What it does not know is as if it were not there. */
export function parseAddress(hash: string): PageState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const named = Object.fromEntries(KEYS.map((key) => [key, given.get(NAMES[key])])) as Record<
    keyof typeof NAMES,
    string | null
  >;
  return {
    ...named,
    view: VIEWS.find((name) => name === given.get('view')) ?? 'cases',
    filter: FILTERS.find((name) => name === given.get('filter')) ?? 'all',
    text: given.get('q') ?? '',
  };
}

/** The address of a state, `#` included; what is as usual is not named. */
export function addressOf(state: PageState): string {
  const given = new URLSearchParams();
  if (state.view !== 'cases') given.set('view', state.view);
  if (state.filter !== 'all') given.set('filter', state.filter);
  if (state.text !== '') given.set('q', state.text);
  for (const key of KEYS) {
    const value = state[key];
    if (value !== null) given.set(NAMES[key], value);
  }
  return `#${given}`;
}
