/** How much a finding weighs: what keeps a change from being merged, what somebody has to look at, what is good to know. */
export type FindingLevel = 'error' | 'warning' | 'note';

/** Something to say about a place in the repository, in a form that any code host or viewer takes. */
export interface Finding {
  /** The rule that it breaks, by a name that stays: `gate`, `newly-broken`, `unused-variable`. */
  readonly rule: string;
  readonly level: FindingLevel;
  /** What is wrong and what to do. It may quote a model: whoever writes it makes it safe for where it goes. */
  readonly message: string;
  /** One line above the message; the rule where there is none. */
  readonly title?: string;
  /** The file by its path from the root of the repository, with `/`; line and column from 1. Null for the whole of it. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;
  /** What makes it the same finding in another run: it holds no line, and nothing that changes from run to run. */
  readonly fingerprint: string;
}

/** What a rule is about, for people. */
export interface FindingRule {
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  /** What to do when it is broken. */
  readonly help: string;
}
