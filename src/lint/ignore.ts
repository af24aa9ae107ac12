import { didYouMean } from '../core/text/suggest.js';
import { isBlank } from '../model/blank.js';
import type { Problem } from '../model/problem.js';

/** A comment in a file, without its `#`. */
export interface Comment {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** Whether nothing but blanks stands before it. */
  readonly isAlone: boolean;
}

/** A problem, and the lines that a comment about it may stand before: its own, and that where the value begins it is in. */
export interface PlacedProblem {
  readonly problem: Problem;
  readonly lines: readonly number[];
}

const IGNORE = /^\s*llmci-ignore\b\s*([^\s:]*)\s*(?::\s*(.*))?$/;

/**
 * Takes out the problems that a comment `# llmci-ignore RULE: reason` speaks of, on the same line or the line before; such
 * comments may follow each other. One without a rule or a reason, of an unknown rule, and one that nothing is found at are
 * problems themselves.
 */
export function applyIgnores(
  found: readonly PlacedProblem[],
  comments: readonly Comment[],
  rules: readonly string[],
): readonly Problem[] {
  const alone = new Set(comments.filter(({ isAlone }) => isAlone).map(({ file, line }) => `${file}:${line}`));
  const used = new Set<PlacedProblem>();
  const faults = comments.flatMap((comment): Problem[] => {
    const [, rule = '', reason = ''] = IGNORE.exec(comment.text) ?? [];
    if (!/^\s*llmci-ignore\b/.test(comment.text)) return [];
    const { file, line, column } = comment;
    const fault = (message: string): Problem[] => [
      { file, line, column, message, rule: 'ignore-comment', severity: 'warning' },
    ];
    if (rule === '') return fault('which rule is to be ignored? write `# llmci-ignore RULE: reason`');
    if (!rules.includes(rule)) return fault(`unknown rule ${rule}${didYouMean(rule, rules)}`);
    if (isBlank(reason)) return fault(`say why ${rule} is ignored: \`# llmci-ignore ${rule}: reason\``);
    let target = line;
    if (comment.isAlone)
      do target++;
      while (alone.has(`${file}:${target}`));
    const meant = found.filter(
      ({ problem, lines }) =>
        problem.file === file && problem.rule === rule && lines.some((own) => own === target || own === line),
    );
    for (const each of meant) used.add(each);
    return meant.length > 0 ? [] : fault(`nothing to ignore: ${rule} finds nothing here; take the comment out`);
  });
  return [...found.filter((each) => !used.has(each)).map(({ problem }) => problem), ...faults];
}
