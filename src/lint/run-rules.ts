import type { RuleLevel } from './level.js';
import type { LintProject } from './lint-project.js';
import type { Hit, Rule } from './rule.js';

/** A hit with the rule that it is of, and how it counts in this project. */
export interface RuledHit extends Hit {
  readonly rule: Rule;
  readonly level: Exclude<RuleLevel, 'off'>;
}

/** What all rules find that the project has not turned off. */
export function runRules(rules: readonly Rule[], project: LintProject): readonly RuledHit[] {
  return rules.flatMap((rule) => {
    const level = project.levels[rule.id] ?? rule.severity;
    return level === 'off' ? [] : rule.check(project).map((hit) => ({ ...hit, rule, level }));
  });
}
