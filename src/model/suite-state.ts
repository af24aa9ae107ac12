import type { Gate } from './gate.js';

/** What a suite asks of prompts in one state of a project, as its files have it: nothing of it was run or resolved. */
export interface SuiteState {
  readonly id: string;
  readonly path: string;
  readonly prompts: readonly string[];
  readonly models: readonly string[];
  readonly gates: readonly Gate[];
  /** Entries of metrics as they are written, by the id that gates know. */
  readonly metrics: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The digest of each case, inline or of its dataset, by its id or, without one, by that digest. */
  readonly cases: ReadonlyMap<string, string>;
  readonly trials: number;
  /** The path of its dataset, and of its cassette, from the root. */
  readonly dataset: string | null;
  readonly cassette: string | null;
  readonly baseline: BaselineState | null;
}

/** Which prompts a baseline is of. */
export interface BaselineState {
  readonly digest: string;
  readonly columns: readonly { readonly prompt: string; readonly promptDigest: string; readonly model: string }[];
}

/** The rules of a whole project: its suites, and what of llmci.yaml judges. */
export interface RulesState {
  readonly suites: readonly SuiteState[];
  /** By the key in llmci.yaml: the judge, and what sign-off is asked for. */
  readonly judge: string;
  readonly signoff: Readonly<Record<string, number>>;
}
