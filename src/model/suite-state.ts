import type { Ceiling } from './budget.js';
import type { Gate } from './gate.js';

/** What a suite asks of prompts in one state of a project, as its files have it: nothing of it was run or resolved. */
export interface SuiteState {
  readonly id: string;
  readonly path: string;
  readonly prompts: readonly string[];
  readonly gates: readonly Gate[];
  /** Entries of metrics as they are written, with a digest of their code where they have some, by the id that gates know. */
  readonly metrics: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The digest of each case, inline or of its dataset, by its id or, without one, by that digest. */
  readonly cases: ReadonlyMap<string, string>;
  /** The digests of the files that its prompts can name by templates, for some case of it, by their paths from the root. */
  readonly files: Readonly<Record<string, string>>;
  readonly trials: number;
  readonly budget: Ceiling;
  /** The files of the project that its metrics run or read, and the folders of those that its cases show, by their paths from the root. */
  readonly code: readonly string[];
  /** What else it sets for its run and its gates, by key: `models`, `group`, `inference`, `correction`, `cassette`. */
  readonly settings: Readonly<Record<string, string>>;
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

/** The rules of a whole project: its suites, and what of llmci.yaml decides who answers, who judges and what may go live. */
export interface RulesState {
  readonly suites: readonly SuiteState[];
  /** llmci.yaml, or what `--config` names in its place. */
  readonly configPath: string;
  /** By the key in it. */
  readonly config: Readonly<Record<string, string>>;
  readonly budget: Ceiling;
  /** The files that the judge runs, where it is a program or a module of the project, and the file of allowed signers. */
  readonly code: readonly string[];
  /** The text of each cassette that suites name, by its path; empty when there is none. */
  readonly recordings: Readonly<Record<string, string>>;
  /** The digest of each calibration, by the path of its file. */
  readonly calibrations: Readonly<Record<string, string>>;
  /** How many sign-offs a risk asks for. */
  readonly signoff: Readonly<Record<string, number>>;
}
