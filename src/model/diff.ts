import type { Problem } from './problem.js';
import type { PromptAbout, Risk } from './prompt.js';
import type { MessageEdit, PromptChange, RiskVerdict, RuleChange } from './prompt-change.js';

/** Tokens of a prompt's own texts; `counted` by the tokenizer of its model, else estimated. */
export interface TokenCount {
  readonly tokens: number;
  readonly counted: boolean;
}

/** Dollars for 1,000 calls; null where a price is not known. */
export interface CostOfCalls {
  readonly before: number | null;
  readonly now: number | null;
  /** Whose mean usage it is reckoned with: `the cassette of support-reply, 24 answers`. */
  readonly usage: string;
}

/** A suite that runs the prompt, and whether what was recorded for it is of the prompt as it is now. */
export interface Coverage {
  readonly suite: string;
  readonly baseline: Fit;
  readonly cassette: Fit;
}

/** `stale`: of another content of the prompt; `none`: there is none. */
export type Fit = 'fits' | 'stale' | 'none';

/** The messages that a case makes of both sides. */
export interface RenderedCase {
  readonly case: string;
  readonly edits: readonly MessageEdit[];
  /** Why one of the sides cannot be rendered; null when both can. */
  readonly fault: string | null;
}

/** A prompt between two states, with what a reviewer asks next. */
export interface DiffedPrompt extends PromptChange, RiskVerdict {
  readonly tokens: { readonly before: TokenCount | null; readonly now: TokenCount | null };
  readonly cost: CostOfCalls | null;
  /** Null between two releases, which know of no suites. */
  readonly suites: readonly Coverage[] | null;
  /** Of a prompt that judges: its metrics have to be calibrated anew. */
  readonly calibration: Fit;
  readonly owners: NonNullable<PromptAbout['owners']>;
  /** What a case makes of it; not there unless one was asked for. */
  readonly rendered?: RenderedCase;
  /** The `risk` in the file as it is now, where the computed one is higher: the headline. */
  readonly understated: Risk | null;
}

export interface SideOfDiff {
  readonly name: string;
  readonly commit: string | null;
}

/** What has changed between two states of a project's prompts. */
export interface Diff {
  readonly diff: 1;
  readonly from: SideOfDiff;
  readonly to: SideOfDiff;
  readonly prompts: readonly DiffedPrompt[];
  /** Prompts that are the same on both sides. */
  readonly same: number;
  readonly rules: readonly RuleChange[];
  /** Files of either side that cannot be read: their prompts are not compared. */
  readonly broken: readonly (Problem & { readonly side: 'from' | 'to' })[];
  readonly risk: Risk;
}
