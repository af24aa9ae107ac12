/** Which cases are shown. */
export const FILTERS = ['all', 'broken', 'fixed', 'failed', 'error', 'unscored', 'flaky', 'passed'] as const;
export type Filter = (typeof FILTERS)[number];

export const VIEWS = ['cases', 'metrics'] as const;
export type View = (typeof VIEWS)[number];

/** All that a link to the page says: `#case=refund-window&filter=failed`. */
export interface PageState {
  readonly view: View;
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
}

/** Reads the part of an address behind `#`. What it does not know is as if it were not there. */
export function parseAddress(hash: string): PageState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const view = VIEWS.find((name) => name === given.get('view')) ?? 'cases';
  const filter = FILTERS.find((name) => name === given.get('filter')) ?? 'all';
  return {
    view,
    filter,
    case: given.get('case'),
    in: given.get('in'),
    suite: given.get('suite'),
    metric: given.get('metric'),
    tag: given.get('tag'),
    column: given.get('model'),
    text: given.get('q') ?? '',
    sort: given.get('sort'),
  };
}

/** The address of a state, `#` included; what is as usual is not named. */
export function addressOf(state: PageState): string {
  const given = new URLSearchParams();
  if (state.view !== 'cases') given.set('view', state.view);
  if (state.case !== null) given.set('case', state.case);
  if (state.in !== null) given.set('in', state.in);
  if (state.suite !== null) given.set('suite', state.suite);
  if (state.filter !== 'all') given.set('filter', state.filter);
  if (state.metric !== null) given.set('metric', state.metric);
  if (state.tag !== null) given.set('tag', state.tag);
  if (state.column !== null) given.set('model', state.column);
  if (state.text !== '') given.set('q', state.text);
  if (state.sort !== null) given.set('sort', state.sort);
  return `#${given}`;
}
