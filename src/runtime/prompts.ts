import type { Message } from '../model/message.js';
import type { ModelParameters, OutputFormat, Tool } from '../model/prompt.js';
import type { Snapshot } from '../model/snapshot.js';

/** What stands beside each other in a rollout; without one all is control. */
export type Arm = 'control' | 'candidate';

/** Variables by prompt, as `llmci export --format ts` writes them; by default anything goes. */
type VariablesByPrompt = Readonly<Record<string, object>>;

/** Rollouts, by their names. */
export type Rollouts = Pick<ReadonlySet<string>, 'has'>;

export interface OpenOptions {
  readonly environment: string;
  /**
   * The folder of the state, `releases` by default, or a file that `llmci export` wrote; or as in
   * llmci.yaml a branch of the repository there, or a database: `{ postgres: 'env:DATABASE_URL' }`.
   */
  readonly state?: string | { readonly git: string; readonly remote?: string } | { readonly postgres: string };
  /**
   * The file in which the last known state is kept, for a start without the store; `.llmci/last-known/ENVIRONMENT.json` by
   * default, null for none.
   */
  readonly lastKnown?: string | null;
  /** The folder that these paths are from, and whose repository it is; default the working folder. */
  readonly cwd?: string;
  /** Told when the store cannot be read or the last known state not be kept; the prompts go on as they were. */
  readonly onError?: (error: Error) => void;
  /** Rollouts whose calls all go to the control whatever the store says; looked at on every call. */
  readonly withheld?: Rollouts;
}

export interface ResolveOptions<Variables> {
  /** Who asks: a user, a session. Stays in one arm of a rollout; without it each call is its own. */
  readonly unit?: string;
  /** Groups that who asks is one of, such as `qa-team`: a rollout may give its candidate to those first. */
  readonly cohorts?: readonly string[];
  /** The number of a release, for who wants that one or none: what is live, or what is on its way. Whoever names one is in no comparison of both. */
  readonly version?: string;
  readonly vars?: Variables;
  /** What was said before, where the prompt has a place for it. */
  readonly messages?: readonly Message[];
}

/** A prompt as it is to be sent now. */
export interface Resolved {
  readonly messages: readonly Message[];
  /** The bytes of images and files that came as data: URLs, by the digest that messages have of them; left out without any. */
  readonly media?: ReadonlyMap<string, Uint8Array>;
  /** provider/model; null when the prompt names none. */
  readonly model: string | null;
  readonly parameters: ModelParameters;
  readonly tools: readonly Tool[];
  readonly output: OutputFormat;
  /** `support-reply@3`. */
  readonly release: string;
  readonly digest: string;
  readonly arm: Arm;
  /** The rollout whose share has decided the arm; null without one, for who is in `include`, and for who has named a version. */
  readonly rollout: string | null;
  /** The share of units that got the candidate when the arm was chosen; not there where none was. */
  readonly weight?: number;
}

/** Where the prompts come from. */
export interface RuntimeStatus {
  readonly environment: string;
  /** The last line of the ledger that is known. */
  readonly line: number;
  readonly at: string;
  /** `last-known`: the store could not be read at the start, or since. */
  readonly from: 'store' | 'last-known';
}

export interface Prompts<Variables extends VariablesByPrompt = VariablesByPrompt> {
  /** The prompt of an id, filled in. Throws LlmciError `not-live` for one that is not live, `version-not-live`, `bad-variables` for what its templates miss. */
  resolve<Id extends keyof Variables & string>(id: Id, options?: ResolveOptions<Variables[Id]>): Resolved;
  /**
   * The candidate of a prompt's rollout, filled in for a copy of a call; null where none is under way. Throws `bad-variables`
   * for what its templates miss.
   */
  candidate(id: string, options?: Pick<ResolveOptions<object>, 'vars' | 'messages'>): Resolved | null;
  status(): RuntimeStatus;
  /** All that is served: what is live, and what is on its way. */
  snapshot(): Snapshot;
  /** Looks at the store now rather than when it next tells of a change. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}
