import { Chalk } from 'chalk';
import { count } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import type { Problem } from '../../model/problem.js';
import { type Terminal, usesColor } from '../terminal.js';

/** Findings for people: a file, and below it a line each, with the places, the levels and the rules in columns. */
export function describeFindings(problems: readonly Problem[], prompts: number, terminal: Terminal): string {
  const { stdout, env } = terminal;
  const chalk = new Chalk({ level: usesColor(stdout, env) ? 1 : 0 });
  const isError = ({ severity }: Problem) => severity !== 'warning';
  const errors = problems.filter(isError).length;
  const files = [...new Set(problems.map(({ file }) => file))];
  const width = Math.max(0, ...problems.map(({ line, column }) => `${line}:${column}`.length));
  const blocks = files.map((file) => {
    const lines = problems
      .filter((problem) => problem.file === file)
      .map((problem) => {
        const place = `${problem.line}:${problem.column}`.padEnd(width);
        const level = isError(problem) ? chalk.red('error  ') : chalk.yellow('warning');
        return `  ${chalk.dim(place)}  ${level}  ${printable(problem.message)}  ${chalk.dim(printable(problem.rule ?? ''))}`;
      });
    return `${chalk.bold(printable(file))}\n${lines.join('\n')}\n`;
  });
  const counts = `${count(errors, 'error')} and ${count(problems.length - errors, 'warning')}`;
  const told = problems.length === 0 ? `Nothing to say about ${count(prompts, 'prompt')}.` : counts;
  return `${[...blocks, told].join('\n')}\n`;
}
