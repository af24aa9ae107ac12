import type { Problem, SourcePlace } from '../model/problem.js';
import type { Prompt } from '../model/prompt.js';
import type { Suite } from '../model/suite.js';
import type { RuleLevel } from './level.js';
import type { Spot } from './spot.js';

/** All that rules look at: what users wrote, and facts of the world around it, as plain data. */
export interface LintProject {
  /** `2026-11-28` */
  readonly today: string;
  readonly prompts: readonly LintPrompt[];
  readonly suites: readonly Suite[];
  /** The models that prompts, suites and the judge name, each where it is named. */
  readonly models: readonly NamedModel[];
  /** What the files' own checks have to say, by the rules of the same names. */
  readonly warnings: readonly Problem[];
  /** Keys and the like in prompts, suites, datasets and recordings. */
  readonly secrets: readonly FoundSecret[];
  /** Levels that the project sets, by rule. */
  readonly levels: Readonly<Record<string, RuleLevel>>;
}

export interface LintPrompt {
  readonly prompt: Prompt;
  readonly owners: readonly string[];
  /** Variables that users of the app do not control. */
  readonly trusted: readonly string[];
  readonly texts: readonly LintText[];
  /** Where its output schema stands; null when it has none of its own. */
  readonly schemaPath: Spot['path'] | null;
  /** Whether it is what a judge is asked with, and so is in no suite. */
  readonly isJudge: boolean;
  /** The texts of its messages in the base of the change; null when there is no base, or no such prompt in it. */
  readonly base: readonly string[] | null;
}

/** A text of a message: a Liquid template that parses. */
export interface LintText {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  readonly spot: Spot;
  /** The variables that it reads, each by its first name. */
  readonly variables: readonly string[];
}

export interface NamedModel {
  /** As it is written: `openai/gpt-6-luna`. */
  readonly text: string;
  readonly spot: Spot;
  readonly use: 'prompt' | 'suite' | 'judge';
  /** What is known of it; null for models of services that are not known. */
  readonly facts: ModelFacts | null;
}

export interface ModelFacts {
  readonly vendor: 'openai' | 'anthropic' | 'google' | 'mistral';
  /** Its name without the provider. */
  readonly name: string;
  /** Which API of OpenAI asks it; null at other vendors. */
  readonly api: 'chat' | 'responses' | null;
  /** The newest dated snapshot of it that the list knows, where its name is not one itself; null when there is none. */
  readonly snapshot: string | null;
  /** Whether the list of models has it. */
  readonly isListed: boolean;
  /** In tokens; null when that is not known. */
  readonly contextWindow: number | null;
  /** What a million tokens cost less when they come from the vendor's cache, in dollars; null when that is not known. */
  readonly savedByCache: number | null;
  /** A listed name that may have been meant, where it is not listed. */
  readonly nearest: string | null;
}

export interface FoundSecret {
  readonly kind: string;
  readonly spot: SourcePlace;
}
