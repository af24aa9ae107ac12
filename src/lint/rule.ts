import type { SourcePlace } from '../model/problem.js';
import type { RuleLevel } from './level.js';
import type { LintProject } from './lint-project.js';
import type { Spot } from './spot.js';

/** What a rule is about; the docs list rules by it. */
export const RULE_GROUPS = ['variables', 'models', 'output', 'text', 'cache', 'tools', 'coverage'] as const;
export type RuleGroup = (typeof RULE_GROUPS)[number];

/** Another text for the characters from `start` to `end` (from 0, `end` excluded) of the text at a spot. */
export interface Fix {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something that a rule has found. */
export interface Hit {
  readonly spot: Spot | SourcePlace;
  /** What is wrong and what to do. */
  readonly message: string;
  /** Only where nobody could want anything else; in the text at the spot. */
  readonly fix?: Fix;
}

/** Documentation and test at once: a small project in which the rule finds something, or nothing. */
export interface RuleExample {
  readonly describe: string;
  /** The file of its prompt, as YAML. */
  readonly prompt: string;
  /** Further files, by path; a suite is evals/example.eval.yaml. */
  readonly files?: Readonly<Record<string, string>>;
  /** The prompt as it was in the base of the change. */
  readonly base?: string;
  /** What the first finding points at, as it stands in the file; left out in good examples. */
  readonly finds?: string;
}

export interface Rule {
  /** The name that users write, in kebab-case. */
  readonly id: string;
  readonly group: RuleGroup;
  /** What it finds and why that is bad, for the docs. */
  readonly describe: string;
  /** `error` only for what is wrong whatever the author had in mind. */
  readonly severity: Exclude<RuleLevel, 'off'>;
  readonly check: (project: LintProject) => readonly Hit[];
  readonly examples: { readonly bad: readonly RuleExample[]; readonly good: readonly RuleExample[] };
}

/** Defines a rule. What it does, its docs and its test all come from this one object. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
