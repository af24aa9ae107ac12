import { Chalk } from 'chalk';
import { count } from '../../core/text/format.js';
import { breakCommands, printable } from '../../core/text/printable.js';
import type { Problem } from '../../model/problem.js';
import { widthOf, wrap } from '../../reporters/layout/layout.js';
import { type Terminal, usesColor } from '../terminal.js';

/** Findings for people: a file, and below it each with its place, level and rule, on one line where that has room. */
export function describeFindings(problems: readonly Problem[], prompts: number, terminal: Terminal): string {
  const { stdout, env } = terminal;
  const chalk = new Chalk({ level: usesColor(stdout, env) ? 1 : 0 });
  const isError = ({ severity }: Problem) => severity !== 'warning';
  const errors = problems.filter(isError).length;
  const files = [...new Set(problems.map(({ file }) => file))];
  const placeWidth = Math.max(0, ...problems.map(({ line, column }) => `${line}:${column}`.length));
  const indent = ' '.repeat(placeWidth + 13);
  const room = (stdout.columns ?? Number.POSITIVE_INFINITY) - indent.length;
  const blocks = files.map((file) => {
    const lines = problems
      .filter((problem) => problem.file === file)
      .map((problem) => {
        const place = `${problem.line}:${problem.column}`.padEnd(placeWidth);
        const level = isError(problem) ? chalk.red('error  ') : chalk.yellow('warning');
        const rule = printable(problem.rule ?? '');
        const told = wrap(printable(problem.message), room).map(breakCommands);
        const gap = widthOf(`${told.at(-1)}  ${rule}`) <= room ? '  ' : `\n${indent}`;
        return `  ${chalk.dim(place)}  ${level}  ${told.join(`\n${indent}`)}${gap}${chalk.dim(rule)}`;
      });
    return `${chalk.bold(printable(file))}\n${lines.join('\n')}\n`;
  });
  const counts = `${count(errors, 'error')} and ${count(problems.length - errors, 'warning')}`;
  const summary = problems.length === 0 ? `Nothing to say about ${count(prompts, 'prompt')}.` : counts;
  return `${[...blocks, summary].join('\n')}\n`;
}
