import { defineRule, type Rule } from './rule.js';

/** A rule whose findings come with the reading of the files: `validate` tells them too, and a run. */
export function toldByFiles(rule: Omit<Rule, 'check'>): Rule {
  return defineRule({
    ...rule,
    check: ({ warnings }) =>
      warnings.flatMap(({ rule: id, message, file, line, column }) =>
        id === rule.id ? [{ spot: { file, line, column }, message }] : [],
      ),
  });
}
