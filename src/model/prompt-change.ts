import type { Json } from './json.js';
import type { Prompt, PromptAbout, Risk } from './prompt.js';
import type { ThresholdsFile } from './thresholds-file.js';

/** A prompt in one state of a project: its file, and the gates beside it. */
export interface PromptState {
  readonly prompt: Prompt;
  readonly about: PromptAbout;
  readonly thresholds: ThresholdsFile | null;
  /** Where these gates stand; null for none. */
  readonly thresholdsPath: string | null;
  /** The files of the project that what is asked was read from; none for a release. */
  readonly files: readonly string[];
}

/** A stretch of words that both texts have, or one of them. */
export interface WordChange {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** A message of one side: its place among the messages from 1, whose it is, and all its text. */
export interface PlacedMessage {
  readonly place: number;
  readonly role: string;
  readonly text: string;
}

/** `formatted`: no word is different, only blanks and marks around them. */
export interface MessageEdit {
  readonly what: 'message';
  readonly effect: 'added' | 'removed' | 'edited' | 'formatted' | 'moved';
  readonly before: PlacedMessage | null;
  readonly now: PlacedMessage | null;
  /** Null when the texts are too long or too different for a diff of words, and when the message is on one side only. */
  readonly words: readonly WordChange[] | null;
}

/** Where instructions stand: what the developer says, what a user's message holds, values filled in, what tools tell. */
export type Standing = 'instructions' | 'messages' | 'defaults' | 'tools';

/** What a change of words does to instructions, by the word lists of `core/prompts/guard-words.ts`. */
export interface Shift {
  readonly what: 'shift';
  readonly of: Standing;
  readonly effect: 'guard-removed' | 'guard-added' | 'softened' | 'hardened' | 'permission-widened' | 'figure';
  /** What a guard is about; null of other shifts. */
  readonly topic: string | null;
  readonly before: string | null;
  readonly now: string | null;
}

/** `altered`: what was accepted and what is cannot be compared. `described`: only what it says to the model. */
export type SchemaEffect = 'added' | 'removed' | 'narrowed' | 'widened' | 'altered' | 'described';

export interface SchemaEdit {
  readonly what: 'schema';
  /** `input`, `output`, or `tool NAME`. */
  readonly of: string;
  /** Dotted path of the value; '' is the whole. */
  readonly at: string;
  readonly effect: SchemaEffect;
  readonly text: string;
  /** Who is broken by it, as a sentence; null when nobody has to be. */
  readonly breaks: string | null;
}

export interface ToolEdit {
  readonly what: 'tool';
  readonly name: string;
  readonly effect: 'added' | 'removed' | 'described' | 'moved' | 'responds';
  readonly before: string | null;
  readonly now: string | null;
}

export interface VariableEdit {
  readonly what: 'variable';
  readonly name: string;
  readonly effect: 'added' | 'removed' | 'into-instructions' | 'out-of-instructions';
  /** Whether a value is there when a caller leaves it out. */
  readonly hasDefault: boolean;
  /** Whether `input.trusted` says that users do not control it. */
  readonly trusted: boolean;
}

/** A setting by its name, old and new; null where it is not set. */
interface Setting<What extends string> {
  readonly what: What;
  readonly name: string;
  readonly before: Json;
  readonly now: Json;
}

/** A rule of the thresholds file; `altered` when which is harder cannot be told. */
export interface GateEdit {
  readonly what: 'gate';
  readonly effect: 'added' | 'removed' | 'weakened' | 'strengthened' | 'altered';
  readonly rule: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** One thing that is different between two states of a prompt. */
export type PromptEdit =
  | { readonly what: 'model'; readonly before: string | null; readonly now: string | null }
  | Setting<'parameter'>
  | Setting<'output'>
  | Setting<'default'>
  | Setting<'about'>
  | MessageEdit
  | Shift
  | SchemaEdit
  | ToolEdit
  | VariableEdit
  | GateEdit
  /** The code that gives tools their results is another. */
  | { readonly what: 'code' }
  /** Another text of the file with the same meaning, like `responseFormat` in place of `output`. */
  | { readonly what: 'restated' };

/** Which prompt a side has. */
export interface PromptIdentity {
  readonly id: string;
  readonly path: string;
  readonly digest: string;
  readonly fileDigest: string;
}

/** What has become of a prompt between two states. */
export interface PromptChange {
  readonly id: string;
  /** `same`: equal by digest, whatever its file looks like. */
  readonly effect: 'same' | 'changed' | 'added' | 'removed';
  readonly before: PromptIdentity | null;
  readonly now: PromptIdentity | null;
  readonly edits: readonly PromptEdit[];
  /** The `risk` that the file states, the higher of both sides; null when it states none. */
  readonly stated: Risk | null;
}

/** How much a change can do, and why: the reasons of the highest risk first. */
export interface RiskVerdict {
  readonly risk: Risk;
  readonly reasons: readonly RiskReason[];
}

export interface RiskReason {
  readonly risk: Risk;
  readonly text: string;
}

/** What has become of a rule that judges prompts: a suite's gates, marks, cases, trials and baseline, the judge, the policy. */
export interface RuleChange {
  /** The file that holds it. */
  readonly file: string;
  readonly effect: 'weakened' | 'strengthened' | 'altered';
  readonly text: string;
}
