import { digest } from '../../core/text/canonical.js';
import { lintRules } from '../../lint/index.js';
import type { Finding, FindingRule } from '../../model/finding.js';
import type { Problem } from '../../model/problem.js';

/** All rules that a finding of lint may be of. */
export const FINDING_RULES: readonly FindingRule[] = [
  ...lintRules.map(({ id, describe }) => ({ id, summary: describe, help: `See docs/reference/lint.md#${id}.` })),
  {
    id: 'ignore-comment',
    summary: 'A comment that ignores nothing, or does not say why.',
    help: 'The message says what to do.',
  },
  {
    id: 'invalid',
    summary: 'A file that cannot be read as what it is.',
    help: '`llmci validate` says all that is wrong.',
  },
];

/** Problems in the form that code hosts take; `folder` leads from the root of the repository to that of the project. */
export function findingsOf(problems: readonly Problem[], folder: string): readonly Finding[] {
  const known = new Set(FINDING_RULES.map(({ id }) => id));
  const seen = new Map<string, number>();
  return problems.map(({ file, line, column, message, rule = 'invalid', severity = 'error' }) => {
    const path = folder === '' ? file : `${folder}/${file}`;
    const text = digest({ rule, path, message });
    const again = seen.get(text) ?? 0;
    seen.set(text, again + 1);
    return {
      rule: known.has(rule) ? rule : 'invalid',
      level: severity,
      message,
      place: { file: path, line, column },
      fingerprint: again === 0 ? text : digest({ text, again }),
    };
  });
}
